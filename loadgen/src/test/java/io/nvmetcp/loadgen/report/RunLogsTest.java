package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.LatencySink;
import io.nvmetcp.loadgen.run.WorkerPlan;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunLogsTest {
  private static final long SECOND = 1_000_000_000;
  private static final int IOS = 20_000;

  @TempDir Path dir;

  private static WorkerPlan plan(String... words) {
    return new WorkerPlan(
        JobSpec.of("my job", words), 2, 4, 1, new UUID(0, 0), 512, 0, 1 << 20, 1 << 20, 1);
  }

  // 20000 I/Os in two seconds; each is 1 us late and takes 100 us, writes 200 us.
  private static void load(LatencySink sink, long beginNs) {
    sink.start(beginNs);
    for (int i = 0; i < IOS; i++) {
      Operation operation = i % 4 == 0 ? Operation.WRITE : Operation.READ;
      long now = beginNs + 2 * SECOND / IOS * (i + 1);
      long took = operation == Operation.WRITE ? 200_000 : 100_000;
      sink.add(operation, i * 512L, 512, now - took - 1_000, now - took, now);
    }
  }

  @Test
  void latencyLogsHaveALinePerIoAsFioWritesThem() throws Exception {
    var logs = new RunLogs(dir, Optional.empty(), "test");
    List<LatencySink> sinks = logs.sinks(plan("write_lat_log=out"));
    assertThat(sinks).hasSize(1);
    load(sinks.getFirst(), 77);
    assertThat(logs.close()).isEmpty();
    List<String> whole = Files.readAllLines(dir.resolve("out_lat.5.log"));
    assertThat(whole).hasSize(IOS);
    assertThat(whole.get(0)).isEqualTo("0, 201000, 1, 512, 0");
    assertThat(whole.get(IOS - 1)).isEqualTo("2000, 101000, 0, 512, 0");
    assertThat(Files.readAllLines(dir.resolve("out_slat.5.log")).get(1))
        .isEqualTo("0, 1000, 0, 512, 0");
    assertThat(Files.readAllLines(dir.resolve("out_clat.5.log")).get(1))
        .isEqualTo("0, 100000, 0, 512, 0");
  }

  @Test
  void latencyLogsTellPositionsIfTheyAreAskedTo() throws Exception {
    var logs = new RunLogs(dir, Optional.empty(), "test");
    load(logs.sinks(plan("write_lat_log=out", "log_offset=1")).getFirst(), 77);
    assertThat(logs.close()).isEmpty();
    assertThat(Files.readAllLines(dir.resolve("out_lat.5.log")).get(IOS - 1))
        .isEqualTo("2000, 101000, 0, 512, " + (IOS - 1) * 512L + ", 0");
  }

  @Test
  void histogramsCanBeReadBackWithTheirTags() throws Exception {
    Path file = dir.resolve("run.hlog");
    var logs = new RunLogs(dir, Optional.of(file), "test");
    load(logs.sinks(plan()).getFirst(), System.nanoTime());
    assertThat(logs.close()).isEmpty();
    Map<String, Histogram> sums = new TreeMap<>();
    int intervals = 0;
    try (var reader = new HistogramLogReader(new File(file.toString()))) {
      for (EncodableHistogram next = reader.nextIntervalHistogram();
          next != null;
          next = reader.nextIntervalHistogram()) {
        intervals++;
        Histogram sum = sums.computeIfAbsent(next.getTag(), tag -> new Histogram(3));
        sum.add((Histogram) next);
      }
    }
    assertThat(intervals).isBetween(4, 6);
    assertThat(sums).containsOnlyKeys("my_job.2.read", "my_job.2.write");
    assertThat(sums.get("my_job.2.read").getTotalCount()).isEqualTo(IOS * 3 / 4);
    assertThat(sums.get("my_job.2.read").getMean()).isCloseTo(101_000, within(200.0));
    assertThat(sums.get("my_job.2.write").getMean()).isCloseTo(201_000, within(300.0));
  }

  @Test
  void aLogThatCannotBeWrittenIsNamedAndHoldsNobodyUp() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no full device");
    var logs = new RunLogs(dir.resolve("none"), Optional.of(Path.of("/dev/full")), "test");
    for (LatencySink sink : logs.sinks(plan("write_lat_log=out"))) {
      load(sink, System.nanoTime());
    }
    List<String> problems = logs.close();
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0))
        .endsWith("out_lat.5.log was not written: there is no such file or folder");
    assertThat(problems.get(1)).startsWith("/dev/full was not written: ");
  }
}
