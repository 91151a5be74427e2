package io.nvmetcp.e2e.proxy;

import java.util.SplittableRandom;

/**
 * Decides how long the next piece of a stream is and when it leaves, from a seed: a function of
 * what it was asked before. Without clock or socket.
 */
final class Shaper {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SplittableRandom random;
  private long lastNs = Long.MIN_VALUE;

  Shaper(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Bytes of the next piece, 1 to {@code available}. */
  int pieceBytes(Weather weather, int available) {
    if (weather.maxPieceBytes() == 0) {
      return available;
    }
    int wanted = random.nextInt(weather.minPieceBytes(), weather.maxPieceBytes() + 1);
    return Math.min(available, wanted);
  }

  /** When the next piece leaves, not before any earlier one. */
  long leavesNs(Weather weather, long nowNs) {
    long delayMillis =
        weather.maxDelayMillis() == 0
            ? 0
            : random.nextLong(weather.minDelayMillis(), weather.maxDelayMillis() + 1L);
    lastNs = Math.max(lastNs, nowNs + delayMillis * NANOS_PER_MILLI);
    return lastNs;
  }
}
