package io.nvmetcp.initiator.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** When a connection that ends politely is closed in any case. */
class LingerTest {
  // The look that closes, from 1.
  private static int looks(IntToLongFunction pendingBytes) {
    Linger linger = new Linger();
    int looks = 1;
    while (!linger.over(pendingBytes.applyAsLong(looks))) {
      looks++;
    }
    return looks;
  }

  @Test
  void aPeerThatReadsEverythingHasTwoSecondsToClose() {
    assertThat(looks(look -> 0) * Linger.LOOK_NS).isEqualTo(2_000_000_000);
    assertThat(looks(look -> 1000 - look) * Linger.LOOK_NS).isEqualTo(2_000_000_000);
  }

  @Test
  void aPeerThatReadsNothingHasOneSecondFromTheFirstLookOn() {
    assertThat(looks(look -> 5) * Linger.LOOK_NS).isEqualTo(1_100_000_000);
    assertThat(looks(look -> 5 + look) * Linger.LOOK_NS).isEqualTo(1_100_000_000);
  }

  @Test
  void whatMovesBeginsTheSecondAnew() {
    assertThat(looks(look -> look <= 5 ? 10 - look : 5)).isEqualTo(5 + 10);
    assertThat(looks(look -> look <= 5 ? 10 : 5)).isEqualTo(6 + 10);
  }
}
