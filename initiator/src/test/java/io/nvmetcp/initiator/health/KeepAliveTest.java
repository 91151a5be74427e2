package io.nvmetcp.initiator.health;

import static io.nvmetcp.initiator.health.KeepAlive.Verdict.LOST;
import static io.nvmetcp.initiator.health.KeepAlive.Verdict.SEND;
import static io.nvmetcp.initiator.health.KeepAlive.Verdict.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  // Not a constant: the sums below wrap on purpose.
  private static final long START = Long.valueOf(Long.MAX_VALUE - 500);

  @Test
  void sendsAfterHalfTheTimeoutAlsoWhenTheClockWraps() {
    KeepAlive keepAlive = new KeepAlive(1000, START);
    assertThat(keepAlive.check(START)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 499)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 500)).isEqualTo(SEND);
    keepAlive.sent(START + 510);
    assertThat(keepAlive.check(START + 900)).isEqualTo(WAIT);
    keepAlive.answered(START + 1000);
    assertThat(keepAlive.check(START + 1499)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 1500)).isEqualTo(SEND);
  }

  @Test
  void isLostWhenNothingAnswersWithinTheTimeout() {
    KeepAlive keepAlive = new KeepAlive(1000, START);
    keepAlive.sent(START + 500);
    assertThat(keepAlive.check(START + 1499)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 1500)).isEqualTo(LOST);
  }

  @Test
  void checksOftenEnoughThatTheControllerNeverWaitsTheWholeTimeout() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long timeout = random.nextLong(1_000, 1_000_000);
      KeepAlive keepAlive = new KeepAlive(timeout, START);
      long now = START;
      long heard = START;
      for (int i = 0; i < 200; i++) {
        now += keepAlive.checkIntervalNs();
        if (keepAlive.check(now) == SEND) {
          keepAlive.sent(now);
          assertThat(now - heard).as("seed %d", seed).isLessThan(timeout);
          heard = now;
          keepAlive.answered(now + random.nextLong(timeout / 4));
        }
      }
      assertThat(heard).as("seed %d", seed).isNotEqualTo(START);
    }
  }

  @Test
  void theShortestTimeoutStillHasAnInterval() {
    assertThat(new KeepAlive(1, 0).checkIntervalNs()).isEqualTo(1);
  }
}
