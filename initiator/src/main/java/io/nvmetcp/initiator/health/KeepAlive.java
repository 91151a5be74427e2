package io.nvmetcp.initiator.health;

/**
 * When to send Keep Alive, and when to give the controller up, as functions of time. Times are
 * nanoseconds of any monotonic clock. Confined to one thread.
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

  private final long intervalNs;
  private final long timeoutNs;
  private long sentNs;
  private long answeredNs;
  private boolean awaiting;

  /**
   * @param timeoutNs the keep-alive timeout that the controller was told
   * @param nowNs the time of Connect
   */
  public KeepAlive(long timeoutNs, long nowNs) {
    this.timeoutNs = timeoutNs;
    // Half the timeout leaves room for one that is late.
    intervalNs = timeoutNs / 2;
    answeredNs = nowNs;
  }

  /** What is to be done at {@code nowNs}. */
  public Verdict check(long nowNs) {
    if (awaiting) {
      return nowNs - sentNs >= timeoutNs ? Verdict.LOST : Verdict.WAIT;
    }
    return nowNs - answeredNs >= intervalNs ? Verdict.SEND : Verdict.WAIT;
  }

  /** A Keep Alive was sent. */
  public void sent(long nowNs) {
    awaiting = true;
    sentNs = nowNs;
  }

  /** It was answered. */
  public void answered(long nowNs) {
    awaiting = false;
    answeredNs = nowNs;
  }

  /** How often {@link #check} should be asked. */
  public long checkIntervalNs() {
    return Math.max(1, intervalNs / 4);
  }
}
