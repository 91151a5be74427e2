package io.nvmetcp.loadgen.report;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.measure.TimeSeries;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.run.WorkerResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One entry of a report: a worker, or all workers of a group that asks for that. */
public final class JobReport {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final int group;
  private final List<WorkerResult> workers = new ArrayList<>();
  private final Map<Operation, OperationStats> stats = new EnumMap<>(Operation.class);

  private JobReport(int group) {
    this.group = group;
  }

  /** The entries of a run, in order. */
  public static List<JobReport> of(List<WorkerResult> workers) {
    List<JobReport> reports = new ArrayList<>();
    JobReport shared = null;
    int group = 0;
    for (WorkerResult worker : workers) {
      JobSpec job = worker.plan().job();
      boolean begins = job.get(JobKey.STONEWALL) || job.get(JobKey.NEW_GROUP);
      if (begins && worker.plan().cloneIndex() == 0 && !reports.isEmpty()) {
        group++;
        shared = null;
      }
      if (job.get(JobKey.GROUP_REPORTING)) {
        if (shared == null) {
          shared = new JobReport(group);
          reports.add(shared);
        }
        shared.add(worker);
      } else {
        var alone = new JobReport(group);
        alone.add(worker);
        reports.add(alone);
      }
    }
    return reports;
  }

  private void add(WorkerResult worker) {
    workers.add(worker);
    for (Operation operation : Operation.values()) {
      OperationStats measured = worker.meter().of(operation);
      if (measured != null) {
        stats.computeIfAbsent(operation, first -> measured.emptyCopy()).add(measured);
      }
    }
  }

  /** The first job's name. */
  public String name() {
    return job().name();
  }

  /** The first job. */
  public JobSpec job() {
    return workers.getFirst().plan().job();
  }

  /** Number of the group, from 0. */
  public int group() {
    return group;
  }

  /** The workers in it. */
  public List<WorkerResult> workers() {
    return List.copyOf(workers);
  }

  /** The first error, or null. */
  public @Nullable WorkerError error() {
    return workers.stream()
        .map(WorkerResult::error)
        .filter(error -> error != null)
        .findFirst()
        .orElse(null);
  }

  /** What was measured of an operation; null if it did not occur. */
  public @Nullable OperationStats of(Operation operation) {
    return stats.get(operation);
  }

  /** Milliseconds from the start of counting to the last end of an I/O, of the slowest worker. */
  public long runtimeMillis() {
    return Math.ceilDiv(runtimeNs(), NANOS_PER_MILLI);
  }

  /** The same in nanoseconds. */
  public long runtimeNs() {
    return workers.stream().mapToLong(worker -> worker.meter().elapsedNs()).max().orElse(0);
  }

  /** I/Os per second. */
  public double iops(OperationStats measured) {
    return runtimeNs() == 0 ? 0 : measured.ios() * 1e9 / runtimeNs();
  }

  /** Bytes per second. */
  public double bytesPerSecond(OperationStats measured) {
    return runtimeNs() == 0 ? 0 : measured.bytes() * 1e9 / runtimeNs();
  }

  /** How commands ended. */
  public Outcomes outcomes() {
    return workers.stream().map(WorkerResult::outcomes).reduce(Outcomes.NONE, Outcomes::plus);
  }

  /** What verification found. */
  public VerifySummary verification() {
    return workers.stream()
        .map(WorkerResult::verification)
        .reduce(VerifySummary.NONE, VerifySummary::plus);
  }

  /** I/Os that were due and not sent. */
  public long unsent() {
    return workers.stream().mapToLong(WorkerResult::unsent).sum();
  }

  /** How it went over time. */
  public TimeSeries series() {
    var sum = new TimeSeries();
    workers.forEach(worker -> sum.add(worker.meter().series()));
    return sum;
  }

  /** Share of I/Os that were sent as one of 1, of 2 to 3, ... outstanding, in percent. */
  public double[] depthPercents() {
    long[] sum = workers.getFirst().meter().depths();
    for (WorkerResult worker : workers.subList(1, workers.size())) {
      long[] depths = worker.meter().depths();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += depths[i];
      }
    }
    long all = 0;
    for (long each : sum) {
      all += each;
    }
    double[] percents = new double[sum.length];
    for (int i = 0; i < sum.length; i++) {
      percents[i] = all == 0 ? 0 : 100.0 * sum[i] / all;
    }
    return percents;
  }

  /** The latencies of all reads, writes and trims. */
  public Histogram allLatencies() {
    var all = new Histogram(OperationStats.HIGHEST_NS, 3);
    stats.forEach(
        (operation, measured) -> {
          if (operation != Operation.SYNC) {
            all.add(measured.latency());
          }
        });
    return all;
  }

  /** Processor time of the event loops in percent of the run, in this program or in the kernel. */
  public double cpuPercent(boolean system) {
    long used =
        workers.stream().mapToLong(worker -> system ? worker.systemNs() : worker.userNs()).sum();
    long elapsed = workers.stream().mapToLong(worker -> worker.meter().elapsedNs()).sum();
    return elapsed == 0 ? 0 : 100.0 * used / elapsed;
  }
}
