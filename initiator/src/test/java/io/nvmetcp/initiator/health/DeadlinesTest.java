package io.nvmetcp.initiator.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlinesTest implements Deadlines.Late {
  private static final long MS = 1_000_000;
  private static final long LIMIT = 800 * MS;
  private static final long GRACE = 400 * MS;
  // Not a constant: the sums below wrap on purpose.
  private static final long START = Long.valueOf(Long.MAX_VALUE - 100 * MS);

  private final Deadlines deadlines = new Deadlines(16, LIMIT, GRACE, START);
  private final Set<Integer> out = new HashSet<>();
  private final List<String> late = new ArrayList<>();
  private long nowNs = START;

  @Override
  public void abort(int cid) {
    late.add("abort %d after %d ms".formatted(cid, (nowNs - START) / MS));
  }

  @Override
  public void reset(int cid) {
    late.add("reset %d".formatted(cid));
  }

  private void send(int cid) {
    out.add(cid);
    deadlines.sent(cid);
  }

  private void pass(long ns) {
    long endNs = nowNs + ns;
    while (endNs - nowNs > 0) {
      nowNs += Math.min(deadlines.sweepIntervalNs(), endNs - nowNs);
      deadlines.sweep(nowNs, out::contains, this);
    }
  }

  @Test
  void aLateCommandIsReportedOnceForAnAbortAndAfterTheGraceForAReset() {
    send(0x123);
    pass(LIMIT);
    assertThat(late).as("not before its time").isEmpty();
    pass(3 * deadlines.sweepIntervalNs());
    assertThat(late).hasSize(1);
    assertThat(late.getFirst()).startsWith("abort 291 after 9");
    pass(GRACE - 2 * deadlines.sweepIntervalNs());
    assertThat(late).hasSize(1);
    pass(deadlines.sweepIntervalNs());
    assertThat(late).hasSize(2).last().isEqualTo("reset 291");
  }

  @Test
  void aCommandThatEndedIsNotLateAndItsSlotStartsAnew() {
    send(0x123);
    pass(LIMIT);
    out.clear();
    // The same slot, another use of it.
    send(0x133);
    pass(LIMIT);
    assertThat(late).isEmpty();
    out.clear();
    pass(10 * LIMIT);
    assertThat(late).isEmpty();
  }

  @Test
  void aSlotThatWasLateIsReportedAnewForItsNextCommand() {
    send(1);
    pass(LIMIT * 5 / 4);
    assertThat(late).hasSize(1);
    out.clear();
    pass(deadlines.sweepIntervalNs());
    send(17);
    pass(LIMIT * 5 / 4);
    assertThat(late).hasSize(2).last().asString().startsWith("abort 17");
  }

  @Test
  void aCommandThatReplacesALateOneBetweenTwoSweepsHasItsOwnTime() {
    send(1);
    pass(LIMIT * 5 / 4);
    out.clear();
    send(17);
    pass(LIMIT);
    assertThat(late).hasSize(1);
  }

  @Test
  void aProcessThatStoodStillLooksFirstAtWhatArrived() {
    send(5);
    pass(100 * MS);
    nowNs += 3_600_000 * MS;
    deadlines.sweep(nowNs, out::contains, this);
    assertThat(late).isEmpty();
    pass(LIMIT);
    assertThat(late).hasSize(1);
  }

  @Test
  void noCommandIsEarlyOrMuchTooLateWhateverTheTimesOfSweepsAre() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      late.clear();
      out.clear();
      pass(2 * deadlines.sweepIntervalNs());
      // Somewhere between two sweeps.
      nowNs += random.nextLong(deadlines.sweepIntervalNs());
      int cid = round & 0xFFF;
      send(cid);
      long sentNs = nowNs;
      while (late.isEmpty()) {
        nowNs += random.nextLong(1, 2 * deadlines.sweepIntervalNs());
        deadlines.sweep(nowNs, out::contains, this);
      }
      assertThat(nowNs - sentNs)
          .as("seed %d", seed)
          .isBetween(LIMIT, LIMIT + 6 * deadlines.sweepIntervalNs());
    }
  }
}
