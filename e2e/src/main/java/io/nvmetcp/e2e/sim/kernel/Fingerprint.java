package io.nvmetcp.e2e.sim.kernel;

/**
 * A number that stands for everything that happened in a world, in its order: two runs of a seed
 * are the same exactly if their fingerprints are, but for a chance of 2^-64.
 */
public final class Fingerprint {
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private long value;

  /** Of a world in which nothing happened. */
  public Fingerprint() {}

  /** Something happened. */
  public void add(long what) {
    value = Long.rotateLeft((value ^ what) * FACTOR, 29);
  }

  /** Something happened, at a time and place. */
  public void add(long timeNs, long place, long what) {
    add(timeNs);
    add(place << 40 ^ what);
  }

  /** The number. */
  public long value() {
    return mix(value);
  }

  /** Spreads the bits of a number over all 64 (the finalizer of SplitMix64). */
  static long mix(long bits) {
    long z = bits;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
