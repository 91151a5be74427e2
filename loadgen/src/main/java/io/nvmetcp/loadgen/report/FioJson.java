package io.nvmetcp.loadgen.report;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.Moments;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.measure.TimeSeries;
import io.nvmetcp.loadgen.run.DeviceCounts;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.verify.Finding;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A run as fio's JSON has it, so that what reads that reads this. What fio has no place for stands
 * under {@code nvmetcp}; what is not measured here is 0 there.
 */
public final class FioJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT);
  private static final String[] DEPTHS = {"1", "2", "4", "8", "16", "32", ">=64"};
  private static final String[] BATCHES = {"0", "4", "8", "16", "32", "64", ">=64"};
  private static final int KIBI = 1024;

  private final boolean bins;

  private FioJson(boolean bins) {
    this.bins = bins;
  }

  /**
   * Renders a run.
   *
   * @param version what this program calls itself
   * @param bins with every latency, as fio's {@code json+}
   */
  public static JsonObject render(LoadResult result, String version, boolean bins) {
    var json = new FioJson(bins);
    List<JobReport> reports = JobReport.of(result.workers());
    var jobs = new JsonArray();
    long elapsedSeconds = result.elapsedNs() / 1_000_000_000 + 1;
    reports.forEach(report -> jobs.add(json.job(report, elapsedSeconds)));
    long millis = result.started().toEpochMilli();
    var global = new JsonObject();
    if (!reports.isEmpty()) {
      reports.getFirst().job().globalWords().forEach(global::put);
    }
    return new JsonObject()
        .put("fio version", version)
        .put("timestamp", millis / 1000)
        .put("timestamp_ms", millis)
        .put("time", TIME.format(result.started().atZone(ZoneId.systemDefault())))
        .put("global options", global)
        .put("jobs", jobs)
        .put("nvmetcp", own(result));
  }

  // ---- a job

  private JsonObject job(JobReport report, long elapsedSeconds) {
    WorkerError error = report.error();
    var options = new JsonObject();
    report.job().words().forEach(options::put);
    Histogram all = report.allLatencies();
    var json =
        new JsonObject()
            .put("jobname", report.name())
            .put("groupid", report.group())
            .put("error", error == null ? 0 : error.code())
            .put("eta", 0)
            .put("elapsed", elapsedSeconds)
            .put("job options", options);
    for (Operation operation : List.of(Operation.READ, Operation.WRITE, Operation.TRIM)) {
      json.put(operation.word(), direction(report, report.of(operation)));
    }
    OperationStats syncs = report.of(Operation.SYNC);
    json.put(
            "sync",
            new JsonObject()
                .put("total_ios", syncs == null ? 0 : syncs.ios())
                .put("lat_ns", latency(report, syncs == null ? null : syncs.latency(), true)))
        .put("job_runtime", report.runtimeMillis() * report.workers().size())
        .put("usr_cpu", report.cpuPercent(false))
        .put("sys_cpu", report.cpuPercent(true))
        .put("ctx", 0)
        .put("majf", 0)
        .put("minf", 0)
        .put("iodepth_level", named(DEPTHS, report.depthPercents()))
        .put("iodepth_submit", named(BATCHES, new double[BATCHES.length]))
        .put("iodepth_complete", named(BATCHES, new double[BATCHES.length]))
        .put("latency_ns", object(LatencyBuckets.nanos(all)))
        .put("latency_us", object(LatencyBuckets.micros(all)))
        .put("latency_ms", object(LatencyBuckets.millis(all)))
        .put("latency_depth", report.job().get(JobKey.DEPTH))
        .put("latency_target", 0)
        .put("latency_percentile", 100.0)
        .put("latency_window", 0);
    String description = report.job().get(JobKey.DESCRIPTION);
    if (!description.isEmpty()) {
      json.put("desc", description);
    }
    return json.put("nvmetcp", ownOfJob(report));
  }

  private JsonObject direction(JobReport report, @Nullable OperationStats stats) {
    OperationStats found = stats;
    long ios = found == null ? 0 : found.ios();
    long bytes = found == null ? 0 : found.bytes();
    double bytesPerSecond = found == null ? 0 : report.bytesPerSecond(found);
    var json =
        new JsonObject()
            .put("io_bytes", bytes)
            .put("io_kbytes", bytes / KIBI)
            .put("bw_bytes", Math.round(bytesPerSecond))
            .put("bw", Math.round(bytesPerSecond / KIBI))
            .put("iops", found == null ? 0.0 : report.iops(found))
            .put("runtime", found == null ? 0 : report.runtimeMillis())
            .put("total_ios", ios)
            .put("short_ios", 0)
            .put("drop_ios", 0)
            .put("slat_ns", latency(report, found == null ? null : found.lateness(), false))
            .put("clat_ns", latency(report, found == null ? null : found.service(), true))
            .put("lat_ns", latency(report, found == null ? null : found.latency(), true));
    Moments rate = found == null ? new Moments() : found.bytesPerSecond();
    json.put("bw_min", Math.round(rate.min() / KIBI))
        .put("bw_max", Math.round(rate.max() / KIBI))
        .put("bw_agg", bytesPerSecond == 0 ? 0.0 : 100 * rate.mean() / bytesPerSecond)
        .put("bw_mean", rate.mean() / KIBI)
        .put("bw_dev", rate.deviation() / KIBI)
        .put("bw_samples", rate.count());
    Moments iops = found == null ? new Moments() : found.iops();
    return json.put("iops_min", Math.round(iops.min()))
        .put("iops_max", Math.round(iops.max()))
        .put("iops_mean", iops.mean())
        .put("iops_stddev", iops.deviation())
        .put("iops_samples", iops.count());
  }

  private JsonObject latency(JobReport report, @Nullable Histogram latencies, boolean percentiles) {
    if (latencies == null || latencies.getTotalCount() == 0) {
      return new JsonObject()
          .put("min", 0)
          .put("max", 0)
          .put("mean", 0.0)
          .put("stddev", 0.0)
          .put("N", 0);
    }
    var json =
        new JsonObject()
            .put("min", latencies.getMinValue())
            .put("max", latencies.getMaxValue())
            .put("mean", latencies.getMean())
            .put("stddev", latencies.getStdDeviation())
            .put("N", latencies.getTotalCount());
    if (percentiles) {
      var values = new JsonObject();
      for (double percentile : report.job().get(JobKey.PERCENTILES)) {
        values.put(
            String.format(Locale.ROOT, "%.6f", percentile),
            latencies.getValueAtPercentile(percentile));
      }
      json.put("percentile", values);
      if (bins) {
        var counts = new JsonObject();
        LatencyBuckets.bins(latencies)
            .forEach((nanos, count) -> counts.put(Long.toString(nanos), count));
        json.put("bins", counts);
      }
    }
    return json;
  }

  private static JsonObject named(String[] names, double[] values) {
    var json = new JsonObject();
    for (int i = 0; i < names.length; i++) {
      json.put(names[i], values[i]);
    }
    return json;
  }

  private static JsonObject object(Map<String, Double> values) {
    var json = new JsonObject();
    values.forEach(json::put);
    return json;
  }

  // ---- what fio does not have

  private static JsonObject ownOfJob(JobReport report) {
    WorkerError error = report.error();
    var json =
        new JsonObject()
            .put("jobs", report.workers().size())
            .put("runtime_ns", report.runtimeNs())
            .put("unsent_ios", report.unsent())
            .put("outcomes", outcomes(report.outcomes()))
            .put("verification", verification(report.verification()))
            .put("series", series(report));
    if (error != null) {
      json.put("error", error.text());
    }
    return json;
  }

  private static JsonObject series(JobReport report) {
    TimeSeries series = report.series();
    var json = new JsonObject().put("column_ns", series.columnNs());
    for (Operation operation : List.of(Operation.READ, Operation.WRITE, Operation.TRIM)) {
      if (report.of(operation) != null) {
        var ios = new JsonArray();
        var bytes = new JsonArray();
        for (int i = 0; i < series.columns(); i++) {
          ios.add(series.ios(operation, i));
          bytes.add(series.bytes(operation, i));
        }
        json.put(operation.word(), new JsonObject().put("ios", ios).put("bytes", bytes));
      }
    }
    return json;
  }

  private static JsonObject outcomes(Outcomes outcomes) {
    return new JsonObject()
        .put("sent", outcomes.sent())
        .put("succeeded", outcomes.succeeded())
        .put("failed", outcomes.failed())
        .put("unknown", outcomes.unknown())
        .put("never_sent", outcomes.neverSent());
  }

  private static JsonObject verification(VerifySummary summary) {
    var counts = new JsonObject();
    for (Finding.Kind kind : Finding.Kind.values()) {
      counts.put(kind.name().toLowerCase(Locale.ROOT), summary.counts().getOrDefault(kind, 0L));
    }
    var findings = new JsonArray();
    for (Finding finding : summary.findings()) {
      findings.add(
          new JsonObject()
              .put("kind", finding.kind().name().toLowerCase(Locale.ROOT))
              .put("nsid", finding.nsid())
              .put("lba", finding.lba())
              .put("detail", finding.detail()));
    }
    return new JsonObject()
        .put("checked_blocks", summary.checkedBlocks())
        .put("wrong_blocks", summary.wrongBlocks())
        .put("wrong", counts)
        .put("findings", findings);
  }

  private static JsonObject own(LoadResult result) {
    DeviceCounts counts = result.counts();
    var offload = new JsonObject();
    for (DdpCounter counter : DdpCounter.values()) {
      offload.put(counter.id(), counts.get(counter));
    }
    var displaced = new JsonObject();
    for (int i = -DeviceCounts.MOST_DISPLACED; i <= DeviceCounts.MOST_DISPLACED; i++) {
      if (counts.displaced(i) > 0) {
        displaced.put(Integer.toString(i), counts.displaced(i));
      }
    }
    var controllers = new JsonArray();
    result.controllers().forEach(info -> controllers.add(controller(info)));
    return new JsonObject()
        .put("partial", result.partial())
        .put("interrupted", result.interrupted())
        .put("target_gone", result.gone())
        .put("elapsed_ns", result.elapsedNs())
        .put("controllers", controllers)
        .put(
            "commands",
            new JsonObject()
                .put("submitted", counts.submitted())
                .put("completed", counts.completed())
                .put("lost", counts.lost())
                .put("retried", counts.retried())
                .put("pdus_received", counts.pdusReceived()))
        .put("offload", offload)
        .put("displacement", displaced);
  }

  private static JsonObject controller(ControllerInfo info) {
    return new JsonObject()
        .put("cntlid", info.cntlid())
        .put("model", info.model())
        .put("firmware", info.firmware())
        .put("io_queues", info.ioQueues())
        .put("queue_entries", info.queueEntries())
        .put("in_capsule_bytes", info.inCapsuleBytes())
        .put("header_digest", info.headerDigest())
        .put("data_digest", info.dataDigest())
        .put("device", info.device())
        .put("channel", info.channel());
  }
}
