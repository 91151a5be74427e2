package io.nvmetcp.e2e.sim.kernel;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Draws from 1 to a few hundred of which each order of magnitude is as likely as the next: the same
 * as a power of the draw gives, looked up in a table of where the outcome changes. Immutable.
 */
final class Spread {
  private static final ConcurrentHashMap<Integer, Spread> KNOWN = new ConcurrentHashMap<>();
  private static final int DRAW_BITS = 53;
  private static final double DRAWS = 1L << DRAW_BITS;

  // For each outcome but the first the least draw, of 2^53, that comes to it.
  private final long[] least;

  private Spread(int most) {
    least = new long[most - 1];
    for (int outcome = 2; outcome <= most; outcome++) {
      least[outcome - 2] = leastDraw(most, outcome);
    }
  }

  private static long leastDraw(int most, int outcome) {
    long low = 0;
    long high = 1L << DRAW_BITS;
    while (low < high) {
      long middle = low + high >>> 1;
      if (power(most, middle / DRAWS) >= outcome) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** What a draw comes to. */
  static long power(int most, double draw) {
    return Math.clamp(Math.round(StrictMath.pow(most, draw)), 1, most);
  }

  /** From 1 to this, which is at least 1. */
  static Spread to(int most) {
    Spread known = KNOWN.get(most);
    return known != null ? known : KNOWN.computeIfAbsent(most, Spread::new);
  }

  /**
   * The outcome.
   *
   * @param draw at least 0 and less than 1, a multiple of 2^-53
   */
  int of(double draw) {
    int at = Arrays.binarySearch(least, (long) (draw * DRAWS));
    if (at < 0) {
      return -at;
    }
    // An outcome that no draw comes to begins where the next does.
    while (at + 1 < least.length && least[at + 1] == least[at]) {
      at++;
    }
    return at + 2;
  }
}
