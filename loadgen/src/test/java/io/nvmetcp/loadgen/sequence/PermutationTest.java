package io.nvmetcp.loadgen.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PermutationTest {
  @Test
  void everyNumberComesOnce() {
    var random = new SplittableRandom(7);
    for (int size = 1; size < 2_000; size += 1 + random.nextInt(40)) {
      var permutation = new Permutation(size, random.nextLong());
      var seen = new BitSet(size);
      for (int i = 0; i < size; i++) {
        long at = permutation.at(i);
        assertThat(at).isBetween(0L, size - 1L);
        seen.set((int) at);
      }
      assertThat(seen.cardinality()).as("of %d", size).isEqualTo(size);
    }
  }

  @Test
  void theSeedDecidesTheOrderAndNeighboursLieApart() {
    var one = new Permutation(1 << 20, 1);
    var same = new Permutation(1 << 20, 1);
    var other = new Permutation(1 << 20, 2);
    int near = 0;
    int alike = 0;
    for (int i = 1; i < 10_000; i++) {
      assertThat(same.at(i)).isEqualTo(one.at(i));
      near += Math.abs(one.at(i) - one.at(i - 1)) < 1_000 ? 1 : 0;
      alike += one.at(i) == other.at(i) ? 1 : 0;
    }
    // By chance 2000 of 2^20 places are nearer than 1000: 19 of 10000.
    assertThat(near).isLessThan(60);
    assertThat(alike).isLessThan(5);
  }

  @Test
  void hugeAndTinyRangesWork() {
    var huge = new Permutation((1L << 40) + 12_345, 3);
    for (int i = 0; i < 1_000; i++) {
      assertThat(huge.at(i)).isBetween(0L, (1L << 40) + 12_344);
    }
    assertThat(new Permutation(1, 9).at(0)).isZero();
    assertThatThrownBy(() -> new Permutation(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
