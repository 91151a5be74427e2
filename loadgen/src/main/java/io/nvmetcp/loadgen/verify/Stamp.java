package io.nvmetcp.loadgen.verify;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Layout of what stands at the start of every block, little-endian: a checksum of all that follows
 * it in the block, and what the block is.
 */
final class Stamp {
  /** Bytes of a stamp; the content follows. */
  static final int BYTES = 64;

  /** Where the checksum stands: 16 bytes, of which a CRC32C uses 4. */
  static final int CHECKSUM = 0;

  static final int CHECKSUM_BYTES = 16;
  private static final int MAGIC = 16;
  private static final int METHOD = 24;
  private static final int GENERATION = 28;
  private static final int NSID = 32;
  private static final int WRITER = 36;
  private static final int LBA = 40;
  private static final int SEED = 48;
  private static final int RESERVED = 56;

  // "NVMEBLK1"
  private static final long MAGIC_VALUE = 0x314B_4C42_454D_564EL;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Stamp() {}

  static void write(
      MemorySegment data, long at, int method, Identity identity, long lba, int generation) {
    data.set(LONG, at + MAGIC, MAGIC_VALUE);
    data.set(INT, at + METHOD, method);
    data.set(INT, at + GENERATION, generation);
    data.set(INT, at + NSID, (int) identity.nsid());
    data.set(INT, at + WRITER, identity.writer());
    data.set(LONG, at + LBA, lba);
    data.set(LONG, at + SEED, identity.seed());
    data.set(LONG, at + RESERVED, 0);
  }

  static boolean present(MemorySegment data, long at) {
    return data.get(LONG, at + MAGIC) == MAGIC_VALUE;
  }

  static int method(MemorySegment data, long at) {
    return data.get(INT, at + METHOD);
  }

  static int generation(MemorySegment data, long at) {
    return data.get(INT, at + GENERATION);
  }

  static long nsid(MemorySegment data, long at) {
    return Integer.toUnsignedLong(data.get(INT, at + NSID));
  }

  static int writer(MemorySegment data, long at) {
    return data.get(INT, at + WRITER);
  }

  static long lba(MemorySegment data, long at) {
    return data.get(LONG, at + LBA);
  }

  static long seed(MemorySegment data, long at) {
    return data.get(LONG, at + SEED);
  }
}
