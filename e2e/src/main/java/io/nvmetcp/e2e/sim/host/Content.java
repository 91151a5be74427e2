package io.nvmetcp.e2e.sim.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a block holds: its version, spread over all its words so that each word tells it. Version 0
 * is a block of zeros.
 */
final class Content {
  /** What {@link #version} says of a block that is not all of one version. */
  static final long TORN = -1;

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final long FACTOR = 0x9E3779B97F4A7C15L;
  private static final long STEP = 0xD6E8FEB86659FD94L;
  private static final long INVERSE = inverse(FACTOR);
  private static final long IDLE = 0xA5A5_5A5A_C3C3_3C3CL;
  private static final long MOST_VERSION = 1L << 40;

  private Content() {}

  // Newton's iteration: each step doubles the bits that are right.
  private static long inverse(long odd) {
    long x = odd;
    for (int i = 0; i < 6; i++) {
      x *= 2 - odd * x;
    }
    return x;
  }

  /** Fills a block. */
  static void fill(MemorySegment memory, long offset, int blockBytes, long version) {
    long word = version * FACTOR;
    long step = version * STEP;
    for (int at = 0; at < blockBytes; at += Long.BYTES) {
      memory.set(WORD, offset + at, word);
      word += step;
    }
  }

  /** The version of a block, or {@link #TORN}. */
  static long version(MemorySegment memory, long offset, int blockBytes) {
    long word = memory.get(WORD, offset);
    long version = word * INVERSE;
    if (version < 0 || version > MOST_VERSION) {
      return TORN;
    }
    long step = version * STEP;
    long wrong = 0;
    for (int at = Long.BYTES; at < blockBytes; at += Long.BYTES) {
      word += step;
      wrong |= memory.get(WORD, offset + at) ^ word;
    }
    return wrong == 0 ? version : TORN;
  }

  /** Marks memory that nobody may write to. */
  static void rest(MemorySegment memory, long offset, int bytes) {
    for (int at = 0; at < bytes; at += Long.BYTES) {
      memory.set(WORD, offset + at, IDLE);
    }
  }

  /** True if nobody has written there. */
  static boolean rests(MemorySegment memory, long offset, int bytes) {
    long wrong = 0;
    for (int at = 0; at < bytes; at += Long.BYTES) {
      wrong |= memory.get(WORD, offset + at) ^ IDLE;
    }
    return wrong == 0;
  }
}
