package io.nvmetcp.target.session;

import io.nvmetcp.target.backend.TransferBufferPool;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The loans of one session, reused, and how much data they hold: at a back end, in the schedule,
 * and on its way to the host. What this connection may hold of it is {@link
 * SessionLimits#memoryBytes}; what all may hold, together with the data that comes from hosts, is
 * the pool's limit, of which each connection takes parts ahead. Confined to the session's thread.
 */
final class LoanPool {
  // So much is taken of the common limit at a time: small reads then cost it nothing.
  private static final long GRANT_BYTES = 256 * 1024;

  // More than this is not kept for reads to come.
  private static final long SPARE_BYTES = 4 * GRANT_BYTES;

  private final ArrayDeque<ReadLoan> free = new ArrayDeque<>();
  private final TransferBufferPool buffers;
  private final long limitBytes;
  private final SessionCounters counters;
  private final Runnable whenRoom;
  private long heldBytes;
  private long grantedBytes;
  private long payloadsOut;
  private long payloadsBack;
  private boolean roomWanted;
  private boolean inTurn;
  private boolean ended;

  /**
   * @param whenRoom called when a loan came back after {@link #wantRoom}
   */
  LoanPool(
      TransferBufferPool buffers, long limitBytes, SessionCounters counters, Runnable whenRoom) {
    this.buffers = buffers;
    this.limitBytes = limitBytes;
    this.counters = counters;
    this.whenRoom = whenRoom;
  }

  /**
   * An empty loan for so much data, held by the caller until {@link ReadLoan#done}; or null if all
   * connections together hold too much, and the command is to be tried again later.
   */
  @Nullable ReadLoan take(int lengthBytes) {
    if (!mayHold(heldBytes + lengthBytes)) {
      return null;
    }
    heldBytes += lengthBytes;
    return adopted(lengthBytes);
  }

  /** An empty loan for what an admin command answers: little, and there at once. */
  ReadLoan takeUncounted() {
    return adopted(0);
  }

  private ReadLoan adopted(int lengthBytes) {
    ReadLoan loan = free.poll();
    if (loan == null) {
      loan = new ReadLoan(this);
    }
    loan.adopt(lengthBytes);
    counters.count(Counter.LEASES_TAKEN);
    return loan;
  }

  private boolean mayHold(long bytes) {
    long missing = bytes - grantedBytes;
    if (missing <= 0) {
      return true;
    }
    long ahead = (missing + GRANT_BYTES - 1) / GRANT_BYTES * GRANT_BYTES;
    return granted(ahead) || granted(missing);
  }

  private boolean granted(long bytes) {
    boolean granted = buffers.grant(bytes, heldBytes > 0);
    grantedBytes += granted ? bytes : 0;
    return granted;
  }

  /** How much more data this connection may hold; 0 or less if it is to wait. */
  long roomBytes() {
    return limitBytes - heldBytes;
  }

  /** Somebody waits for {@link #roomBytes} to grow. */
  void wantRoom() {
    roomWanted = true;
  }

  /** A payload is on its way to the host. */
  void payloadLeaves() {
    payloadsOut++;
  }

  /** The wire is done with a payload. */
  void payloadLeft() {
    payloadsBack++;
  }

  /** Payloads are on their way. */
  boolean sending() {
    return payloadsOut != payloadsBack;
  }

  /** Payloads that the wire is done with, so far. */
  long sentPayloads() {
    return payloadsBack;
  }

  void giveBack(ReadLoan loan, int lengthBytes) {
    counters.count(Counter.LEASES_RETURNED);
    heldBytes -= lengthBytes;
    free.push(loan);
    settle();
    // Not before: whoever waits is told once, and looks then.
    if (roomWanted && !ended && roomBytes() > 0) {
      roomWanted = false;
      whenRoom.run();
    }
  }

  /** Until {@link #turnEnd} more loans may be taken: what comes back is kept for them. */
  void turn() {
    inTurn = true;
  }

  /** Nothing is taken for now. */
  void turnEnd() {
    inTurn = false;
    settle();
  }

  /** The session is over: the common limit gets all back, now or with the last loan. */
  void end() {
    ended = true;
    settle();
  }

  // Of the common limit an idle connection keeps nothing, and a busy one a little.
  private void settle() {
    boolean idle = ended || heldBytes == 0 && !inTurn;
    long surplus = grantedBytes - heldBytes;
    if (surplus > (idle ? 0 : SPARE_BYTES)) {
      grantedBytes = heldBytes;
      buffers.takeBack(surplus);
    }
  }
}
