package io.nvmetcp.target.session;

import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.target.backend.MemoryPieces;

/**
 * Data on its way to the host: the pieces a back end lent, and how many PDU payloads still read
 * them. It outlives its command, whose slot is free once the response is handed to the wire; the
 * pieces go back when the last payload was sent. Reused; confined to the session's thread.
 */
final class ReadLoan implements PayloadLease {
  private final MemoryPieces pieces = new MemoryPieces();
  private final LoanPool pool;
  private int holders;

  ReadLoan(LoanPool pool) {
    this.pool = pool;
  }

  /** The pieces, for a back end to fill and for the wire to read. */
  MemoryPieces pieces() {
    return pieces;
  }

  void adopt() {
    holders = 1;
  }

  /** One more payload reads the pieces. */
  void hold() {
    holders++;
  }

  @Override
  public void release() {
    if (--holders == 0) {
      pieces.release();
      pool.giveBack(this);
    }
  }
}
