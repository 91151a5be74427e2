package io.nvmetcp.loadgen.sequence;

/**
 * A one-to-one map of 0 to n-1 onto itself that looks random and needs no memory: so random I/O
 * meets each block once. A Feistel network on the next larger power of two, walked until it comes
 * back into the range. Immutable.
 */
public final class Permutation {
  private static final int ROUNDS = 4;
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private final long size;
  private final int leftBits;
  private final int rightBits;
  private final long[] keys = new long[ROUNDS];

  /**
   * @param size how many numbers, at least 1 and at most 2^62
   * @param seed decides the order
   */
  public Permutation(long size, long seed) {
    if (size < 1 || size > 1L << 62) {
      throw new IllegalArgumentException("no permutation of " + size);
    }
    this.size = size;
    int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    leftBits = bits / 2;
    rightBits = bits - leftBits;
    for (int i = 0; i < ROUNDS; i++) {
      keys[i] = mix(seed + GOLDEN * (i + 1));
    }
  }

  /** How many numbers there are. */
  public long size() {
    return size;
  }

  /**
   * Where {@code index} goes.
   *
   * @param index from 0 to size-1
   */
  public long at(long index) {
    long value = index;
    do {
      value = once(value);
    } while (value >= size);
    return value;
  }

  // Two halves of unequal width: each round changes one by a function of the other.
  private long once(long value) {
    long rightMask = (1L << rightBits) - 1;
    long leftMask = (1L << leftBits) - 1;
    long left = value >>> rightBits;
    long right = value & rightMask;
    for (int round = 0; round < ROUNDS; round += 2) {
      left ^= mix(right ^ keys[round]) & leftMask;
      right ^= mix(left ^ keys[round + 1]) & rightMask;
    }
    return left << rightBits | right;
  }

  /** Spreads the bits of a number over all of it; one to one. */
  static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }
}
