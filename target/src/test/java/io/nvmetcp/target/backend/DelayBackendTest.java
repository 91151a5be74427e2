package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayBackendTest extends StorageBackendContract {
  private final AtomicInteger delayed = new AtomicInteger();

  @Override
  StorageBackend open() {
    BackendTimer atOnce =
        (delayNs, task) -> {
          delayed.incrementAndGet();
          task.run();
        };
    return new DelayBackend(
        new MemoryBackend(SIZE_BYTES), Delay.parse("uniform:0us:50us:7"), atOnce);
  }

  @Test
  void everyOperationWaits() {
    assertThat(thread.write(backend, 0, new byte[4096], false)).isZero();
    assertThat(thread.flush(backend)).isZero();
    assertThat(thread.compare(backend, 0, new byte[4096])).isZero();
    assertThat(thread.bytes(backend, 0, 4096)).containsOnly(0);
    assertThat(delayed).hasValue(4);
  }

  @Test
  void theShorterDelayIsServedFirst() {
    HandTimer timer = new HandTimer();
    List<Integer> order = new ArrayList<>();
    long[] due = new long[20];
    DelayBackend slow =
        new DelayBackend(new NullBackend(SIZE_BYTES), Delay.parse("uniform:1us:900us:3"), timer);
    for (int i = 0; i < due.length; i++) {
      int number = i;
      slow.flush(Runnable::run, status -> order.add(number));
    }
    assertThat(order).isEmpty();
    for (int i = 0; i < due.length; i++) {
      due[i] = timer.next();
    }
    assertThat(due).isSorted();
    assertThat(due[0]).isBetween(1_000L, 900_000L);
    assertThat(due[due.length - 1]).isBetween(1_000L, 900_000L);
    assertThat(order).hasSize(due.length).doesNotHaveDuplicates();
    List<Integer> arrival = new ArrayList<>(order);
    arrival.sort(null);
    assertThat(order).isNotEqualTo(arrival);
    assertThat(slow.close()).isCompleted();
  }

  @Test
  void closingWaitsForWhatWaitsAndRefusesWhatComesLater() throws Exception {
    HandTimer timer = new HandTimer();
    StorageBackend slow =
        new DelayBackend(new MemoryBackend(SIZE_BYTES), Delay.parse("fixed:10ms"), timer);
    AtomicInteger outcome = new AtomicInteger(-1);
    slow.flush(Runnable::run, outcome::set);
    CompletableFuture<Void> closed = slow.close();
    assertThat(closed).isNotDone();
    assertThat(thread.flush(slow)).isEqualTo(Status.NAMESPACE_NOT_READY);
    assertThat(outcome).hasValue(-1);
    assertThat(timer.next()).isEqualTo(10_000_000);
    assertThat(outcome).hasValue(Status.SUCCESS);
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void closesAlthoughTimeOrTheSessionHasEnded() {
    BackendTimer ended =
        (delayNs, task) -> {
          throw new RejectedExecutionException();
        };
    StorageBackend timeless =
        new DelayBackend(new NullBackend(SIZE_BYTES), Delay.parse("fixed:1us"), ended);
    assertThat(thread.flush(timeless)).isEqualTo(Status.NAMESPACE_NOT_READY);
    assertThat(timeless.close()).isCompleted();

    HandTimer timer = new HandTimer();
    StorageBackend lonely =
        new DelayBackend(new NullBackend(SIZE_BYTES), Delay.parse("fixed:1us"), timer);
    lonely.flush(
        task -> {
          throw new RejectedExecutionException();
        },
        status -> {
          throw new AssertionError("nobody is there");
        });
    assertThat(timer.next()).isEqualTo(1_000);
    assertThat(lonely.close()).isCompleted();
  }

  private static long[] draws(String text, int count) {
    Delay delay = Delay.parse(text);
    Dice dice = new Dice(delay.seed());
    long[] draws = new long[count];
    Arrays.setAll(draws, i -> delay.draw(dice));
    return draws;
  }

  @ParameterizedTest
  @CsvSource({
    "fixed:2ms, 2000000, 2000000, 2000000",
    "uniform:1ms:3ms:5, 2000000, 1000000, 3000000",
    "exponential:2ms:5, 2000000, 0, 60000000000",
    "normal:2ms:400us:5, 2000000, 0, 4400000"
  })
  void drawsFollowTheirDistribution(String text, long meanNs, long leastNs, long mostNs) {
    long[] draws = draws(text, 20_000);
    assertThat(draws).containsExactly(draws(text, 20_000));
    assertThat(Arrays.stream(draws).average().orElseThrow())
        .isBetween(meanNs * 0.96, meanNs * 1.04);
    assertThat(Arrays.stream(draws).min().orElseThrow()).isGreaterThanOrEqualTo(leastNs);
    assertThat(Arrays.stream(draws).max().orElseThrow()).isLessThanOrEqualTo(mostNs);
  }

  @Test
  void anExponentialDelayIsShortMostOfTheTime() {
    long below = Arrays.stream(draws("exponential:1ms:9", 10_000)).filter(d -> d < 693_147).count();
    assertThat(below).isBetween(4_800L, 5_200L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fixed:7ns", "uniform:0s:1500us:9", "exponential:2ms:1", "normal:1s:30ms:-4"})
  void readsWhatItWrites(String text) {
    assertThat(Delay.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "slow:1ms, unknown shape 'slow'",
    "fixed, a time is missing",
    "fixed:1ms:2, too many values",
    "uniform:1ms, a time is missing",
    "uniform:2ms:1ms, the most is less than the least",
    "fixed:5, '5' is no time with ns",
    "fixed:5m, '5m' is no time with ns",
    "fixed:-5ms, a time is not between 0 and 60 s",
    "fixed:61s, a time is not between 0 and 60 s",
    "fixed:99999999999999s, '99999999999999s' is no time",
    "normal:1ms:1ms:x, seed 'x' is not a number",
  })
  void saysWhatIsWrongWithADelay(String text, String why) {
    assertThatThrownBy(() -> Delay.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delay '" + text + "': ")
        .hasMessageContaining(why)
        .hasMessageContaining("exponential:MEAN[:seed]");
  }
}
