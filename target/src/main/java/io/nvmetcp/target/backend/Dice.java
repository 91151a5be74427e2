package io.nvmetcp.target.backend;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Random numbers from a seed, for many threads: the n-th draw is the same in each run, whoever
 * makes it. The mixing function is that of SplitMix64.
 */
final class Dice {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final AtomicLong state;

  Dice(long seed) {
    state = new AtomicLong(seed);
  }

  /** Evenly from 0 (included) to 1 (excluded). */
  double next() {
    long z = state.addAndGet(GAMMA);
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return ((z ^ z >>> 31) >>> 11) * 0x1.0p-53;
  }
}
