package io.nvmetcp.target.session;

import io.nvmetcp.crc.DigestSource;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.target.backend.MemoryPieces;

/**
 * Data on its way to the host: the pieces a back end lent, how far they are sent, and how many PDU
 * payloads still read them. It outlives its command, whose slot is free once the response is handed
 * to the wire; the pieces go back when the last payload was sent. Reused; confined to the session's
 * thread.
 */
final class ReadLoan implements PayloadLease {
  // Back ends keep digests of aligned runs of so many bytes. Anything else is put together of
  // parts, which is no faster than to compute it, unless it is long.
  private static final int DIGESTED_BYTES = 4096;
  private static final int LEAST_PUT_TOGETHER_BYTES = 16 * 1024;

  private final MemoryPieces pieces = new MemoryPieces();
  private final LoanPool pool;
  private int holders;
  private int countedBytes;
  private int sentBytes;
  private int piece;
  private int inPiece;

  ReadLoan(LoanPool pool) {
    this.pool = pool;
  }

  /** The pieces, for a back end to fill and for the wire to read. */
  MemoryPieces pieces() {
    return pieces;
  }

  void adopt(int lengthBytes) {
    holders = 1;
    countedBytes = lengthBytes;
    sentBytes = 0;
    piece = 0;
    inPiece = 0;
  }

  /** Bytes sent so far. */
  int sentBytes() {
    return sentBytes;
  }

  /** Bytes not sent yet. */
  int leftBytes() {
    return pieces.lengthBytes() - sentBytes;
  }

  /** Writes the next {@code length} bytes as payload. */
  void send(PduWriter writer, int length) {
    sentBytes += length;
    int left = length;
    while (left > 0) {
      int step = Math.min(left, pieces.length(piece) - inPiece);
      holders++;
      pool.payloadLeaves();
      long from = pieces.offset(piece) + inPiece;
      boolean known = step >= LEAST_PUT_TOGETHER_BYTES || (from | step) % DIGESTED_BYTES == 0;
      DigestSource digests = known ? pieces.digests(piece) : DigestSource.NONE;
      writer.payload(pieces.segment(piece), from, step, digests, this);
      left -= step;
      inPiece += step;
      if (inPiece == pieces.length(piece)) {
        piece++;
        inPiece = 0;
      }
    }
  }

  /** The wire is done with a payload. */
  @Override
  public void release() {
    pool.payloadLeft();
    done();
  }

  /** A holder is done: the command, whatever is still on its way, or the wire with a payload. */
  void done() {
    if (--holders == 0) {
      pieces.release();
      pool.giveBack(this, countedBytes);
    }
  }
}
