package io.nvmetcp.loadgen.report;

import static io.nvmetcp.loadgen.report.FioNumbers.bytes;
import static io.nvmetcp.loadgen.report.FioNumbers.count;
import static io.nvmetcp.loadgen.report.FioNumbers.decimalBytes;
import static io.nvmetcp.loadgen.report.FioNumbers.two;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.Moments;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.verify.Finding;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A run as fio's closing summary has it. What is not measured here is left out. */
public final class FioText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT);
  private static final List<Operation> DIRECTIONS =
      List.of(Operation.READ, Operation.WRITE, Operation.TRIM);
  private static final String[] DEPTHS = {"1", "2", "4", "8", "16", "32", ">=64"};
  private static final double MEBI = 1 << 20;
  private static final double KIBI = 1 << 10;
  private static final int PER_LINE = 5;
  private static final int LINE_WIDTH = 73;
  private static final int VALUE_WIDTH = 14;

  private final StringBuilder out = new StringBuilder();
  private final LoadResult result;
  private final List<JobReport> reports;

  private FioText(LoadResult result) {
    this.result = result;
    reports = JobReport.of(result.workers());
  }

  /** The summary; lines end with a line feed, the last one too. ASCII only. */
  public static String render(LoadResult result) {
    var text = new FioText(result);
    text.reports.forEach(text::job);
    text.groups();
    OffloadText.append(text.out, result);
    text.endings();
    return text.out.toString();
  }

  private void line(String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values).stripTrailing()).append('\n');
  }

  // ---- a job

  private void job(JobReport report) {
    WorkerError error = report.error();
    line(
        "%s%s: (groupid=%d, jobs=%d): err=%2d%s: pid=%d: %s",
        out.isEmpty() ? "" : "\n",
        report.name(),
        report.group(),
        report.workers().size(),
        error == null ? 0 : error.code(),
        error == null ? "" : " (" + error.text() + ")",
        ProcessHandle.current().pid(),
        TIME.format(result.started().plusNanos(result.elapsedNs()).atZone(ZoneId.systemDefault())));
    String description = report.job().get(JobKey.DESCRIPTION);
    if (!description.isEmpty()) {
      line("  Description  : [%s]", description);
    }
    for (Operation operation : DIRECTIONS) {
      OperationStats stats = report.of(operation);
      if (stats != null) {
        direction(report, operation, stats);
      }
    }
    OperationStats syncs = report.of(Operation.SYNC);
    if (syncs != null) {
      line("  fsync/fdatasync/sync_file_range:");
      latency("sync", syncs.latency());
      percentiles("sync", syncs.latency(), report.job().get(JobKey.PERCENTILES));
    }
    Histogram all = report.allLatencies();
    shares("lat (nsec)   :", LatencyBuckets.nanos(all));
    shares("lat (usec)   :", LatencyBuckets.micros(all));
    shares("lat (msec)   :", LatencyBuckets.millis(all));
    line(
        "  cpu          : usr=%s%%, sys=%s%%",
        two(report.cpuPercent(false)), two(report.cpuPercent(true)));
    depths(report);
    issued(report);
    verified(report);
  }

  private void direction(JobReport report, Operation operation, OperationStats stats) {
    double rate = report.bytesPerSecond(stats);
    line(
        "  %s: IOPS=%s, BW=%s/s (%s/s)(%s/%dmsec)",
        operation.word(),
        count(report.iops(stats)),
        bytes(rate),
        decimalBytes(rate),
        bytes(stats.bytes()),
        report.runtimeMillis());
    Histogram lateness = stats.lateness();
    if (lateness != null) {
      latency("slat", lateness);
    }
    latency("clat", stats.service());
    latency("lat", stats.latency());
    // With a rate the whole latency is what users of the target feel; without one both are the
    // same.
    percentiles(
        lateness == null ? "clat" : "lat", stats.latency(), report.job().get(JobKey.PERCENTILES));
    rates(stats, rate);
  }

  private void latency(String name, Histogram latencies) {
    Scale scale = Scale.of(latencies);
    line(
        "    %s (%s): min=%s, max=%s, avg=%s, stdev=%s",
        String.format("%4s", name),
        scale.unit,
        FioNumbers.latency((double) latencies.getMinValue() / scale.nanos),
        FioNumbers.latency((double) latencies.getMaxValue() / scale.nanos),
        String.format(Locale.ROOT, "%5.2f", latencies.getMean() / scale.nanos),
        String.format(Locale.ROOT, "%5.2f", latencies.getStdDeviation() / scale.nanos));
  }

  private void percentiles(String name, Histogram latencies, List<Double> percentiles) {
    if (latencies.getTotalCount() == 0 || percentiles.isEmpty()) {
      return;
    }
    Scale scale =
        Scale.of(
            latencies.getValueAtPercentile(percentiles.getFirst()),
            latencies.getValueAtPercentile(percentiles.getLast()));
    int decimals =
        Math.max(2, percentiles.stream().mapToInt(FioText::decimals).max().orElseThrow());
    line("    %s percentiles (%s):", name, scale.unit);
    int perLine = Math.max(1, LINE_WIDTH / (decimals + VALUE_WIDTH));
    var text = new StringBuilder();
    for (int i = 0; i < percentiles.size(); i++) {
      text.append(i % perLine == 0 ? "     | " : " ");
      text.append(
          String.format(
              Locale.ROOT,
              "%" + (decimals + 3) + "." + decimals + "fth=[%5d]",
              percentiles.get(i),
              latencies.getValueAtPercentile(percentiles.get(i)) / scale.nanos));
      boolean last = i == percentiles.size() - 1;
      text.append(last ? "" : ",");
      if (last || i % perLine == perLine - 1) {
        line("%s", text);
        text.setLength(0);
      }
    }
  }

  private static int decimals(double percentile) {
    String text = Double.toString(percentile);
    String after = text.substring(text.indexOf('.') + 1);
    return after.equals("0") ? 0 : after.length();
  }

  private void rates(OperationStats stats, double bytesPerSecond) {
    Moments rate = stats.bytesPerSecond();
    if (rate.count() > 0) {
      boolean large = rate.max() / KIBI > 99_999;
      double unit = large ? MEBI : KIBI;
      line(
          "   bw (%5s/s): min=%5d, max=%5d, per=%s%%, avg=%s, stdev=%s, samples=%3d",
          large ? "MiB" : "KiB",
          Math.round(rate.min() / unit),
          Math.round(rate.max() / unit),
          two(bytesPerSecond == 0 ? 0 : 100 * rate.mean() / bytesPerSecond),
          two(rate.mean() / unit),
          two(rate.deviation() / unit),
          rate.count());
      Moments iops = stats.iops();
      line(
          "   iops        : min=%5d, max=%5d, avg=%s, stdev=%s, samples=%3d",
          Math.round(iops.min()),
          Math.round(iops.max()),
          two(iops.mean()),
          two(iops.deviation()),
          iops.count());
    }
  }

  private void shares(String title, Map<String, Double> shares) {
    List<String> parts = new ArrayList<>();
    shares.forEach(
        (limit, percent) -> {
          if (percent > 0) {
            // As fio: what is there at all is never shown as nothing.
            parts.add(limit + "=" + two(Math.max(0.01, percent)) + "%");
          }
        });
    for (int i = 0; i < parts.size(); i += PER_LINE) {
      line(
          "  %s %s",
          title, String.join(", ", parts.subList(i, Math.min(parts.size(), i + PER_LINE))));
    }
  }

  private void depths(JobReport report) {
    double[] percents = report.depthPercents();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < DEPTHS.length; i++) {
      parts.add(DEPTHS[i] + "=" + String.format(Locale.ROOT, "%.1f", percents[i]) + "%");
    }
    line("  IO depths    : %s", String.join(", ", parts));
  }

  private void issued(JobReport report) {
    Outcomes outcomes = report.outcomes();
    line(
        "     issued rwts: total=%d,%d,%d,%d short=0,0,0,0 dropped=0,0,0,0",
        ios(report, Operation.READ),
        ios(report, Operation.WRITE),
        ios(report, Operation.TRIM),
        ios(report, Operation.SYNC));
    if (report.unsent() > 0) {
      line("     not sent   : %d I/Os were due and the time was over", report.unsent());
    }
    if (outcomes.succeeded() != outcomes.sent()) {
      line(
          "     outcomes   : %d succeeded, %d failed, %d unknown, %d never sent",
          outcomes.succeeded(), outcomes.failed(), outcomes.unknown(), outcomes.neverSent());
    }
  }

  private static long ios(JobReport report, Operation operation) {
    OperationStats stats = report.of(operation);
    return stats == null ? 0 : stats.ios();
  }

  private void verified(JobReport report) {
    VerifySummary summary = report.verification();
    if (summary.checkedBlocks() == 0) {
      return;
    }
    line("     verified   : %d blocks, %d wrong", summary.checkedBlocks(), summary.wrongBlocks());
    for (Finding.Kind kind : Finding.Kind.values()) {
      Long wrong = summary.counts().get(kind);
      if (wrong != null) {
        line("       %-9s: %d", kind.name().toLowerCase(Locale.ROOT), wrong);
      }
    }
    for (Finding finding : summary.findings()) {
      line("       %s", finding);
    }
  }

  // ---- all of it

  private void groups() {
    int last = reports.isEmpty() ? -1 : reports.getLast().group();
    for (int group = 0; group <= last; group++) {
      int number = group;
      List<JobReport> members =
          reports.stream().filter(report -> report.group() == number).toList();
      out.append('\n');
      line("Run status group %d (all jobs):", group);
      for (Operation operation : DIRECTIONS) {
        status(operation, members);
      }
    }
  }

  private void status(Operation operation, List<JobReport> members) {
    double sum = 0;
    double min = Double.MAX_VALUE;
    double max = 0;
    long total = 0;
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (JobReport report : members) {
      OperationStats stats = report.of(operation);
      if (stats != null) {
        double rate = report.bytesPerSecond(stats);
        sum += rate;
        min = Math.min(min, rate);
        max = Math.max(max, rate);
        total += stats.bytes();
        shortest = Math.min(shortest, report.runtimeMillis());
        longest = Math.max(longest, report.runtimeMillis());
      }
    }
    if (longest > 0) {
      line(
          "  %5s: bw=%s/s (%s/s), %s/s-%s/s (%s/s-%s/s), io=%s (%s), run=%d-%dmsec",
          operation.word().toUpperCase(Locale.ROOT),
          bytes(sum),
          decimalBytes(sum),
          bytes(min),
          bytes(max),
          decimalBytes(min),
          decimalBytes(max),
          bytes(total),
          decimalBytes(total),
          shortest,
          longest);
    }
  }

  private void endings() {
    if (result.partial()) {
      out.append('\n');
      line(
          "PARTIAL: %s; these are the figures of what ran",
          result.gone().isEmpty() ? "interrupted" : "the target is gone: " + result.gone());
    }
  }

  /** The unit in which fio shows latencies that lie in such a range. */
  private enum Scale {
    NANOS("nsec", 1),
    MICROS("usec", 1_000),
    MILLIS("msec", 1_000_000);

    private final String unit;
    private final long nanos;

    Scale(String unit, long nanos) {
      this.unit = unit;
      this.nanos = nanos;
    }

    static Scale of(long min, long max) {
      if (min > 2_000_000 && max > 99_999_999) {
        return MILLIS;
      }
      return min > 2_000 && max > 99_999 ? MICROS : NANOS;
    }

    static Scale of(Histogram latencies) {
      long min = latencies.getTotalCount() == 0 ? 0 : latencies.getMinValue();
      double deviation = latencies.getStdDeviation();
      Scale scale = of(min, latencies.getMaxValue());
      if (scale == MILLIS && deviation <= 1_000_000) {
        scale = MICROS;
      }
      return scale == MICROS && deviation <= 1_000 ? NANOS : scale;
    }
  }
}
