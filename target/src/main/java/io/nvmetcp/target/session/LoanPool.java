package io.nvmetcp.target.session;

import java.util.ArrayDeque;

/** The loans of one session, reused. Confined to the session's thread. */
final class LoanPool {
  private final ArrayDeque<ReadLoan> free = new ArrayDeque<>();
  private final SessionCounters counters;

  LoanPool(SessionCounters counters) {
    this.counters = counters;
  }

  /** An empty loan with one holder, the caller. */
  ReadLoan take() {
    ReadLoan loan = free.poll();
    if (loan == null) {
      loan = new ReadLoan(this);
    }
    loan.adopt();
    counters.count(Counter.LEASES_TAKEN);
    return loan;
  }

  void giveBack(ReadLoan loan) {
    counters.count(Counter.LEASES_RETURNED);
    free.push(loan);
  }
}
