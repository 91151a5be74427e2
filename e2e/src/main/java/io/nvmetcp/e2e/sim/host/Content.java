package io.nvmetcp.e2e.sim.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

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
  private static final int IDLE_BYTES = 64 << 10;
  private static final MemorySegment IDLE_MEMORY = idle();

  private Content() {}

  private static MemorySegment idle() {
    long[] words = new long[IDLE_BYTES / Long.BYTES];
    Arrays.fill(words, IDLE);
    return MemorySegment.ofArray(words).asReadOnly();
  }

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
    for (int at = 0; at < bytes; at += IDLE_BYTES) {
      int step = Math.min(IDLE_BYTES, bytes - at);
      MemorySegment.copy(IDLE_MEMORY, 0, memory, offset + at, step);
    }
  }

  /** True if nobody has written there. */
  static boolean rests(MemorySegment memory, long offset, int bytes) {
    for (int at = 0; at < bytes; at += IDLE_BYTES) {
      int step = Math.min(IDLE_BYTES, bytes - at);
      long from = offset + at;
      if (MemorySegment.mismatch(memory, from, from + step, IDLE_MEMORY, 0, step) >= 0) {
        return false;
      }
    }
    return true;
  }
}
