package io.nvmetcp.target.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseSchedulerTest {
  private final List<Integer> emitted = new ArrayList<>();
  private final DisplacementHistogram histogram = new DisplacementHistogram();

  private ResponseScheduler scheduler(String policy) {
    return new ResponseScheduler(SchedulePolicy.parse(policy), histogram, emitted::add);
  }

  private static void ready(ResponseScheduler scheduler, int from, int to) {
    for (int response = from; response <= to; response++) {
      scheduler.ready(response);
    }
  }

  private long[] displacement() {
    long[] sums = new long[DisplacementHistogram.BUCKETS];
    histogram.addTo(sums);
    return sums;
  }

  @Test
  void passesEverythingThroughInOrder() {
    ResponseScheduler scheduler = scheduler("in-order");
    scheduler.ready(3);
    assertThat(emitted).containsExactly(3);
    scheduler.ready(1);
    assertThat(emitted).containsExactly(3, 1);
    assertThat(scheduler.held()).isZero();
    assertThat(displacement()[0]).isEqualTo(2);
  }

  @Test
  void reversesGroups() {
    ResponseScheduler scheduler = scheduler("reverse:3");
    ready(scheduler, 1, 7);
    assertThat(emitted).containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(scheduler.held()).isEqualTo(1);
    assertThat(displacement()[2]).isEqualTo(4);
  }

  @Test
  void followsAScriptAndRepeatsIt() {
    ResponseScheduler scheduler = scheduler("script:2,3,1");
    ready(scheduler, 1, 6);
    assertThat(emitted).containsExactly(2, 3, 1, 5, 6, 4);
  }

  @Test
  void appliesAScriptToWhatIsThereOfAnIncompleteGroup() {
    ResponseScheduler scheduler = scheduler("script:3,2,1");
    ready(scheduler, 1, 2);
    scheduler.turnEnd(0);
    assertThat(emitted).containsExactly(2, 1);
  }

  @Test
  void holdsAnIncompleteGroupOnlyWhileSomethingElseIsUnderWay() {
    ResponseScheduler scheduler = scheduler("reverse:4");
    scheduler.ready(1);
    scheduler.turnEnd(1);
    assertThat(emitted).isEmpty();
    scheduler.ready(2);
    scheduler.turnEnd(0);
    assertThat(emitted).containsExactly(2, 1);
  }

  @Test
  void neverStarvesALoneCommand() {
    ResponseScheduler scheduler = scheduler("shuffle:4096");
    scheduler.ready(9);
    scheduler.turnEnd(0);
    assertThat(emitted).containsExactly(9);
  }

  @Test
  void givesTheSameOrderForTheSameSeedAndAnotherForAnother() {
    ready(scheduler("shuffle:64:5"), 1, 64);
    List<Integer> first = List.copyOf(emitted);
    emitted.clear();
    ready(scheduler("shuffle:64:5"), 1, 64);
    assertThat(emitted).isEqualTo(first);
    emitted.clear();
    ready(scheduler("shuffle:64:6"), 1, 64);
    assertThat(emitted).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
  }

  @Test
  void countsLargeDisplacementsInTheLastBucket() {
    ready(scheduler("reverse:200"), 1, 200);
    long[] counts = displacement();
    assertThat(counts[DisplacementHistogram.BUCKETS - 1]).isPositive();
    assertThat(IntStream.range(0, counts.length).mapToLong(i -> counts[i]).sum()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"in-order", "reverse:5", "shuffle:16:3", "script:4,1,3,2", "reverse:1"})
  void emitsEveryResponseExactlyOnceWhateverHappens(String policy) {
    for (int seed = 0; seed < 50; seed++) {
      emitted.clear();
      SplittableRandom random = new SplittableRandom(seed);
      ResponseScheduler scheduler = scheduler(policy);
      int started = 0;
      List<Integer> underWay = new ArrayList<>();
      while (started < 500 || !underWay.isEmpty()) {
        for (int i = random.nextInt(8); i > 0 && started < 500; i--) {
          underWay.add(started++);
        }
        for (int i = random.nextInt(8); i > 0 && !underWay.isEmpty(); i--) {
          scheduler.ready(underWay.remove(random.nextInt(underWay.size())));
        }
        scheduler.turnEnd(underWay.size());
        assertThat(emitted.size() + scheduler.held() + underWay.size())
            .as("seed %d", seed)
            .isEqualTo(started);
      }
      assertThat(scheduler.held()).as("seed %d", seed).isZero();
      assertThat(emitted)
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 500).boxed().toList());
    }
  }
}
