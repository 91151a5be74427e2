package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Sqe;

/**
 * Which part of which log page is read. Setters return this, and refuse what cannot be with an
 * {@link IllegalArgumentException} of one line.
 *
 * @see Admin#logPage
 */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class LogPage {
  /** The identifier that means all namespaces. */
  public static final long ALL_NAMESPACES = 0xFFFF_FFFFL;

  private static final int MAX_BYTES = 64 << 20;

  private final int page;
  private final int lengthBytes;
  private long namespaceId = ALL_NAMESPACES;
  private long offset;
  private int specificField;
  private int specificIdentifier;
  private int commandSet;
  private boolean retainEvent;

  /**
   * @param page identifier, as {@link io.nvmetcp.nvme.LogPageId} has them
   * @param lengthBytes how much is read: whole dwords, up to 64 MiB
   */
  public LogPage(int page, int lengthBytes) {
    if (page < 0 || page > 0xFF) {
      throw new IllegalArgumentException("log page: 0 to FFh, not " + Integer.toHexString(page));
    }
    if (lengthBytes < 4 || lengthBytes > MAX_BYTES || lengthBytes % 4 != 0) {
      throw new IllegalArgumentException(
          "log length: a multiple of 4, up to 64 MiB, not " + lengthBytes);
    }
    this.page = page;
    this.lengthBytes = lengthBytes;
  }

  /** Sets the namespace; {@link #ALL_NAMESPACES} by default, which means the controller. */
  @CanIgnoreReturnValue
  public LogPage setNamespaceId(long value) {
    namespaceId = checked("namespace identifier", value, ALL_NAMESPACES);
    return this;
  }

  /** Sets where in the page to begin, in bytes, a multiple of 4; 0 by default. */
  @CanIgnoreReturnValue
  public LogPage setOffset(long value) {
    if (value < 0 || value % 4 != 0) {
      throw new IllegalArgumentException("log offset: a multiple of 4, not " + value);
    }
    offset = value;
    return this;
  }

  /** Sets the log specific field (LSP), 0 to 127. */
  @CanIgnoreReturnValue
  public LogPage setSpecificField(int value) {
    specificField = (int) checked("log specific field", value, 0x7F);
    return this;
  }

  /** Sets the log specific identifier (LSI), 0 to FFFFh. */
  @CanIgnoreReturnValue
  public LogPage setSpecificIdentifier(int value) {
    specificIdentifier = (int) checked("log specific identifier", value, 0xFFFF);
    return this;
  }

  /** Sets the command set (CSI), 0 to FFh; 0 is that of NVM. */
  @CanIgnoreReturnValue
  public LogPage setCommandSet(int value) {
    commandSet = (int) checked("command set", value, 0xFF);
    return this;
  }

  /** Sets whether the asynchronous event that the page belongs to stays pending (RAE). */
  @CanIgnoreReturnValue
  public LogPage setRetainEvent(boolean value) {
    retainEvent = value;
    return this;
  }

  private static long checked(String what, long value, long most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException("%s: 0 to %Xh, not %d".formatted(what, most, value));
    }
    return value;
  }

  /** How much is read. */
  public int lengthBytes() {
    return lengthBytes;
  }

  boolean needsExtendedData() {
    return offset > 0 || lengthBytes > 1 << 14;
  }

  /**
   * The Get Log Page of a part (Base specification 5.16).
   *
   * @param at where the part begins, from {@link #setOffset}
   * @param bytes its length
   */
  byte[] command(int at, int bytes) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.GET_LOG_PAGE, 0, namespaceId);
    long dwords = bytes / Integer.BYTES - 1L;
    // An event is acknowledged with the last part.
    boolean retain = retainEvent || at + bytes < lengthBytes;
    Sqe.cdw(
        sqe,
        0,
        10,
        page | (long) specificField << 8 | (retain ? 1 << 15 : 0) | (dwords & 0xFFFF) << 16);
    Sqe.cdw(sqe, 0, 11, dwords >>> 16 | (long) specificIdentifier << 16);
    Sqe.cdw(sqe, 0, 12, offset + at & 0xFFFF_FFFFL);
    Sqe.cdw(sqe, 0, 13, offset + at >>> 32);
    Sqe.cdw(sqe, 0, 14, (long) commandSet << 24);
    return sqe;
  }
}
