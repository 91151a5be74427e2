package io.nvmetcp.initiator.health;

import java.util.SplittableRandom;

/**
 * How long to wait before the next attempt: twice as long each time up to a bound, and by chance up
 * to a half less, so that hosts that lost the same controller do not come back in step. Confined to
 * one thread.
 */
public final class Backoff {
  private final long firstNs;
  private final long maxNs;
  private final SplittableRandom random;
  private long nextNs;

  /**
   * @param firstNs the first wait, at most
   * @param maxNs every wait, at most; not less than the first
   * @param seed decides what chance takes off
   */
  public Backoff(long firstNs, long maxNs, long seed) {
    if (firstNs < 1 || maxNs < firstNs) {
      throw new IllegalArgumentException("waits from " + firstNs + " to " + maxNs + " ns");
    }
    this.firstNs = firstNs;
    this.maxNs = maxNs;
    random = new SplittableRandom(seed);
    nextNs = firstNs;
  }

  /** The next wait, in nanoseconds. */
  public long nextNs() {
    long most = nextNs;
    nextNs = most > maxNs / 2 ? maxNs : most * 2;
    return most - random.nextLong(most / 2 + 1);
  }

  /** The next wait is the first again. */
  public void reset() {
    nextNs = firstNs;
  }
}
