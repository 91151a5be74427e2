package io.nvmetcp.loadgen.verify;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * What one worker wrote: for each block the newest generation that was issued, the newest that was
 * acknowledged, and the newest that is known to be on the medium because a flush followed it. From
 * these follows what a block may show when it is read.
 *
 * <p>With an image in memory, or in a mapped file, which holds the same after the process was
 * killed. Confined to its worker.
 */
public final class Ledger implements AutoCloseable {
  static final int ENTRY_BYTES = 16;
  private static final int ISSUED = 0;
  private static final int ACKNOWLEDGED = 4;
  private static final int EPOCH = 8;
  private static final int DURABLE = 12;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final Arena arena;
  private final MemorySegment entries;
  private final MemorySegment epochs;
  private final long firstLba;
  private final long blocks;
  private final long[] inFlight;
  // Those that an earlier process had in flight when it ended.
  private final long[] inherited;
  private boolean inherits;
  private boolean strict;
  private boolean settled;

  /**
   * @param arena of both segments; closed with the ledger
   * @param entries {@link #ENTRY_BYTES} per block
   * @param epochs two numbers: flushes submitted, and the last of them that succeeded
   * @param strict nothing that was acknowledged can have been lost
   */
  Ledger(
      Arena arena,
      MemorySegment entries,
      MemorySegment epochs,
      long firstLba,
      long blocks,
      boolean strict) {
    this.arena = arena;
    this.entries = entries;
    this.epochs = epochs;
    this.firstLba = firstLba;
    this.blocks = blocks;
    this.strict = strict;
    inFlight = new long[Math.toIntExact(Math.ceilDiv(blocks, Long.SIZE))];
    inherited = new long[inFlight.length];
  }

  /** An empty ledger in memory, of {@code blocks} blocks from {@code firstLba} on. */
  public static Ledger inMemory(long firstLba, long blocks) {
    Arena arena = Arena.ofShared();
    try {
      return new Ledger(
          arena,
          arena.allocate(blocks * ENTRY_BYTES, Long.BYTES),
          arena.allocate(2L * Integer.BYTES),
          firstLba,
          blocks,
          true);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw e;
    }
  }

  /** Memory that a ledger of so many blocks takes. */
  public static long bytes(long blocks) {
    return blocks * ENTRY_BYTES;
  }

  /** First block it knows. */
  public long firstLba() {
    return firstLba;
  }

  /** Blocks it knows. */
  public long blocks() {
    return blocks;
  }

  /**
   * True while what was acknowledged must be found. After {@link #doubt} it may have been lost with
   * a volatile cache, unless a flush followed.
   */
  public boolean strict() {
    return strict;
  }

  /**
   * The target may have been restarted: what no flush followed may be gone, and no flush to come
   * will bring it back. Looks at every block, once for what was acknowledged since the last time.
   */
  public void doubt() {
    strict = false;
    if (settled) {
      return;
    }
    settled = true;
    for (long lba = firstLba; lba < firstLba + blocks; lba++) {
      entries.set(INT, at(lba) + ACKNOWLEDGED, floor(lba));
    }
  }

  private long at(long lba) {
    return (lba - firstLba) * ENTRY_BYTES;
  }

  /**
   * Claims blocks for a write, since two writes of one block at a time have no order.
   *
   * @return false if one of them is being written
   */
  public boolean claim(long lba, int count) {
    long first = lba - firstLba;
    for (long block = first; block < first + count; block++) {
      if (isSet(inFlight, block) || isSet(inherited, block)) {
        return false;
      }
    }
    for (long block = first; block < first + count; block++) {
      inFlight[(int) (block / Long.SIZE)] |= 1L << block;
    }
    return true;
  }

  private static boolean isSet(long[] bits, long block) {
    return (bits[(int) (block / Long.SIZE)] >>> block & 1) != 0;
  }

  /**
   * Another process has left this ledger, perhaps in the middle of a load: of a block that was
   * issued and not acknowledged nobody knows the outcome, and its last write may yet be carried
   * out. It cannot be claimed until {@link #forgetInherited}. To be called before {@link #doubt},
   * which takes acknowledgements back.
   */
  void inherit() {
    for (long block = 0; block < blocks; block++) {
      long at = block * ENTRY_BYTES;
      if (entries.get(INT, at + ISSUED) != entries.get(INT, at + ACKNOWLEDGED)) {
        inherited[(int) (block / Long.SIZE)] |= 1L << block;
        inherits = true;
      }
    }
  }

  /** True if some blocks cannot be claimed for what another process had in flight. */
  public boolean inherits() {
    return inherits;
  }

  /** True if one of these blocks is such a one. */
  public boolean inherited(long lba, int count) {
    long first = lba - firstLba;
    for (long block = first; inherits && block < first + count; block++) {
      if (isSet(inherited, block)) {
        return true;
      }
    }
    return false;
  }

  /** What another process had in flight cannot be carried out any more. */
  public void forgetInherited() {
    Arrays.fill(inherited, 0);
    inherits = false;
  }

  /** The write that claimed these blocks has ended. */
  public void release(long lba, int count) {
    long first = lba - firstLba;
    for (long block = first; block < first + count; block++) {
      inFlight[(int) (block / Long.SIZE)] &= ~(1L << block);
    }
  }

  /** A block is about to be written: its generation. */
  public int issue(long lba) {
    int generation = newest(lba) + 1;
    entries.set(INT, at(lba) + ISSUED, generation);
    return generation;
  }

  /** A write of the newest generation was acknowledged. */
  public void acknowledged(long lba) {
    holds(lba, newest(lba));
  }

  private void holds(long lba, int generation) {
    settled = false;
    long at = at(lba);
    if (entries.get(INT, at + EPOCH) < epochs.get(INT, Integer.BYTES)) {
      // A flush followed the one before.
      entries.set(INT, at + DURABLE, entries.get(INT, at + ACKNOWLEDGED));
    }
    entries.set(INT, at + EPOCH, epochs.get(INT, 0));
    entries.set(INT, at + ACKNOWLEDGED, generation);
  }

  /** A flush is about to be sent: its number. It covers what was acknowledged before. */
  public int flushIssued() {
    int number = epochs.get(INT, 0) + 1;
    epochs.set(INT, 0, number);
    return number;
  }

  /** A flush has succeeded. */
  public void flushed(int number) {
    epochs.set(INT, Integer.BYTES, Math.max(number, epochs.get(INT, Integer.BYTES)));
  }

  /** The newest generation that may stand in a block; 0 if it was never written. */
  public int newest(long lba) {
    return entries.get(INT, at(lba) + ISSUED);
  }

  /** The oldest generation that may stand in a block; 0 if it may never have been written. */
  public int floor(long lba) {
    long at = at(lba);
    int acknowledged = entries.get(INT, at + ACKNOWLEDGED);
    boolean durable = entries.get(INT, at + EPOCH) < epochs.get(INT, Integer.BYTES);
    return strict || durable ? acknowledged : entries.get(INT, at + DURABLE);
  }

  /**
   * A block was read and shows this generation, which is right: it is there, be it acknowledged or
   * not, and stays unless it is written or the target is in doubt again.
   */
  public void observed(long lba, int generation) {
    if (!strict && generation > entries.get(INT, at(lba) + ACKNOWLEDGED)) {
      holds(lba, generation);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
