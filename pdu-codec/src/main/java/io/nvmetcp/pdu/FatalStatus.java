package io.nvmetcp.pdu;

import org.jspecify.annotations.Nullable;

/** Fatal error status of a terminate request, FES (TCP transport specification 3.6.2.4). */
public enum FatalStatus {
  /** Invalid PDU header field; FEI is its byte offset. */
  INVALID_HEADER_FIELD(1, "invalid PDU header field"),
  /** PDU sequence error. */
  SEQUENCE_ERROR(2, "PDU sequence error"),
  /** Header digest error; FEI is the digest received. */
  HEADER_DIGEST_ERROR(3, "header digest error"),
  /** Data transfer out of range. */
  DATA_OUT_OF_RANGE(4, "data transfer out of range"),
  /** Data transfer limit exceeded (to the host); R2T limit exceeded (to the controller). */
  LIMIT_EXCEEDED(5, "data transfer or R2T limit exceeded"),
  /** Unsupported parameter; FEI is its byte offset. */
  UNSUPPORTED_PARAMETER(6, "unsupported parameter");

  private final int code;
  private final String text;

  FatalStatus(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The status with this code, or null. */
  public static @Nullable FatalStatus byCode(int code) {
    return code >= 1 && code <= values().length ? values()[code - 1] : null;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /** The status in words. */
  public String text() {
    return text;
  }
}
