package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists of ranges are cut by number of ranges, blocks of a range and blocks of a command. */
class RangeCutterTest {

  private static List<List<BlockRange>> cut(
      List<BlockRange> ranges, int maxRanges, long maxRangeBlocks, long maxBlocks) {
    RangeCutter cutter = new RangeCutter(ranges, maxRanges, maxRangeBlocks, maxBlocks);
    List<List<BlockRange>> commands = new ArrayList<>();
    List<BlockRange> command;
    while (!(command = cutter.next()).isEmpty()) {
      commands.add(command);
    }
    assertThat(cutter.taken()).isEqualTo(RangeCutter.blocks(ranges));
    return commands;
  }

  private static BlockRange range(long lba, long blocks) {
    return new BlockRange(lba, blocks);
  }

  @Test
  void whatFitsIsOneCommand() {
    List<BlockRange> ranges = List.of(range(0, 3), range(10, 7));
    assertThat(cut(ranges, 2, 7, 10)).containsExactly(ranges);
  }

  @Test
  void eachLimitCuts() {
    List<BlockRange> ranges = List.of(range(0, 3), range(10, 7));
    assertThat(cut(ranges, 1, 100, 100))
        .containsExactly(List.of(range(0, 3)), List.of(range(10, 7)));
    assertThat(cut(ranges, 9, 4, 100))
        .containsExactly(List.of(range(0, 3), range(10, 4), range(14, 3)));
    assertThat(cut(ranges, 9, 100, 5))
        .containsExactly(List.of(range(0, 3), range(10, 2)), List.of(range(12, 5)));
    assertThat(cut(ranges, 2, 3, 4))
        .containsExactly(
            List.of(range(0, 3), range(10, 1)),
            List.of(range(11, 3), range(14, 1)),
            List.of(range(15, 2)));
  }

  @Test
  void aHugeRangeIsCutOneCommandAtATime() {
    RangeCutter cutter = new RangeCutter(List.of(range(0, 1L << 60)), 1, 1, 1);
    assertThat(cutter.next()).containsExactly(range(0, 1));
    assertThat(cutter.next()).containsExactly(range(1, 1));
  }

  @Test
  void theSumOfRangesNeverWraps() {
    assertThat(RangeCutter.blocks(List.of(range(0, Long.MAX_VALUE), range(0, 5))))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void noRangeIsEmptyNegativeOrWraps() {
    assertThatThrownBy(() -> range(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> range(0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> range(2, Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
    assertThat(range(0, 4).overlaps(range(3, 1))).isTrue();
    assertThat(range(0, 4).overlaps(range(4, 1))).isFalse();
  }
}
