package io.nvmetcp.target.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every policy, and for rules that combine them. */
class SchedulerContractTest {
  private static final int ITEMS = 64;
  private static final int COMMANDS = 500;
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  static Stream<String> everySchedule() {
    return Stream.concat(everyHoldingSchedule(), Stream.of("in-order"));
  }

  static Stream<String> everyHoldingSchedule() {
    return Stream.of(
        "reverse:5",
        "reverse:100",
        "shuffle:16:3",
        "shuffle:4096",
        "small-first",
        "small-first:64",
        "script:4,1,3,2",
        "interleave",
        "interleave:3:512",
        "hold:1:5",
        "hold:7:1500",
        "ns1=reverse:4;ns2=hold:2:3;queue9=reverse:2;interleave:4:4096");
  }

  /** A back end, a clock and a scheduler that a seed drives; items are used again, as slots are. */
  private static final class World {
    final Recorder out = new Recorder();
    final Scheduler scheduler;
    final SplittableRandom random;
    final List<Integer> free = new ArrayList<>();
    final List<Integer> underWay = new ArrayList<>();
    final long[] readySince = new long[ITEMS];
    final List<Integer> left = new ArrayList<>();
    long nowNs;
    long longestHoldNs;

    World(String schedule, long seed) {
      scheduler = out.scheduler(schedule, 1, ITEMS);
      random = new SplittableRandom(seed);
      IntStream.range(0, ITEMS).forEach(free::add);
    }

    void start() {
      int item = free.remove(random.nextInt(free.size()));
      scheduler.started(item, random.nextInt(1, 4));
      underWay.add(item);
    }

    void finish() {
      int item = underWay.remove(random.nextInt(underWay.size()));
      long bytes = 512L * random.nextInt(100);
      out.size(item, bytes);
      readySince[item] = nowNs;
      scheduler.ready(item, bytes);
      collect();
    }

    void turnEnd() {
      scheduler.turnEnd(nowNs);
      collect();
    }

    // What left is free again only now: the outlet must not call back.
    void collect() {
      for (int item : out.emitted) {
        longestHoldNs = Math.max(longestHoldNs, nowNs - readySince[item]);
        free.add(item);
        left.add(item);
      }
      out.emitted.clear();
    }

    void run() {
      int started = 0;
      while (started < COMMANDS || !underWay.isEmpty()) {
        for (int i = random.nextInt(8); i > 0 && started < COMMANDS && !free.isEmpty(); i--) {
          start();
          started++;
        }
        for (int i = random.nextInt(8); i > 0 && !underWay.isEmpty(); i--) {
          finish();
        }
        turnEnd();
        nowNs += random.nextLong(2 * MS);
        assertThat(left.size() + scheduler.held() + underWay.size()).isEqualTo(started);
      }
      while (scheduler.held() > 0) {
        assertThat(scheduler.deadlineNs())
            .as("a deadline while something is held")
            .isLessThan(Scheduler.NEVER);
        nowNs = Math.max(nowNs, scheduler.deadlineNs());
        turnEnd();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everySchedule")
  void letsEverythingGoExactlyOnceAndCountsIt(String schedule) {
    for (int seed = 0; seed < 50; seed++) {
      World world = new World(schedule, seed);
      world.run();
      assertThat(world.left).as("seed %d", seed).hasSize(COMMANDS);
      assertThat(world.free).as("seed %d", seed).hasSize(ITEMS).doesNotHaveDuplicates();
      assertThat(Arrays.stream(world.out.displacement()).sum())
          .as("seed %d", seed)
          .isEqualTo(COMMANDS);
      assertThat(world.scheduler.deadlineNs()).isEqualTo(Scheduler.NEVER);
    }
  }

  @ParameterizedTest
  @MethodSource("everySchedule")
  void givesTheSameOrderForTheSameSeedAndInput(String schedule) {
    for (int seed = 0; seed < 5; seed++) {
      World one = new World(schedule, seed);
      World other = new World(schedule, seed);
      one.run();
      other.run();
      assertThat(one.out.parts).as("seed %d", seed).isEqualTo(other.out.parts);
      assertThat(one.left).as("seed %d", seed).isEqualTo(other.left);
    }
  }

  @ParameterizedTest
  @MethodSource("everySchedule")
  void holdsNothingForLongerThanItSays(String schedule) {
    for (int seed = 0; seed < 20; seed++) {
      World world = new World(schedule, seed);
      world.run();
      // The turn ends up to 2 ms after it became ready, and is looked at 2 ms later.
      assertThat(world.longestHoldNs)
          .as("seed %d", seed)
          .isLessThanOrEqualTo((Math.max(SchedulePolicy.LONGEST_HOLD_MILLIS, 1500) + 4) * MS);
    }
  }

  @ParameterizedTest
  @MethodSource("everySchedule")
  void neverStarvesALoneThing(String schedule) {
    World world = new World(schedule, 1);
    for (int i = 0; i < 20; i++) {
      world.start();
      world.finish();
      world.turnEnd();
      if (world.scheduler.held() > 0) {
        world.nowNs = world.scheduler.deadlineNs();
        world.turnEnd();
      }
      assertThat(world.left).as("thing %d", i).hasSize(i + 1);
    }
  }

  @ParameterizedTest
  @MethodSource("everySchedule")
  void letsEverythingGoWhenTold(String schedule) {
    World world = new World(schedule, 1);
    for (int i = 0; i < ITEMS; i++) {
      world.start();
    }
    for (int i = 0; i < ITEMS / 2; i++) {
      world.finish();
    }
    world.scheduler.releaseAll();
    world.collect();
    assertThat(world.left).hasSize(ITEMS / 2);
    assertThat(world.scheduler.held()).isZero();
  }

  @ParameterizedTest
  @MethodSource("everyHoldingSchedule")
  void forgetsWhatIsTakenOutOfIt(String schedule) {
    World world = new World(schedule, 3);
    for (int i = 0; i < ITEMS; i++) {
      world.start();
    }
    List<Integer> finished = new ArrayList<>();
    while (world.scheduler.held() == 0) {
      List<Integer> before = List.copyOf(world.underWay);
      world.finish();
      before.stream().filter(item -> !world.underWay.contains(item)).forEach(finished::add);
    }
    finished.removeAll(world.left);
    int victim = finished.getFirst();
    int before = world.scheduler.held();
    world.scheduler.remove(victim);
    assertThat(world.scheduler.held()).isEqualTo(before - 1);
    assertThatThrownBy(() -> world.scheduler.remove(victim))
        .isInstanceOf(IllegalStateException.class);
    world.left.clear();
    world.scheduler.releaseAll();
    world.collect();
    assertThat(world.left).hasSize(before - 1).doesNotContain(victim);
  }
}
