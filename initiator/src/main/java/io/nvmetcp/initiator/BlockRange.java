package io.nvmetcp.initiator;

/**
 * A range of logical blocks.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="ranges"}
 *
 * @param lba its first block
 * @param blocks how many, at least one
 */
public record BlockRange(long lba, long blocks) {
  /** Refuses what is no range on any namespace. */
  public BlockRange {
    if (lba < 0 || blocks < 1 || lba > Long.MAX_VALUE - blocks) {
      throw new IllegalArgumentException(blocks + " blocks at " + lba + " are no range");
    }
  }

  /** The first block behind it. */
  public long end() {
    return lba + blocks;
  }

  /** True if the two have a block in common. */
  public boolean overlaps(BlockRange other) {
    return lba < other.end() && other.lba < end();
  }
}
