package io.nvmetcp.loadgen.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.job.Operation;
import org.junit.jupiter.api.Test;

class TimeSeriesTest {
  private static final long SECOND = 1_000_000_000;
  private static final int READ = Operation.READ.ordinal();
  private static final int WRITE = Operation.WRITE.ordinal();

  private static long sum(TimeSeries series, Operation operation) {
    long sum = 0;
    for (int i = 0; i < series.columns(); i++) {
      sum += series.ios(operation, i);
    }
    return sum;
  }

  @Test
  void rowsAreFourPerPowerOfTwoAndMeetWithoutGap() {
    assertThat(LatencyRows.of(0)).isZero();
    assertThat(LatencyRows.of(1023)).isZero();
    assertThat(LatencyRows.of(1024)).isOne();
    assertThat(LatencyRows.of(Long.MAX_VALUE)).isEqualTo(LatencyRows.COUNT - 1);
    for (int row = 1; row < LatencyRows.COUNT; row++) {
      assertThat(LatencyRows.of(LatencyRows.startNs(row))).as("row %d", row).isEqualTo(row);
      assertThat(LatencyRows.of(LatencyRows.startNs(row) - 1)).isEqualTo(row - 1);
    }
  }

  @Test
  void aLongRunFitsInFewColumnsAndLosesNothing() {
    var series = new TimeSeries();
    for (int second = 0; second < 7_200; second++) {
      series.add(READ, 4096, 50_000, second * SECOND);
      series.add(WRITE, 512, 1_000_000, second * SECOND + SECOND / 2);
    }
    assertThat(series.columns()).isBetween(256, 512);
    assertThat(series.columns() * series.columnNs()).isGreaterThanOrEqualTo(7_199 * SECOND);
    assertThat(sum(series, Operation.READ)).isEqualTo(7_200);
    assertThat(sum(series, Operation.WRITE)).isEqualTo(7_200);
    long heat = 0;
    long bytes = 0;
    for (int i = 0; i < series.columns(); i++) {
      heat += series.count(i, LatencyRows.of(50_000));
      bytes += series.bytes(Operation.READ, i);
    }
    assertThat(heat).isEqualTo(7_200);
    assertThat(bytes).isEqualTo(7_200L * 4096);
  }

  @Test
  void seriesOfDifferentWidthsAddUpInTheirPlaces() {
    var coarse = new TimeSeries();
    coarse.add(READ, 1, 2_000, 0);
    coarse.add(READ, 1, 2_000, 300 * SECOND);
    var fine = new TimeSeries();
    for (int i = 0; i < 100; i++) {
      fine.add(READ, 1, 2_000, i * SECOND / 10);
    }
    var other = new TimeSeries();
    other.add(fine);
    other.add(coarse);
    coarse.add(fine);
    assertThat(other.columnNs()).isEqualTo(coarse.columnNs()).isEqualTo(800_000_000);
    assertThat(coarse.ios(Operation.READ, 0)).isEqualTo(9);
    assertThat(other.ios(Operation.READ, 0)).isEqualTo(9);
    assertThat(sum(coarse, Operation.READ)).isEqualTo(102);
    assertThat(coarse.ios(Operation.READ, 375)).isOne();
    assertThat(coarse.rows(0)[LatencyRows.of(2_000)]).isEqualTo(9);
    // What was added is not shared.
    assertThat(sum(fine, Operation.READ)).isEqualTo(100);
  }
}
