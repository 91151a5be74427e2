package io.nvmetcp.pdu.check;

import io.nvmetcp.pdu.FatalStatus;

/** What is to be done with a header. */
public sealed interface Verdict {
  /** The header is in order. */
  Accepted ACCEPTED = new Accepted();

  /** The header is in order. */
  record Accepted() implements Verdict {}

  /**
   * The connection ends with a terminate request.
   *
   * @param status FES
   * @param information FEI
   * @param reason for people
   */
  record Rejected(FatalStatus status, long information, String reason) implements Verdict {}

  /**
   * The connection is closed without a report.
   *
   * @param reason for people
   */
  record HangUp(String reason) implements Verdict {}
}
