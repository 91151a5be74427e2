package io.nvmetcp.initiator.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static List<Long> waits(Backoff backoff, int count) {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      waits.add(backoff.nextNs());
    }
    return waits;
  }

  @Test
  void doublesUpToTheBoundAndChanceTakesOffUpToAHalf() {
    long[] most = {100, 200, 400, 800, 1000, 1000, 1000};
    for (long seed = 0; seed < 200; seed++) {
      List<Long> waits = waits(new Backoff(100, 1000, seed), most.length);
      for (int i = 0; i < most.length; i++) {
        assertThat(waits.get(i)).as("seed %d", seed).isBetween(most[i] / 2, most[i]);
      }
    }
  }

  @Test
  void hostsDoNotComeBackInStep() {
    assertThat(waits(new Backoff(1_000_000, 1_000_000, 1), 20)).doesNotHaveDuplicates();
    assertThat(waits(new Backoff(1_000_000, 1_000_000, 1), 20))
        .isNotEqualTo(waits(new Backoff(1_000_000, 1_000_000, 2), 20));
  }

  @Test
  void beginsAnewAfterAReset() {
    Backoff backoff = new Backoff(100, 100_000, 5);
    assertThat(waits(backoff, 10).getLast()).isGreaterThan(20_000);
    backoff.reset();
    assertThat(backoff.nextNs()).isLessThanOrEqualTo(100);
  }

  @Test
  void neverOverflows() {
    Backoff backoff = new Backoff(1L << 60, Long.MAX_VALUE, 3);
    assertThat(waits(backoff, 10)).allMatch(wait -> wait > 0);
  }

  @Test
  void refusesWaitsThatAreNone() {
    assertThatThrownBy(() -> new Backoff(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(2, 1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
