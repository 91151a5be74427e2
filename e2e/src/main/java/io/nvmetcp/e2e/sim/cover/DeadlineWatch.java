package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.initiator.health.Deadlines;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Sees what a sweep over a queue's commands finds: each is new to it, or was found late before. */
public final class DeadlineWatch {
  static final List<String> STATES = List.of("RUNNING", "LATE");
  private static final VarHandle CIDS = Fields.of(Deadlines.class, "cids");
  private static final VarHandle REPORTED = Fields.of(Deadlines.class, "reported");
  private static final int NONE = -1;

  private final Coverage coverage;
  private final int[] cids;
  private final boolean[] reported;
  private final int[] cidsBefore;
  private final boolean[] reportedBefore;

  /** Looks at these. */
  public DeadlineWatch(Coverage coverage, Deadlines deadlines) {
    this.coverage = coverage;
    cids = (int[]) CIDS.get(deadlines);
    reported = (boolean[]) REPORTED.get(deadlines);
    cidsBefore = new int[cids.length];
    reportedBefore = new boolean[cids.length];
  }

  /** A sweep, and what it tells of whom. */
  public void sweep(
      Deadlines deadlines, long nowNs, Deadlines.Outstanding outstanding, Deadlines.Late late) {
    System.arraycopy(cids, 0, cidsBefore, 0, cids.length);
    System.arraycopy(reported, 0, reportedBefore, 0, cids.length);
    boolean[] reset = new boolean[cids.length];
    deadlines.sweep(
        nowNs,
        outstanding,
        new Deadlines.Late() {
          @Override
          public void abort(int cid) {
            late.abort(cid);
          }

          @Override
          public void reset(int cid) {
            reset[cid & cids.length - 1] = true;
            late.reset(cid);
          }
        });
    for (int i = 0; i < cids.length; i++) {
      if (cidsBefore[i] != NONE) {
        coverage.visit(Machine.DEADLINE, reportedBefore[i] ? 1 : 0, event(i, reset[i]));
      }
    }
  }

  private Event event(int at, boolean reset) {
    if (reset) {
      return Event.RESET;
    }
    if (cids[at] == NONE) {
      return Event.ANSWERED;
    }
    return reported[at] && !reportedBefore[at] ? Event.DEADLINE : Event.TICK;
  }
}
