package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/**
 * A command dword by dword, for what this library does not wrap. The queue gives it its identifier
 * and its data descriptor; bits 1:0 of the opcode say which way its data goes. Setters return this,
 * and refuse what cannot be with an {@link IllegalArgumentException} of one line.
 *
 * <p>What is sent is what was asked for: a command that formats, or an I/O beyond the namespace, is
 * the controller's to judge.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="passthrough"}
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class RawCommand {
  private static final int FIRST_DWORD = 10;
  private static final int LAST_DWORD = 15;

  private final int opcode;
  private final byte[] sqe = new byte[Sqe.BYTES];
  private @Nullable Buffer data;
  private @Nullable BufferSlice buffer;
  private int receiveBytes;

  /**
   * @param opcode of the admin or I/O command set, not one of Fabrics
   */
  public RawCommand(int opcode) {
    if (opcode < 0 || opcode > 0xFF) {
      throw new IllegalArgumentException("opcode: 0 to FFh, not " + Integer.toHexString(opcode));
    }
    if (opcode == Fabrics.OPCODE) {
      throw new IllegalArgumentException("Fabrics commands are the connection's own");
    }
    this.opcode = opcode;
    Sqe.init(sqe, 0, opcode, 0, 0);
  }

  /** Sets the namespace identifier. */
  @CanIgnoreReturnValue
  public RawCommand setNamespaceId(long value) {
    LittleEndian.put32(sqe, Sqe.NSID, unsigned("namespace identifier", value));
    return this;
  }

  /**
   * Sets a command dword.
   *
   * @param number 2, 3 or 10 to 15
   * @param value unsigned 32 bits
   */
  @CanIgnoreReturnValue
  public RawCommand setDword(int number, long value) {
    boolean common = number == 2 || number == 3;
    if (!common && (number < FIRST_DWORD || number > LAST_DWORD)) {
      throw new IllegalArgumentException("dword: 2, 3 or 10 to 15, not " + number);
    }
    LittleEndian.put32(sqe, number * Integer.BYTES, unsigned("dword " + number, value));
    return this;
  }

  private static long unsigned(String what, long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(what + ": 0 to FFFFFFFFh, not " + value);
    }
    return value;
  }

  /** Sets the data that is sent; not to be changed until the command's future completes. */
  @CanIgnoreReturnValue
  public RawCommand setData(Buffer value) {
    demand(Direction.WRITE, "sends no data");
    data = value;
    return this;
  }

  /** Sets how many bytes are received. */
  @CanIgnoreReturnValue
  public RawCommand setReceiveBytes(int value) {
    demand(Direction.READ, "receives no data");
    if (value < 0) {
      throw new IllegalArgumentException("bytes to receive: 0 or more, not " + value);
    }
    receiveBytes = value;
    return this;
  }

  /**
   * Sets registered memory that is sent from, or received into, without a copy; of an I/O command.
   * Leased until the command's future completes.
   */
  @CanIgnoreReturnValue
  public RawCommand setBuffer(BufferSlice value) {
    if (direction() == Direction.NONE) {
      throw new IllegalArgumentException("opcode %02Xh has no data".formatted(opcode));
    }
    buffer = value;
    return this;
  }

  private void demand(Direction wanted, String otherwise) {
    if (direction() != wanted) {
      throw new IllegalArgumentException("opcode %02Xh %s".formatted(opcode, otherwise));
    }
  }

  private Direction direction() {
    return Direction.of(opcode);
  }

  /** The entry as it stands now. */
  byte[] entry() {
    return sqe.clone();
  }

  @Nullable BufferSlice buffer() {
    return buffer;
  }

  /** The data that is sent, or room for what comes. */
  byte[] bytes() {
    Buffer sent = data;
    if (sent == null) {
      return new byte[receiveBytes];
    }
    ByteBuf bytes = ((BufferInternal) sent).getByteBuf();
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.getBytes(bytes.readerIndex(), copy);
    return copy;
  }

  /** True if data is received. */
  boolean receives() {
    return receiveBytes > 0;
  }

  /** Length of the data either way. */
  int dataBytes() {
    Buffer sent = data;
    BufferSlice slice = buffer;
    return slice != null ? slice.lengthBytes() : sent != null ? sent.length() : receiveBytes;
  }

  /** Why this cannot be an admin command of an application, or null. */
  @Nullable String wrongForAdmin(long maxBytes) {
    if (opcode == AdminOpcode.ASYNC_EVENT_REQUEST) {
      return "Asynchronous Event Requests are the controller's own: see its events";
    }
    if (buffer != null) {
      return "admin commands take no registered memory";
    }
    return tooLong(maxBytes);
  }

  /** Why this cannot be sent at once, or null. */
  @Nullable String tooLong(long maxBytes) {
    return dataBytes() > maxBytes
        ? "%d bytes are more than the controller takes in one command (%d)"
            .formatted(dataBytes(), maxBytes)
        : null;
  }
}
