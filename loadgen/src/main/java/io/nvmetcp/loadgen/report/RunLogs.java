package io.nvmetcp.loadgen.report;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.measure.LatencySink;
import io.nvmetcp.loadgen.run.WorkerPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The logs that a run writes while it goes on: those that jobs ask for with {@code write_lat_log},
 * and one of histograms. {@link #sinks} is called by the run, {@link #close} after it.
 */
public final class RunLogs {
  private final Path folder;
  private final Optional<HistogramLog> histograms;
  private final List<LatencyLog> latencies = new ArrayList<>();

  /**
   * @param folder where the logs of jobs go
   * @param histogramLog where the log of histograms goes, if there is to be one
   * @param version what this program calls itself
   */
  public RunLogs(Path folder, Optional<Path> histogramLog, String version) {
    this.folder = folder;
    histograms = histogramLog.map(file -> new HistogramLog(file, version));
  }

  /** What takes the measurements of a worker. */
  public synchronized List<LatencySink> sinks(WorkerPlan plan) {
    List<LatencySink> sinks = new ArrayList<>();
    String prefix = plan.job().get(JobKey.LATENCY_LOG);
    if (!prefix.isEmpty()) {
      var log =
          new LatencyLog(folder, prefix, plan.worker() + 1, plan.job().get(JobKey.LOG_OFFSET));
      latencies.add(log);
      sinks.add(log);
    }
    histograms.ifPresent(log -> sinks.add(log.sink(plan)));
    return sinks;
  }

  /** Ends all logs, after the run; returns a sentence for each that is not whole. */
  public synchronized List<String> close() throws InterruptedException {
    List<String> problems = new ArrayList<>();
    for (LatencyLog log : latencies) {
      Optional.ofNullable(log.close()).ifPresent(problems::add);
    }
    if (histograms.isPresent()) {
      Optional.ofNullable(histograms.get().close()).ifPresent(problems::add);
    }
    return problems;
  }
}
