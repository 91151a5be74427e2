package io.nvmetcp.initiator;

import java.util.ArrayList;
import java.util.List;

/** Cuts a list of ranges, in order, into lists that one command each can carry. */
final class RangeCutter {
  private final List<BlockRange> ranges;
  private final int maxRanges;
  private final long maxRangeBlocks;
  private final long maxBlocks;
  private int index;
  private long inRange;
  private long taken;

  /**
   * @param maxRanges most ranges of a command
   * @param maxRangeBlocks most blocks of a range
   * @param maxBlocks most blocks of a command
   */
  RangeCutter(List<BlockRange> ranges, int maxRanges, long maxRangeBlocks, long maxBlocks) {
    this.ranges = List.copyOf(ranges);
    this.maxRanges = maxRanges;
    this.maxRangeBlocks = maxRangeBlocks;
    this.maxBlocks = maxBlocks;
  }

  /** Blocks of all lists so far. */
  long taken() {
    return taken;
  }

  /** The next command's ranges; none at the end. */
  List<BlockRange> next() {
    List<BlockRange> command = new ArrayList<>();
    long room = maxBlocks;
    while (index < ranges.size() && command.size() < maxRanges && room > 0) {
      BlockRange range = ranges.get(index);
      long blocks = Math.min(Math.min(room, maxRangeBlocks), range.blocks() - inRange);
      command.add(new BlockRange(range.lba() + inRange, blocks));
      room -= blocks;
      inRange += blocks;
      taken += blocks;
      if (inRange == range.blocks()) {
        index++;
        inRange = 0;
      }
    }
    return command;
  }

  /** Blocks of all ranges; as many as there can be if they are more. */
  static long blocks(List<BlockRange> ranges) {
    long blocks = 0;
    for (BlockRange range : ranges) {
      blocks = range.blocks() > Long.MAX_VALUE - blocks ? Long.MAX_VALUE : blocks + range.blocks();
    }
    return blocks;
  }
}
