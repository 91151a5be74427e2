package io.nvmetcp.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.DeviceSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark for a moment, so that none can rot. Nothing here is a measurement. */
class BenchmarksRunTest {
  @Test
  void everyMicroBenchmarkRuns() throws Exception {
    var results =
        new Runner(
                new OptionsBuilder()
                    .include("io\\.nvmetcp\\.e2e\\.bench\\..*")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(5))
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();

    assertThat(results).isNotEmpty();
    for (RunResult result : results) {
      assertThat(result.getPrimaryResult().getScore()).isPositive();
    }
  }

  @Test
  void theReadBenchmarkRuns() throws Exception {
    var results = ReadBenchmark.run(1, 20);

    assertThat(results).hasSize(2);
    assertThat(results.getJsonObject(0).getDouble("socketToBare")).isPositive();
  }

  @Test
  void theOffloadBenchmarkRuns() throws Exception {
    var results = OffloadBenchmark.run(1, 20, new int[] {64}, DeviceSpec.SOCKET);

    assertThat(results).hasSize(2);
    assertThat(results.getJsonObject(0).getDouble("socketReads")).isPositive();
  }

  @Test
  void theTargetBenchmarkRuns() throws Exception {
    var results = TargetBenchmark.run(1, 20, 100);

    assertThat(results.getJsonArray("reads")).hasSize(2);
    assertThat(results.getJsonObject("inOrder").getJsonObject("ratio").getDouble("median"))
        .isPositive();
    assertThat(results.getJsonObject("idle").getLong("connections")).isEqualTo(100);
  }

  @Test
  void medianHasAnIntervalThatHoldsIt() {
    Statistics.Median median =
        Statistics.interval(List.of(5.0, 1.0, 9.0, 3.0, 7.0, 2.0, 8.0, 4.0, 6.0, 10.0, 11.0));

    assertThat(median).isEqualTo(new Statistics.Median(6.0, 2.0, 10.0));
  }
}
