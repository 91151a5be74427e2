package io.nvmetcp.pdu.stream;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.pdu.frame.TransmitSink;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes PDUs to a stream of buffers: a {@code NetSocket}, say. Each {@link Pdu} becomes one
 * buffer, with the digests and the padding that {@link #negotiated} has set; until then there are
 * none. Back-pressure is the destination's, counted in its own units.
 *
 * <p>All methods are to be called on one context, that of the destination.
 */
public final class PduWriteStream implements WriteStream<Pdu> {
  private final WriteStream<Buffer> destination;
  private final BufferSink sink = new BufferSink();
  private final PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
  private boolean dataDigests;

  /**
   * @param destination takes the bytes
   */
  public PduWriteStream(WriteStream<Buffer> destination) {
    this.destination = destination;
  }

  /** From the next PDU on, write what was negotiated. */
  public PduWriteStream negotiated(Negotiated agreed) {
    writer.negotiated(agreed);
    dataDigests = agreed.dataDigest();
    return this;
  }

  /**
   * Writes a PDU.
   *
   * @return completes once the destination took the bytes
   */
  @Override
  public Future<Void> write(Pdu pdu) {
    byte[] payload = pdu.payload().getBytes();
    writer.relay(pdu.type(), pdu.header(), payload.length);
    if (payload.length > 0) {
      writer.payload(MemorySegment.ofArray(payload), 0, payload.length, PayloadLease.NONE);
    }
    Buffer bytes = sink.take();
    if (dataDigests && payload.length > 0 && !pdu.dataDigestMatches()) {
      int last = bytes.length() - 1;
      bytes.setByte(last, (byte) ~bytes.getByte(last));
    }
    return destination.write(bytes);
  }

  /** Writes the terminate request that reports {@code fault}, which must have a status. */
  public Future<Void> writeTermReq(Role sender, ConnectionFault fault) {
    writer.termReq(sender, fault);
    return destination.write(sink.take());
  }

  /** Writes bytes as they are, for peers that break rules on purpose. */
  public Future<Void> writeRaw(Buffer bytes) {
    return destination.write(bytes);
  }

  @Override
  public Future<Void> end() {
    return destination.end();
  }

  @Override
  public PduWriteStream exceptionHandler(@Nullable Handler<Throwable> handler) {
    destination.exceptionHandler(handler);
    return this;
  }

  @Override
  public PduWriteStream setWriteQueueMaxSize(int maxSize) {
    destination.setWriteQueueMaxSize(maxSize);
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return destination.writeQueueFull();
  }

  @Override
  public PduWriteStream drainHandler(@Nullable Handler<@Nullable Void> handler) {
    destination.drainHandler(handler);
    return this;
  }

  private static final class BufferSink implements TransmitSink {
    private Buffer buffer = Buffer.buffer();

    @Override
    public void bytes(byte[] source, int offset, int length) {
      buffer.appendBytes(source, offset, length);
    }

    @Override
    public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
      buffer.appendBytes(source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      lease.release();
    }

    Buffer take() {
      Buffer taken = buffer;
      buffer = Buffer.buffer();
      return taken;
    }
  }
}
