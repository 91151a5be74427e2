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
    KeepAlive keepAlive = new KeepAlive(1000, false, START);
    assertThat(keepAlive.check(START, 0, 0)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 499, 0, 0)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 500, 0, 0)).isEqualTo(SEND);
    keepAlive.sent(START + 510);
    assertThat(keepAlive.check(START + 900, 0, 0)).isEqualTo(WAIT);
    keepAlive.answered();
    // From when it was sent: the controller may have had it that early.
    assertThat(keepAlive.check(START + 1009, 0, 0)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 1010, 0, 0)).isEqualTo(SEND);
  }

  @Test
  void isLostWhenNothingAnswersWithinTheTimeout() {
    KeepAlive keepAlive = new KeepAlive(1000, false, START);
    keepAlive.sent(START + 500);
    assertThat(keepAlive.check(START + 1499, 0, 0)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 1500, 0, 0)).isEqualTo(LOST);
  }

  @Test
  void checksOftenEnoughThatTheControllerNeverWaitsTheWholeTimeout() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long timeout = random.nextLong(1_000, 1_000_000);
      KeepAlive keepAlive = new KeepAlive(timeout, false, START);
      long now = START;
      long heard = START;
      for (int i = 0; i < 200; i++) {
        now += keepAlive.checkIntervalNs();
        if (keepAlive.check(now, 0, 0) == SEND) {
          keepAlive.sent(now);
          assertThat(now - heard).as("seed %d", seed).isLessThan(timeout);
          heard = now;
          now += random.nextLong(timeout / 4);
          keepAlive.answered();
        }
      }
      assertThat(heard).as("seed %d", seed).isNotEqualTo(START);
    }
  }

  @Test
  void trafficTakesThePlaceOfKeepAliveWhereItCounts() {
    KeepAlive keepAlive = new KeepAlive(1000, true, START);
    long commands = 0;
    for (long at = 125; at < 10_000; at += 125) {
      commands++;
      assertThat(keepAlive.check(START + at, commands, commands)).isEqualTo(WAIT);
    }
    assertThat(keepAlive.check(START + 10_125, commands, commands)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 10_250, commands, commands)).as("idle").isEqualTo(SEND);
  }

  @Test
  void trafficDoesNotTakeItsPlaceWhereItDoesNotCount() {
    KeepAlive keepAlive = new KeepAlive(1000, false, START);
    for (long at = 125; at < 500; at += 125) {
      assertThat(keepAlive.check(START + at, at, at)).isEqualTo(WAIT);
    }
    assertThat(keepAlive.check(START + 500, 500, 500)).isEqualTo(SEND);
  }

  @Test
  void anAnswerToAnOldCommandOrACommandWithoutAnswerProvesNothing() {
    KeepAlive keepAlive = new KeepAlive(1000, true, START);
    assertThat(keepAlive.check(START + 100, 32, 0)).isEqualTo(WAIT);
    // The 32 are answered one by one, and new ones are sent that nobody answers.
    assertThat(keepAlive.check(START + 300, 40, 16)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 500, 48, 32)).isEqualTo(SEND);
  }

  @Test
  void nobodyAnswersThoughCommandsAreSent() {
    KeepAlive keepAlive = new KeepAlive(1000, true, START);
    keepAlive.sent(START + 500);
    assertThat(keepAlive.check(START + 1499, 99, 0)).isEqualTo(WAIT);
    assertThat(keepAlive.check(START + 1500, 100, 0)).isEqualTo(LOST);
  }

  @Test
  void anOldAssociationIsDeadAfterOneTimeoutAndWithTrafficAfterTwo() {
    assertThat(KeepAlive.quiesceNs(1000, false, 10)).isEqualTo(1010);
    assertThat(KeepAlive.quiesceNs(1000, true, 10)).isEqualTo(2010);
  }

  @Test
  void theShortestTimeoutStillHasAnInterval() {
    assertThat(new KeepAlive(1, false, 0).checkIntervalNs()).isEqualTo(1);
  }
}
