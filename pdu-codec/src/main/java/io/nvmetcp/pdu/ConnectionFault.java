package io.nvmetcp.pdu;

import org.jspecify.annotations.Nullable;

/**
 * A fault that ends the connection, and with it the association.
 *
 * @param status what a terminate request reports, or null if the specification has no report for
 *     the case and the connection is simply closed (a malformed terminate request, for one)
 * @param information FEI, meaningful by {@code status}
 * @param reason for people
 * @param header the offending header as received, at most 128 bytes; empty if there is none
 */
public record ConnectionFault(
    @Nullable FatalStatus status, long information, String reason, byte[] header) {
  private static final byte[] NONE = {};

  /** A fault without a report: hang up. */
  public static ConnectionFault hangUp(String reason) {
    return new ConnectionFault(null, 0, reason, NONE);
  }

  /** A fault to report, about {@code headerBytes} bytes of {@code header}, which are copied. */
  public static ConnectionFault of(
      FatalStatus status, long information, String reason, byte[] header, int headerBytes) {
    byte[] copy = new byte[Math.min(headerBytes, PduFields.TERM_DATA_BYTES)];
    System.arraycopy(header, 0, copy, 0, copy.length);
    return new ConnectionFault(status, information, reason, copy);
  }

  /** The fault in a line. */
  public String describe() {
    FatalStatus fes = status;
    return fes == null
        ? reason
        : "%s (FES %d, FEI %d): %s".formatted(fes.text(), fes.code(), information, reason);
  }
}
