package io.nvmetcp.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.DeviceSpec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs every benchmark for a moment, so that none can rot. Nothing here is a measurement. */
class BenchmarksRunTest {
  private static final long NAMESPACE_BYTES = 4 << 20;

  @Test
  void everyMicroBenchmarkRuns() throws Exception {
    JsonObject report = MicroBenchmark.run(0, 0, 1, 5, "");

    JsonArray rows = report.getJsonArray("rows");
    assertThat(rows).hasSizeGreaterThan(10);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.getJsonObject(i).getJsonObject("nanos").getDouble("median")).isPositive();
    }
    assertThat(report.getJsonObject("verdicts").getInteger("met"))
        .as("the one bound there is, met or missed")
        .isEqualTo(1 - report.getJsonObject("verdicts").getInteger("missed"));
  }

  @Test
  void theSpeedBenchmarkRuns() throws Exception {
    JsonArray rows =
        SpeedBenchmark.run(2, 1, 10, "128 KiB x 32, two queues", NAMESPACE_BYTES)
            .getJsonArray("rows");

    List<String> placements = CpuPin.available() ? List.of("apart", "together") : List.of("free");
    assertThat(rows).hasSize(2 * placements.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonObject row = rows.getJsonObject(i);
      assertThat(row.getBoolean("writes")).isEqualTo(i >= placements.size());
      assertThat(row.getString("placement")).isEqualTo(placements.get(i % placements.size()));
      assertThat(row.getJsonObject("plainToBare").getDouble("median")).isPositive();
      assertThat(row.getJsonObject("plainToBareOverMemory").getDouble("median")).isPositive();
      assertThat(row.getJsonArray("bounds").getJsonObject(0).getString("name"))
          .isEqualTo("plain to bare");
    }
  }

  @Test
  void aReadThatIsPolledForIsMeasuredWithATargetAsleepAndAwake() throws Exception {
    JsonObject report = SpeedBenchmark.run(1, 1, 10, "4 KiB x 1", NAMESPACE_BYTES);
    JsonObject row = report.getJsonArray("rows").getJsonObject(0);

    assertThat(row.getString("name")).isEqualTo("read 4 KiB x 1");
    assertThat(row.getJsonObject("pollingMicros").getDouble("median")).isPositive();
    assertThat(row.getJsonObject("pollingBothMicros").getDouble("median")).isPositive();
    assertThat(row.getJsonArray("bounds")).hasSize(3);
  }

  @Test
  void aScorecardShowsATableAndWhatIsNotMet() {
    Scorecard scorecard = new Scorecard("size", "CPU");
    scorecard.line("4 KiB", "0.95");
    var met = new Statistics.Median(1, 1, 1);
    assertThat(
            scorecard.judge("row", List.of(Bound.atMost("a", met, 1), Bound.atLeast("b", met, 2))))
        .hasSize(2);
    assertThat(scorecard.text())
        .isEqualTo(
            """

            | size | CPU |
            | --- | --- |
            | 4 KiB | 0.95 |

            bounds: 1 met, 0 open, 1 missed
              row: b 1.000 [1.000, 1.000], at least 2.00: missed
            """);
  }

  @Test
  void theOffloadBenchmarkRuns() throws Exception {
    JsonObject report =
        OffloadBenchmark.run(2, 1, 10, new int[] {128}, DeviceSpec.SOCKET, NAMESPACE_BYTES);

    JsonArray rows = report.getJsonArray("rows");
    assertThat(rows).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(rows.getJsonObject(i).getDouble("systemCalls")).isPositive();
      assertThat(rows.getJsonObject(i).getJsonObject("floor").getDouble("cpuNs")).isPositive();
      assertThat(rows.getJsonObject(i).getJsonArray("bounds")).hasSize(4);
      assertThat(rows.getJsonObject(i).getDouble("futureHeapBytes")).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.70, 0.60, 0.80, met",
    "0.85, 0.75, 0.90, open",
    "0.85, 0.83, 0.90, missed",
    "0.82, 0.82, 0.82, met"
  })
  void aBoundIsMissedOnlyIfTheWholeIntervalIsBeyondIt(
      double value, double low, double high, String verdict) {
    Statistics.Median ratio = new Statistics.Median(value, low, high);
    assertThat(Bound.atMost("", ratio, 0.82).verdict()).isEqualTo(verdict);
    Statistics.Median mirrored = new Statistics.Median(-value, -high, -low);
    assertThat(Bound.atLeast("", mirrored, -0.82).verdict()).isEqualTo(verdict);
  }

  @Test
  void everyContenderRunsOncePerRoundInAnOrderThatChanges() throws Exception {
    List<String> order = new ArrayList<>();
    SideBySide contest = new SideBySide();
    for (String name : List.of("a", "b", "c")) {
      contest.add(
          name,
          millis -> {
            order.add(name);
            return new Measurement(order.size(), millis, 1, 0);
          });
    }
    contest.run(6, 20);

    assertThat(contest.values("a", Measurement::perSecond)).hasSize(6);
    // Six rounds warm up while compilers are at work.
    assertThat(order).hasSize(3 * 12);
    for (int round = 0; round < 12; round++) {
      assertThat(order.subList(3 * round, 3 * round + 3)).containsExactlyInAnyOrder("a", "b", "c");
    }
    assertThat(List.of(0, 1, 2, 3, 4, 5, 6, 7).stream().map(round -> order.get(3 * round)))
        .contains("a", "b", "c");
    assertThat(contest.ratio("a", "b", Measurement::heapBytes).value()).isEqualTo(1);

    contest.run(6, 20);
    assertThat(contest.values("a", Measurement::perSecond)).hasSize(12);
    assertThat(order).as("two warm up what was made anew").hasSize(3 * (12 + 8));
  }

  @Test
  void theLoadgenBenchmarkRuns() throws Exception {
    var result = LoadgenBenchmark.run(1, 50);

    assertThat(result.getDouble("jobPerSecond")).isPositive();
    assertThat(result.getJsonObject("reportedToCounted").getDouble("median")).isBetween(0.99, 1.01);
    assertThat(result.getJsonObject("aloneNs").getDouble("median")).isNotZero();
    assertThat(result.getJsonArray("bounds")).hasSize(4);
  }

  @Test
  void theTargetBenchmarkRuns() throws Exception {
    var report = TargetBenchmark.run(1, 20, 100, 8 << 20);

    assertThat(report.getJsonArray("rows")).hasSize(5);
    assertThat(report.getJsonArray("bounds")).hasSize(8);
    assertThat(report.getJsonArray("rows").getJsonObject(4).getLong("connections")).isEqualTo(100);
  }

  @Test
  void medianHasAnIntervalThatHoldsIt() {
    Statistics.Median median =
        Statistics.interval(List.of(5.0, 1.0, 9.0, 3.0, 7.0, 2.0, 8.0, 4.0, 6.0, 10.0, 11.0));

    assertThat(median).isEqualTo(new Statistics.Median(6.0, 2.0, 10.0));
  }
}
