package io.nvmetcp.loadgen.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nvmetcp.loadgen.job.Operation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeterTest {
  private static final long MILLI = 1_000_000;

  @Test
  void nothingCountsBeforeTheRampIsOver() {
    var meter = new Meter(false, 0, List.of());
    meter.done(Operation.READ, 0, 4096, 0, 0, 10);
    meter.failed(Operation.READ, 11);
    assertThat(meter.of(Operation.READ)).isNull();
    assertThat(meter.live().ios(Operation.READ)).isOne();
    meter.start(100);
    meter.sent(1);
    meter.done(Operation.READ, 0, 4096, 100, 100, 350);
    OperationStats reads = meter.of(Operation.READ);
    assertThat(reads.ios()).isOne();
    assertThat(reads.bytes()).isEqualTo(4096);
    assertThat(reads.latency().getMaxValue()).isCloseTo(250, within(1L));
    assertThat(meter.elapsedNs()).isEqualTo(250);
    assertThat(meter.live().bytes(Operation.READ)).isEqualTo(8192);
  }

  @Test
  void withARateLatencyCountsFromWhenAnIoWasDue() {
    var meter = new Meter(true, 0, List.of());
    meter.start(0);
    meter.done(Operation.WRITE, 0, 512, 10 * MILLI, 14 * MILLI, 15 * MILLI);
    OperationStats writes = meter.of(Operation.WRITE);
    assertThat(writes.latency().getMean()).isCloseTo(5e6, within(5e3));
    assertThat(writes.lateness().getMean()).isCloseTo(4e6, within(4e3));
    assertThat(writes.service().getMean()).isCloseTo(1e6, within(1e3));
  }

  @Test
  void withoutARateThereIsOneLatency() {
    var meter = new Meter(false, 0, List.of());
    meter.start(0);
    meter.done(Operation.WRITE, 0, 512, 10, 10, 15);
    assertThat(meter.of(Operation.WRITE).lateness()).isNull();
    assertThat(meter.of(Operation.WRITE).service()).isSameAs(meter.of(Operation.WRITE).latency());
  }

  @Test
  void depthsAreCountedInPowersOfTwo() {
    var meter = new Meter(false, 0, List.of());
    meter.start(0);
    for (int outstanding : new int[] {1, 2, 3, 4, 7, 8, 63, 64, 4096}) {
      meter.sent(outstanding);
    }
    assertThat(meter.depths()).containsExactly(1, 2, 2, 1, 0, 1, 2);
  }

  @Test
  void ratesAreSampledEachHalfSecond() {
    var meter = new Meter(false, 0, List.of());
    meter.start(0);
    for (int i = 1; i <= 3_000; i++) {
      // A thousand a second, then twice as many.
      long now = i <= 1_000 ? i * MILLI : 1_000 * MILLI + (i - 1_000) * MILLI / 2;
      meter.done(Operation.READ, 0, 1024, now - 10, now - 10, now);
    }
    Moments iops = meter.of(Operation.READ).iops();
    assertThat(iops.count()).isEqualTo(4);
    assertThat(iops.min()).isCloseTo(1_000, within(2.0));
    assertThat(iops.max()).isCloseTo(2_000, within(2.0));
    assertThat(iops.mean()).isCloseTo(1_500, within(2.0));
    assertThat(meter.of(Operation.READ).bytesPerSecond().max())
        .isCloseTo(2_048_000, within(2_000.0));
  }

  @Test
  void statsOfWorkersAddUp() {
    var sum = new OperationStats(false);
    for (int worker = 1; worker <= 3; worker++) {
      var meter = new Meter(false, 0, List.of());
      meter.start(0);
      meter.failed(Operation.READ, 1);
      for (int i = 0; i < worker; i++) {
        meter.done(Operation.READ, 0, 100, 0, 0, 1_000L * worker);
      }
      sum.add(meter.of(Operation.READ));
    }
    assertThat(sum.ios()).isEqualTo(6);
    assertThat(sum.bytes()).isEqualTo(600);
    assertThat(sum.errors()).isEqualTo(3);
    assertThat(sum.latency().getTotalCount()).isEqualTo(6);
    assertThat(sum.emptyCopy().ios()).isZero();
  }

  @Test
  void sinksSeeEveryIoThatCounts() {
    List<String> seen = new ArrayList<>();
    LatencySink sink =
        (operation, position, length, due, sent, now) ->
            seen.add(
                operation.word() + position + "+" + length + "@" + due + "/" + sent + "/" + now);
    var meter = new Meter(true, 0, List.of(sink));
    meter.done(Operation.READ, 0, 1, 0, 0, 1);
    meter.start(5);
    meter.done(Operation.WRITE, 4096, 512, 6, 7, 9);
    assertThat(seen).containsExactly("write4096+512@6/7/9");
  }

  @Test
  void momentsAreThoseOfTheNumbers() {
    var moments = new Moments();
    assertThat(moments.min()).isZero();
    assertThat(moments.deviation()).isZero();
    for (double value : new double[] {2, 4, 4, 4, 5, 5, 7, 9}) {
      moments.add(value);
    }
    assertThat(moments.count()).isEqualTo(8);
    assertThat(moments.mean()).isEqualTo(5);
    assertThat(moments.deviation()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-12));
    assertThat(moments.min()).isEqualTo(2);
    assertThat(moments.max()).isEqualTo(9);
  }

  @Test
  void ratesOfJobsBesideEachOtherAddUp() {
    var one = new Moments();
    var other = new Moments();
    for (int i = 1; i <= 3; i++) {
      one.add(10 * i);
      other.add(100 * i);
    }
    one.addBeside(other);
    one.addBeside(new Moments());
    assertThat(one.min()).isEqualTo(110);
    assertThat(one.max()).isEqualTo(330);
    assertThat(one.mean()).isEqualTo(220);
    assertThat(one.count()).isEqualTo(6);
    assertThat(one.deviation()).isCloseTo(Math.sqrt(100 + 10_000), within(1e-9));
  }
}
