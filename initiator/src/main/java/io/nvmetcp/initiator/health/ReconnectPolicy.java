package io.nvmetcp.initiator.health;

/**
 * What is done about a lost association.
 *
 * @param lossTimeoutNs the controller is given up this long after the loss; 0 gives it up at once,
 *     {@link #NEVER} never
 * @param failFastNs commands that wait fail this long after the loss; {@link #NEVER} lets them wait
 *     as long as the controller is not given up
 * @param stableNs an association that lived this long lets the next back-off start anew
 * @param closeTimeoutNs bound on a graceful shutdown
 */
public record ReconnectPolicy(
    long lossTimeoutNs, long failFastNs, long stableNs, long closeTimeoutNs) {
  /** No time is long enough. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Refuses what is no time. */
  public ReconnectPolicy {
    if (lossTimeoutNs < 0 || failFastNs < 0 || stableNs < 0 || closeTimeoutNs < 0) {
      throw new IllegalArgumentException("a time below 0");
    }
  }
}
