package io.nvmetcp.pdu.stream;

import io.nvmetcp.pdu.ConnectionFault;

/** What a stream's exception handler gets when the peer broke a rule. */
public final class PduStreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ConnectionFault fault;

  PduStreamException(ConnectionFault fault) {
    super(fault.describe());
    this.fault = fault;
  }

  /** The fault, with what a terminate request would report. */
  public ConnectionFault fault() {
    return fault;
  }
}
