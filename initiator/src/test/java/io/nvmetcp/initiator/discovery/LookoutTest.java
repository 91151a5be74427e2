package io.nvmetcp.initiator.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One look at a time, none too few, and those that failed are made again, each time later. */
class LookoutTest {
  private static final long MILLI = 1_000_000;

  private final Lookout lookout = new Lookout();
  // Any origin will do.
  private long nowNs = Long.MAX_VALUE - 300 * MILLI;

  @Test
  void newsMakesALookAndAWholeOneIsTheLast() {
    assertThat(lookout.news()).isTrue();
    assertThat(lookout.state()).isEqualTo(Lookout.State.AWAIT_LOOK);
    assertThat(lookout.looked(nowNs, true)).isFalse();
    assertThat(lookout.state()).isEqualTo(Lookout.State.AWAIT_NEWS);
    assertThat(lookout.wakeInNs(nowNs)).isEqualTo(Lookout.NEVER);
    assertThat(lookout.wake(nowNs)).isFalse();
  }

  @Test
  void newsThatComesDuringALookMakesOneMoreHoweverOftenItCame() {
    assertThat(lookout.news()).isTrue();
    assertThat(lookout.news()).isFalse();
    assertThat(lookout.news()).isFalse();
    assertThat(lookout.looked(nowNs, true)).isTrue();
    assertThat(lookout.looked(nowNs, true)).isFalse();
    assertThat(lookout.state()).isEqualTo(Lookout.State.AWAIT_NEWS);
  }

  @Test
  void aLookThatFailedIsMadeAgainEachTimeLaterWithoutEnd() {
    List<Long> delays = new ArrayList<>();
    assertThat(lookout.news()).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(lookout.looked(nowNs, false)).isFalse();
      long delayNs = lookout.wakeInNs(nowNs);
      delays.add(delayNs / MILLI);
      assertThat(lookout.wake(nowNs + delayNs - 1)).as("too early").isFalse();
      assertThat(lookout.wakeInNs(nowNs + delayNs - 1)).isEqualTo(1);
      nowNs += delayNs;
      assertThat(lookout.wake(nowNs)).isTrue();
    }
    assertThat(delays)
        .containsExactly(250L, 500L, 1000L, 2000L, 4000L, 8000L, 16000L, 32000L, 32000L, 32000L);
  }

  @Test
  void newsEndsTheWaitAndMakesTheNextOneShort() {
    assertThat(lookout.news()).isTrue();
    assertThat(lookout.looked(nowNs, false)).isFalse();
    nowNs += 250 * MILLI;
    assertThat(lookout.wake(nowNs)).isTrue();
    assertThat(lookout.looked(nowNs, false)).isFalse();
    assertThat(lookout.news()).isTrue();
    assertThat(lookout.wake(nowNs + 500 * MILLI)).as("of the wait before").isFalse();
    assertThat(lookout.looked(nowNs, false)).isFalse();
    assertThat(lookout.wakeInNs(nowNs)).isEqualTo(250 * MILLI);
  }

  @Test
  void newsDuringALookThatFailsMakesTheNextOneAtOnce() {
    assertThat(lookout.news()).isTrue();
    assertThat(lookout.news()).isFalse();
    assertThat(lookout.looked(nowNs, false)).isTrue();
    assertThat(lookout.looked(nowNs, true)).isFalse();
  }

  @Test
  void afterTheEndNothingBegins() {
    assertThat(lookout.news()).isTrue();
    assertThat(lookout.news()).isFalse();
    lookout.end();
    assertThat(lookout.looked(nowNs, false)).isFalse();
    assertThat(lookout.news()).isFalse();
    assertThat(lookout.wakeInNs(nowNs)).isEqualTo(Lookout.NEVER);
    assertThat(lookout.wake(nowNs)).isFalse();
  }

  @Test
  void theEndOfALookThatNeverBeganIsAFault() {
    assertThatThrownBy(() -> lookout.looked(nowNs, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no look is under way: AWAIT_NEWS");
  }
}
