package io.nvmetcp.initiator.health;

import static io.nvmetcp.initiator.health.ReconnectPolicy.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.health.ControllerLife.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ControllerLifeTest implements ControllerLife.Orders {
  private static final long LOSS = 10_000;
  private static final long FAIL_FAST = 3_000;
  private static final long CLOSE = 500;
  private static final ReconnectPolicy POLICY = new ReconnectPolicy(LOSS, FAIL_FAST, 2_000, CLOSE);
  // Not a constant: the sums below wrap on purpose.
  private static final long START = Long.valueOf(Long.MAX_VALUE - 5_000);

  private final List<String> orders = new ArrayList<>();
  private ControllerLife life = life(POLICY);
  private long now = START;

  private ControllerLife life(ReconnectPolicy policy) {
    return new ControllerLife(policy, new Backoff(100, 800, 1), START, this);
  }

  @Override
  public void endAssociation(String why) {
    orders.add("end: " + why);
  }

  @Override
  public void connect(int attempt) {
    orders.add("connect " + attempt);
  }

  @Override
  public void abandonAttempt(String why) {
    orders.add("abandon: " + why);
  }

  @Override
  public void shutDown() {
    orders.add("shut down");
  }

  @Override
  public void failWaiting(String why) {
    orders.add("fail waiting: " + why);
  }

  @Override
  public void ended(String why) {
    orders.add("ended: " + why);
  }

  /** The orders since the last look. */
  private List<String> taken() {
    List<String> taken = List.copyOf(orders);
    orders.clear();
    return taken;
  }

  /** Passes the time that the machine asks for, and wakes it. */
  private void sleep() {
    long in = life.wakeInNs(now);
    assertThat(in).isNotEqualTo(NEVER);
    now += in;
    life.wake(now);
  }

  private void lose() {
    life.lost(now, "cut");
    life.gone(now);
    orders.clear();
  }

  @Test
  void aLossIsFollowedByAnAttemptAfterTheBackOff() {
    now += 5_000;
    life.lost(now, "cut");
    assertThat(taken()).containsExactly("end: cut");
    assertThat(life.state()).isEqualTo(State.AWAIT_OLD_GONE);
    life.lost(now, "another queue, cut too");
    life.wake(now);
    assertThat(taken()).as("nothing of the old one may be left").isEmpty();
    life.gone(now);
    assertThat(life.state()).isEqualTo(State.AWAIT_DELAY);
    assertThat(life.wakeInNs(now)).isBetween(50L, 100L);
    life.wake(now + 10);
    assertThat(taken()).isEmpty();
    sleep();
    assertThat(taken()).containsExactly("connect 1");
    assertThat(life.attached(now)).isTrue();
    assertThat(life.state()).isEqualTo(State.LIVE);
    assertThat(life.wakeInNs(now)).isEqualTo(NEVER);
  }

  @Test
  void attemptsGoOnEverMoreSlowlyUntilTheLossTimeout() {
    lose();
    int attempts = 0;
    long lostNs = now;
    while (life.state() != State.ENDED) {
      sleep();
      for (String order : taken()) {
        if (order.startsWith("connect")) {
          attempts++;
          now += 10;
          life.refused(now, "nobody listens", true);
        } else if (order.startsWith("ended")) {
          assertThat(order)
              .isEqualTo(
                  "ended: no connection within the controller loss timeout, at last because: nobody"
                      + " listens; it was lost: cut");
        } else {
          assertThat(order).startsWith("fail waiting: ");
          assertThat(now - lostNs).isGreaterThanOrEqualTo(FAIL_FAST);
        }
      }
    }
    assertThat(now - lostNs).isEqualTo(LOSS);
    assertThat(attempts).isBetween(10, 30);
    assertThat(life.entered(State.AWAIT_ATTEMPT)).isEqualTo(attempts);
  }

  @Test
  void whatWaitsFailsOnceAtTheFailFastTimeout() {
    lose();
    List<String> all = new ArrayList<>();
    while (now - START < 2 * FAIL_FAST) {
      sleep();
      all.addAll(orders);
      if (orders.removeIf(order -> order.startsWith("connect"))) {
        life.refused(now, "no", true);
      }
      orders.clear();
    }
    assertThat(all)
        .filteredOn(order -> order.startsWith("fail"))
        .containsExactly("fail waiting: reconnecting takes longer than the fail-fast timeout: cut");
    assertThat(life.reconnecting()).isTrue();
  }

  @Test
  void withoutReconnectingALossIsTheEnd() {
    life = life(new ReconnectPolicy(0, NEVER, 0, CLOSE));
    life.lost(now, "cut");
    assertThat(life.state()).isEqualTo(State.AWAIT_GONE);
    life.gone(now);
    assertThat(taken()).containsExactly("end: cut", "ended: cut");
  }

  @Test
  void withoutALossTimeoutItIsNeverGivenUp() {
    life = life(new ReconnectPolicy(NEVER, NEVER, 0, CLOSE));
    lose();
    for (int i = 0; i < 1_000; i++) {
      sleep();
      assertThat(taken()).containsExactly("connect " + (i + 1));
      assertThat(life.wakeInNs(now)).isEqualTo(NEVER);
      life.refused(now, "no", true);
    }
  }

  @Test
  void aRefusalThatWouldComeAgainIsTheEnd() {
    lose();
    sleep();
    life.refused(now, "no such host", false);
    assertThat(taken()).containsExactly("connect 1", "ended: no such host");
    assertThat(life.state()).isEqualTo(State.ENDED);
  }

  @Test
  void aShortLifeDoesNotResetTheBackOff() {
    lose();
    long longest = 0;
    for (int i = 0; i < 10; i++) {
      longest = Math.max(longest, life.wakeInNs(now));
      sleep();
      assertThat(life.attached(now)).isTrue();
      now += 100;
      lose();
    }
    assertThat(longest).isGreaterThan(200);
    sleep();
    assertThat(life.attached(now)).isTrue();
    now += 2_000;
    lose();
    assertThat(life.wakeInNs(now)).isLessThanOrEqualTo(100);
  }

  @Test
  void closesGracefullyWithinABound() {
    life.close(now);
    life.close(now);
    assertThat(taken()).containsExactly("shut down");
    assertThat(life.wakeInNs(now)).isEqualTo(CLOSE);
    life.gone(now + 10);
    assertThat(taken()).containsExactly("ended: closed by this host");
    life.close(now);
    assertThat(taken()).isEmpty();
  }

  @Test
  void aShutdownThatTakesTooLongIsCutShort() {
    life.close(now);
    orders.clear();
    sleep();
    assertThat(taken()).containsExactly("end: the shutdown took too long");
    life.gone(now);
    assertThat(taken()).containsExactly("ended: closed by this host");
  }

  @Test
  void aLossWhileClosingIsNoReasonToComeBack() {
    life.close(now);
    orders.clear();
    life.lost(now, "the controller closed the connection");
    life.gone(now);
    assertThat(taken()).containsExactly("end: closed by this host", "ended: closed by this host");
  }

  @Test
  void closesInEveryStateOfReconnecting() {
    life.lost(now, "cut");
    life.close(now);
    assertThat(life.state()).isEqualTo(State.AWAIT_GONE);
    life.gone(now);
    assertThat(taken()).containsExactly("end: cut", "ended: closed by this host");

    life = life(POLICY);
    lose();
    life.close(now);
    assertThat(taken()).containsExactly("ended: closed by this host");

    life = life(POLICY);
    lose();
    sleep();
    life.close(now);
    assertThat(taken()).containsExactly("connect 1", "abandon: closed by this host");
    assertThat(life.attached(now)).as("too late").isFalse();
    life.refused(now, "given up", true);
    assertThat(taken()).containsExactly("ended: closed by this host");
  }

  @Test
  void anAttemptUnderWayAtTheLossTimeoutIsGivenUp() {
    lose();
    sleep();
    orders.clear();
    now = START + FAIL_FAST;
    life.wake(now);
    assertThat(taken()).hasSize(1);
    sleep();
    assertThat(now - START).isEqualTo(LOSS);
    assertThat(taken()).singleElement().asString().startsWith("abandon: no connection within");
    life.refused(now, "given up", true);
    assertThat(taken()).singleElement().asString().startsWith("ended: no connection within");
  }

  @Test
  void endsOnceWhateverHappensInWhateverOrder() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      now = START;
      orders.clear();
      life = life(POLICY);
      for (int step = 0; step < 40; step++) {
        now += random.nextLong(400);
        switch (random.nextInt(7)) {
          case 0 -> life.lost(now, "cut");
          case 1 -> life.gone(now);
          case 2, 3 -> life.wake(now);
          case 4 -> life.refused(now, "no", random.nextInt(5) > 0);
          case 5 -> {
            boolean wanted = life.state() == State.AWAIT_ATTEMPT;
            assertThat(life.attached(now)).isEqualTo(wanted);
          }
          default -> {
            if (random.nextInt(10) == 0) {
              life.close(now);
            }
          }
        }
        boolean over = life.state() == State.ENDED;
        assertThat(orders.stream().filter(order -> order.startsWith("ended")).count())
            .as("seed %d", seed)
            .isEqualTo(over ? 1 : 0);
      }
    }
  }
}
