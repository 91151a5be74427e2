package io.nvmetcp.target.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each policy does; what all of them have in common is in {@link SchedulerContractTest}. */
class SchedulerTest {
  private static final int ITEMS = 512;
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Recorder out = new Recorder();

  private Scheduler scheduler(String schedule) {
    return out.scheduler(schedule, 1, ITEMS);
  }

  private void ready(Scheduler scheduler, int item, long nsid, long bytes) {
    out.size(item, bytes);
    scheduler.started(item, nsid);
    scheduler.ready(item, bytes);
  }

  private void ready(Scheduler scheduler, int from, int to) {
    for (int item = from; item <= to; item++) {
      ready(scheduler, item, 1, 4096);
    }
  }

  @Test
  void passesEverythingThroughInOrder() {
    Scheduler scheduler = scheduler("in-order");
    ready(scheduler, 3, 3);
    assertThat(out.emitted).containsExactly(3);
    ready(scheduler, 1, 1);
    assertThat(out.emitted).containsExactly(3, 1);
    assertThat(scheduler.held()).isZero();
    assertThat(scheduler.deadlineNs()).isEqualTo(Scheduler.NEVER);
    assertThat(out.displacement()[0]).isEqualTo(2);
  }

  @Test
  void reversesGroups() {
    Scheduler scheduler = scheduler("reverse:3");
    ready(scheduler, 1, 7);
    assertThat(out.emitted).containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(scheduler.held()).isEqualTo(1);
    assertThat(out.displacement()[2]).isEqualTo(4);
  }

  @Test
  void followsAScriptAndRepeatsIt() {
    ready(scheduler("script:2,3,1"), 1, 6);
    assertThat(out.emitted).containsExactly(2, 3, 1, 5, 6, 4);
  }

  @Test
  void appliesAScriptToWhatIsThereOfAnIncompleteGroup() {
    Scheduler scheduler = scheduler("script:3,2,1");
    ready(scheduler, 1, 2);
    scheduler.turnEnd(0);
    assertThat(out.emitted).containsExactly(2, 1);
  }

  @Test
  void sendsTheSmallestOfAGroupFirstAndEqualOnesInOrder() {
    Scheduler scheduler = scheduler("small-first:5");
    ready(scheduler, 1, 1, 128 << 10);
    ready(scheduler, 2, 1, 4096);
    ready(scheduler, 3, 1, 0);
    ready(scheduler, 4, 1, 4096);
    ready(scheduler, 5, 1, 512);
    assertThat(out.emitted).containsExactly(3, 5, 2, 4, 1);
  }

  @Test
  void mixesTheirPartsOneOfEachInTurn() {
    Scheduler scheduler = scheduler("interleave:3:4096");
    ready(scheduler, 1, 1, 4 * 4096);
    ready(scheduler, 2, 1, 4096);
    ready(scheduler, 3, 1, 2 * 4096);
    assertThat(out.parts).containsExactly("1", "2", "3", "1", "3", "1", "1");
    assertThat(out.emitted).containsExactly(2, 3, 1);
  }

  @Test
  void holdsEachNthForItsTimeWhileOthersPass() {
    Scheduler scheduler = scheduler("hold:3:20");
    ready(scheduler, 1, 6);
    assertThat(out.emitted).containsExactly(1, 2, 4, 5);
    assertThat(scheduler.held()).isEqualTo(2);
    scheduler.turnEnd(100 * MS);
    assertThat(scheduler.deadlineNs()).isEqualTo(120 * MS);
    ready(scheduler, 7, 9);
    scheduler.turnEnd(110 * MS);
    assertThat(out.emitted).containsExactly(1, 2, 4, 5, 7, 8);
    scheduler.turnEnd(120 * MS - 1);
    assertThat(scheduler.held()).isEqualTo(3);
    scheduler.turnEnd(120 * MS);
    assertThat(out.emitted).containsExactly(1, 2, 4, 5, 7, 8, 3, 6);
    assertThat(scheduler.deadlineNs()).isEqualTo(130 * MS);
    scheduler.turnEnd(130 * MS);
    assertThat(out.emitted).last().isEqualTo(9);
    assertThat(scheduler.deadlineNs()).isEqualTo(Scheduler.NEVER);
    // 3 became ready third and left seventh.
    assertThat(out.displacement()[4]).isEqualTo(1);
  }

