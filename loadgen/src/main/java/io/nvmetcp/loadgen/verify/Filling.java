package io.nvmetcp.loadgen.verify;

import io.nvmetcp.loadgen.job.BytePattern;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The content of blocks: a pattern that repeats, or words that follow from seed, place and
 * generation, so that the bytes of two writes differ everywhere.
 */
final class Filling {
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final @Nullable BytePattern pattern;
  private final byte[] once;
  private final long seed;
  private final int blockBytes;

  /**
   * @param pattern what repeats, or null
   * @param seed decides the words
   */
  Filling(@Nullable BytePattern pattern, long seed, int blockBytes) {
    this.pattern = pattern;
    once = pattern == null ? new byte[0] : pattern.at(0);
    this.seed = seed;
    this.blockBytes = blockBytes;
  }

  /** Writes the bytes {@code from} to the end of the block that starts at {@code at}. */
  void fill(MemorySegment data, long at, int from, long lba, int generation) {
    BytePattern repeated = pattern;
    if (repeated == null) {
      long word = base(lba, generation) + from / Long.BYTES * GOLDEN;
      for (long i = at + from; i < at + blockBytes; i += Long.BYTES) {
        data.set(LONG, i, word);
        word += GOLDEN;
      }
      return;
    }
    repeated.writePosition(once, lba * blockBytes);
    // Once from the array, then each time twice as much from where it stands already.
    int have = Math.min(once.length, blockBytes - from);
    MemorySegment.copy(once, 0, data, ValueLayout.JAVA_BYTE, at + from, have);
    while (have < blockBytes - from) {
      int more = Math.min(have, blockBytes - from - have);
      MemorySegment.copy(data, at + from, data, at + from + have, more);
      have += more;
    }
  }

  private long base(long lba, int generation) {
    long z = (seed ^ lba * GOLDEN) + generation * 0xD1B5_4A32_D192_ED03L;
    z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    return z ^ z >>> 27;
  }
}
