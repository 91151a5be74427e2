package io.nvmetcp.initiator.health;

/**
 * How long the polite end of a connection may take: the output is shut, and the peer has a while to
 * close. Until then buffers of callers may be on their way to the socket. A peer that reads nothing
 * must not keep them long: if nothing moves, the connection is closed sooner. Confined to one
 * thread.
 */
public final class Linger {
  /** How long after one look the next one is due. */
  public static final long LOOK_NS = 100_000_000;

  private static final long LINGER_NS = 2_000_000_000;
  private static final long STALL_NS = 1_000_000_000;

  private long pendingBytes = Long.MAX_VALUE;
  private long stalledNs;
  private long passedNs;

  /** The output is shut, or is about to be. */
  public Linger() {}

  /**
   * Looks, {@link #LOOK_NS} after it began or looked last.
   *
   * @param pending bytes that the socket did not take yet
   * @return true if the connection is to be closed now
   */
  public boolean over(long pending) {
    passedNs += LOOK_NS;
    stalledNs = pending > 0 && pending >= pendingBytes ? stalledNs + LOOK_NS : 0;
    pendingBytes = pending;
    return passedNs >= LINGER_NS || stalledNs >= STALL_NS;
  }
}