  @Test
  void holdsAnIncompleteGroupOnlyWhileSomethingElseIsUnderWay() {
    Scheduler scheduler = scheduler("reverse:4");
    scheduler.started(2, 1);
    ready(scheduler, 1, 1);
    scheduler.turnEnd(0);
    assertThat(out.emitted).isEmpty();
    scheduler.ready(2, 4096);
    scheduler.turnEnd(0);
    assertThat(out.emitted).containsExactly(2, 1);
  }

  @Test
  void letsAGroupGoWhenWhatWasUnderWayIsWithdrawn() {
    Scheduler scheduler = scheduler("reverse:4");
    scheduler.started(2, 1);
    ready(scheduler, 1, 1);
    scheduler.turnEnd(0);
    scheduler.withdrawn(2);
    scheduler.turnEnd(0);
    assertThat(out.emitted).containsExactly(1);
  }

  @Test
  void letsAGroupGoInTimeEvenIfABackEndNeverAnswers() {
    Scheduler scheduler = scheduler("shuffle:8");
    scheduler.started(9, 1);
    ready(scheduler, 1, 1);
    scheduler.turnEnd(7 * MS);
    long deadline = (7 + SchedulePolicy.LONGEST_HOLD_MILLIS) * MS;
    assertThat(scheduler.deadlineNs()).isEqualTo(deadline);
    scheduler.turnEnd(deadline - 1);
    assertThat(out.emitted).isEmpty();
    scheduler.turnEnd(deadline);
    assertThat(out.emitted).containsExactly(1);
    assertThat(scheduler.deadlineNs()).isEqualTo(Scheduler.NEVER);
  }

  @Test
  void countsLargeDisplacementsInTheLastBucket() {
    ready(scheduler("reverse:200"), 1, 200);
    long[] counts = out.displacement();
    assertThat(counts[DisplacementHistogram.BUCKETS - 1]).isPositive();
    assertThat(IntStream.range(0, counts.length).mapToLong(i -> counts[i]).sum()).isEqualTo(200);
  }

  @Test
  void reordersEachNamespaceInItself() {
    Scheduler scheduler = scheduler("ns1=reverse:2;ns2=reverse:3;in-order");
    ready(scheduler, 1, 1, 0);
    ready(scheduler, 2, 2, 0);
    ready(scheduler, 3, 3, 0);
    ready(scheduler, 4, 2, 0);
    ready(scheduler, 5, 1, 0);
    ready(scheduler, 6, 2, 0);
    assertThat(out.emitted).containsExactly(3, 5, 1, 6, 4, 2);
  }

  @Test
  void doesNotWaitForAnotherNamespacesBackEnd() {
    Scheduler scheduler = scheduler("ns1=reverse:4;ns2=reverse:4");
    scheduler.started(7, 2);
    ready(scheduler, 1, 2);
    scheduler.turnEnd(0);
    assertThat(out.emitted).containsExactly(2, 1);
  }

  @Test
  void appliesARuleOfAQueueToThatQueueOnly() {
    Scheduler first = out.scheduler("queue2=reverse:2", 1, ITEMS);
    ready(first, 1, 2);
    assertThat(out.emitted).containsExactly(1, 2);
    out.emitted.clear();
    Scheduler second = out.scheduler("queue2=reverse:2", 2, ITEMS);
    ready(second, 1, 2);
    assertThat(out.emitted).containsExactly(2, 1);
  }

  @Test
  void takesTheFirstRuleThatFits() {
    Scheduler scheduler = scheduler("ns1=in-order;queue1=reverse:2;shuffle:8");
    ready(scheduler, 1, 1, 0);
    assertThat(out.emitted).containsExactly(1);
    ready(scheduler, 2, 2, 0);
    ready(scheduler, 3, 9, 0);
    assertThat(out.emitted).isEqualTo(List.of(1, 3, 2));
  }
}
