package io.nvmetcp.initiator.health;

/**
 * When to send Keep Alive, and when to give the controller up, as functions of time (Base
 * specification 3.9). Times are nanoseconds of any monotonic clock. Confined to one thread.
 *
 * <p>A controller that counts traffic (TBKAS) needs no Keep Alive while commands are fetched. What
 * proves that it fetched one lately is an answer to a command that was sent lately; an answer to an
 * old one proves nothing, and a command without an answer may still lie in a buffer.
 */
public final class KeepAlive {
  /** What is to be done now. */
  public enum Verdict {
    /** Nothing. */
    WAIT,
    /** Send a Keep Alive command. */
    SEND,
    /** The last one was not answered within the timeout: the controller is lost. */
    LOST
  }

  private static final int CHECKS_PER_INTERVAL = 4;

  private final long intervalNs;
  private final long timeoutNs;
  private final boolean trafficCounts;
  private long sentNs;
  private long provenNs;
  private long checkedNs;
  private long submittedAtCheck;
  private boolean awaiting;

  /**
   * @param timeoutNs the keep-alive timeout that the controller was told
   * @param trafficCounts the controller counts traffic
   * @param aliveNs when the controller had a sign of life last, or became ready
   */
  public KeepAlive(long timeoutNs, boolean trafficCounts, long aliveNs) {
    this.timeoutNs = timeoutNs;
    this.trafficCounts = trafficCounts;
    // Half the timeout leaves room for one that is late.
    intervalNs = timeoutNs / 2;
    provenNs = aliveNs;
    checkedNs = aliveNs;
    submittedAtCheck = Long.MAX_VALUE;
  }

  /**
   * What is to be done at {@code nowNs}.
   *
   * @param submitted commands sent so far, on all queues that count
   * @param answered commands answered so far, on the same queues
   */
  public Verdict check(long nowNs, long submitted, long answered) {
    if (trafficCounts) {
      // More answers than there were commands at the last check: one of them is to a later command.
      if (answered > submittedAtCheck) {
        proven(checkedNs);
      }
      submittedAtCheck = submitted;
      checkedNs = nowNs;
    }
    if (awaiting) {
      return nowNs - sentNs >= timeoutNs ? Verdict.LOST : Verdict.WAIT;
    }
    return nowNs - provenNs >= intervalNs ? Verdict.SEND : Verdict.WAIT;
  }

  /** A Keep Alive was sent. */
  public void sent(long nowNs) {
    awaiting = true;
    sentNs = nowNs;
  }

  /** It was answered: the controller had it by then, which may be as early as it was sent. */
  public void answered() {
    awaiting = false;
    proven(sentNs);
  }

  private void proven(long atNs) {
    if (atNs - provenNs > 0) {
      provenNs = atNs;
    }
  }

  /** When the controller had a sign of life last, as far as is known. */
  public long provenNs() {
    return provenNs;
  }

  /** How often {@link #check} should be asked. */
  public long checkIntervalNs() {
    return Math.max(1, intervalNs / CHECKS_PER_INTERVAL);
  }

  /**
   * How long after it was lost a controller may still carry out a command of the old association,
   * at most: it ends the association when its timer runs out, and one that counts traffic looks at
   * it only then, so that this takes up to two timeouts.
   *
   * @param marginNs what clocks and the execution of a command may take beyond that
   */
  public static long quiesceNs(long timeoutNs, boolean trafficCounts, long marginNs) {
    return (trafficCounts ? 2 : 1) * timeoutNs + marginNs;
  }
}
