package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DisplacementChartTest {
  private static final int FURTHEST = 64;
  private final long[] counts = new long[2 * FURTHEST + 1];

  private void displace(int places, long responses) {
    counts[places + FURTHEST] += responses;
  }

  private List<String> rows() {
    return DisplacementChart.rows(d -> counts[d + FURTHEST], FURTHEST);
  }

  @Test
  void answersInOrderAreOneRow() {
    displace(0, 1234);
    assertThat(rows()).containsExactly("         0         1,234  " + "#".repeat(40));
  }

  @Test
  void nothingIsAnEmptyRow() {
    assertThat(rows()).containsExactly("         0             0");
  }

  @Test
  void aFewPlacesHaveARowEach() {
    displace(-1, 20);
    displace(0, 40);
    displace(2, 10);
    assertThat(rows())
        .containsExactly(
            "        -2             0",
            "        -1            20  " + "#".repeat(20),
            "         0            40  " + "#".repeat(40),
            "        +1             0",
            "        +2            10  " + "#".repeat(10));
  }

  @Test
  void manyPlacesAreGroupedRoundZero() {
    for (int d = -30; d <= 30; d++) {
      displace(d, 10);
    }
    assertThat(rows()).hasSize(21);
    assertThat(rows().getFirst()).startsWith("  -31..-29            20");
    assertThat(rows().get(10)).startsWith("    -1..+1            30");
    assertThat(rows().getLast()).startsWith("  +29..+31            20");
  }

  @Test
  void stragglersGetARowAtTheEndAndDoNotSqueezeTheRest() {
    displace(-1, 50_000);
    displace(1, 50_000);
    displace(-17, 3);
    displace(64, 2);
    assertThat(rows()).hasSize(5);
    assertThat(rows().getFirst()).startsWith("      < -1             3  #");
    assertThat(rows().getLast()).startsWith("      > +1             2  #");
  }

  @Test
  void theEndsOfTheRangeSayThatTheyAreOpen() {
    displace(-64, 1);
    displace(64, 1);
    assertThat(rows().getFirst()).startsWith("    <= -60             1");
    assertThat(rows().getLast()).startsWith("    >= +60             1");
  }

  @Test
  void everyResponseIsInExactlyOneRow() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 500; round++) {
      Arrays.fill(counts, 0);
      int reach = random.nextInt(FURTHEST + 1);
      for (int d = -reach; d <= reach; d++) {
        displace(d, random.nextInt(5) == 0 ? random.nextLong(100_000) : random.nextLong(3));
      }
      long sum = 0;
      for (String row : rows()) {
        sum += count(row);
      }
      assertThat(sum).as("seed %d, round %d", seed, round).isEqualTo(total());
      assertThat(rows()).as("seed %d, round %d", seed, round).hasSizeLessThanOrEqualTo(23);
    }
  }

  // The count ends at column 24, whatever the label.
  private static long count(String row) {
    return Long.parseLong(row.substring(10, 24).strip().replace(",", ""));
  }

  private long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
