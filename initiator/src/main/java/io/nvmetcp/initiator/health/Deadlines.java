package io.nvmetcp.initiator.health;

import java.util.Arrays;

/**
 * Which commands of a queue are late. There is no timer per command: each is stamped with a coarse
 * clock when it is sent, and one sweep now and then looks at all of them. A command that has ended
 * is noticed by the sweep and need not be reported. Confined to one thread.
 *
 * <p>A command is late once it took its time limit, and never before; how much later that is found
 * depends on the sweeps. Once late it is reported for an abort, and if it has still not ended when
 * the grace is over, for a reset. The clock of a process that was stopped stands still meanwhile:
 * what arrived while nobody looked is looked at first.
 */
public final class Deadlines {

  /** Knows which commands are still out. */
  @FunctionalInterface
  public interface Outstanding {
    /** True if exactly this command has been sent and was not answered. */
    boolean awaitsResponse(int cid);
  }

  /** Hears of late commands. */
  public interface Late {
    /** The time limit is over; said once. */
    void abort(int cid);

    /** The grace after it is over too. */
    void reset(int cid);
  }

  private static final int NONE = -1;
  private static final long MIN_SWEEP_NS = 5_000_000;
  private static final long MAX_SWEEP_NS = 1_000_000_000;
  private static final int SWEEPS_PER_LIMIT = 16;

  private final int mask;
  private final long limitNs;
  private final long graceNs;
  private final long sweepNs;
  private final int[] cids;
  private final long[] sentNs;
  private final boolean[] reported;
  private long lastSweepNs;
  private long clockNs;

  /**
   * @param entries of the queue, a power of two; the low bits of an identifier say which
   * @param limitNs time limit of a command
   * @param graceNs what an abort may take
   * @param nowNs the time
   */
  public Deadlines(int entries, long limitNs, long graceNs, long nowNs) {
    mask = entries - 1;
    this.limitNs = limitNs;
    this.graceNs = graceNs;
    sweepNs = Math.clamp(limitNs / SWEEPS_PER_LIMIT, MIN_SWEEP_NS, MAX_SWEEP_NS);
    cids = new int[entries];
    sentNs = new long[entries];
    reported = new boolean[entries];
    Arrays.fill(cids, NONE);
    lastSweepNs = nowNs;
  }

  /** How often {@link #sweep} should be called. */
  public long sweepIntervalNs() {
    return sweepNs;
  }

  /** A command was sent. */
  public void sent(int cid) {
    int at = cid & mask;
    cids[at] = cid;
    sentNs[at] = clockNs;
    reported[at] = false;
  }

  /** A command that was sent has no time limit. */
  public void forget(int cid) {
    cids[cid & mask] = NONE;
  }

  /** Looks at all commands. */
  public void sweep(long nowNs, Outstanding outstanding, Late late) {
    // What was sent since the last sweep has its time: a step is never more than two intervals.
    clockNs += Math.clamp(nowNs - lastSweepNs, 0, 2 * sweepNs);
    lastSweepNs = nowNs;
    long dueNs = clockNs - limitNs - 2 * sweepNs;
    for (int at = 0; at < cids.length; at++) {
      int cid = cids[at];
      if (cid == NONE) {
        continue;
      }
      if (!outstanding.awaitsResponse(cid)) {
        cids[at] = NONE;
      } else if (!reported[at] && sentNs[at] <= dueNs) {
        reported[at] = true;
        late.abort(cid);
      } else if (reported[at] && sentNs[at] <= dueNs - graceNs) {
        late.reset(cid);
      }
    }
  }
}
