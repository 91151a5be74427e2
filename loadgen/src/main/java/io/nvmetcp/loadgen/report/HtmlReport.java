package io.nvmetcp.loadgen.report;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.measure.TimeSeries;
import io.nvmetcp.loadgen.run.DeviceCounts;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.Mark;
import io.nvmetcp.loadgen.run.Outcomes;
import io.nvmetcp.loadgen.run.VerifySummary;
import io.nvmetcp.loadgen.verify.Finding;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A run as one page with plots. */
public final class HtmlReport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm:ss", Locale.ROOT);
  private static final List<Operation> DIRECTIONS =
      List.of(Operation.READ, Operation.WRITE, Operation.TRIM);
  private static final int COLOURS = 8;

  private final LoadResult result;
  private final String version;
  private final List<JobReport> reports;
  private final Page page;

  private HtmlReport(LoadResult result, String version) {
    this.result = result;
    this.version = version;
    reports = JobReport.of(result.workers());
    page = new Page(title());
  }

  /**
   * Renders a run.
   *
   * @param version what this program calls itself
   * @return a page that needs nothing else
   */
  public static String render(LoadResult result, String version) {
    var report = new HtmlReport(result, version);
    report.opening();
    report.jobs();
    report.overTime();
    report.percentiles();
    report.offload();
    report.verification();
    report.setup();
    return report.page.render();
  }

  private String title() {
    return "nvmetcp bench: "
        + String.join(", ", reports.stream().map(JobReport::name).distinct().toList());
  }

  // ---- the beginning

  private void opening() {
    page.add("<h1>" + Html.text(title()) + "</h1>")
        .add(
            "<p class=\"lead\">%s, %s</p>"
                .formatted(
                    TIME.format(result.started().atZone(ZoneId.systemDefault())),
                    Axis.seconds(result.elapsedNs() / 1e9)));
    VerifySummary verified = verified();
    if (verified.wrongBlocks() > 0) {
      verdict("wrong", verified.wrongBlocks() + " wrong blocks");
    }
    if (result.partial()) {
      verdict(
          "partial",
          result.gone().isEmpty()
              ? "interrupted: the figures are of what ran"
              : "the target is gone: " + result.gone());
    } else if (!result.right() && verified.wrongBlocks() == 0) {
      verdict("wrong", failures());
    }
    if (result.right()) {
      verdict(
          "right",
          verified.checkedBlocks() > 0
              ? "every I/O and every block was right"
              : "every I/O succeeded");
    }
    cards();
  }

  private String failures() {
    Outcomes all = reports.stream().map(JobReport::outcomes).reduce(Outcomes.NONE, Outcomes::plus);
    List<String> parts = new ArrayList<>();
    if (all.failed() > 0) {
      parts.add(Axis.count(all.failed()) + " I/Os failed");
    }
    if (all.unknown() > 0) {
      parts.add(Axis.count(all.unknown()) + " were lost with a connection");
    }
    if (all.neverSent() > 0) {
      parts.add(Axis.count(all.neverSent()) + " were never sent");
    }
    return parts.isEmpty() ? "a job failed" : String.join(", ", parts);
  }

  private void verdict(String kind, String words) {
    page.add("<p class=\"verdict %s\">%s</p>".formatted(kind, Html.text(words)));
  }

  private VerifySummary verified() {
    return reports.stream()
        .map(JobReport::verification)
        .reduce(VerifySummary.NONE, VerifySummary::plus);
  }

  private void cards() {
    double iops = 0;
    double rate = 0;
    Histogram latencies = new Histogram(OperationStats.HIGHEST_NS, 3);
    // Of the group that moved most: groups run one after the other and do not add up.
    for (int group = 0; group <= (reports.isEmpty() ? -1 : reports.getLast().group()); group++) {
      double groupIops = 0;
      double groupRate = 0;
      for (JobReport report : reports) {
        for (Operation operation : DIRECTIONS) {
          OperationStats stats = report.of(operation);
          if (stats != null && report.group() == group) {
            groupIops += report.iops(stats);
            groupRate += report.bytesPerSecond(stats);
          }
        }
      }
      iops = Math.max(iops, groupIops);
      rate = Math.max(rate, groupRate);
    }
    reports.forEach(report -> latencies.add(report.allLatencies()));
    var cards = new StringBuilder("<div class=\"cards\">\n");
    cards
        .append(Page.card(Axis.count(iops), "I/Os per second"))
        .append(Page.card(Axis.bytesPerSecond(rate), "throughput"));
    if (latencies.getTotalCount() > 0) {
      cards
          .append(Page.card(Axis.nanos(latencies.getValueAtPercentile(50)), "median latency"))
          .append(Page.card(Axis.nanos(latencies.getValueAtPercentile(99)), "99th percentile"))
          .append(Page.card(Axis.nanos(latencies.getValueAtPercentile(99.9)), "99.9th percentile"))
          .append(Page.card(Axis.nanos(latencies.getMaxValue()), "slowest"));
    }
    VerifySummary verified = verified();
    if (verified.checkedBlocks() > 0) {
      cards.append(Page.card(Axis.count(verified.checkedBlocks()), "blocks verified"));
    }
    page.add(cards + "</div>");
  }

  private void jobs() {
    var table =
        new StringBuilder(
            "<div class=\"scroll\"><table>\n<tr><th>job</th><th></th><th>IOPS</th>"
                + "<th>throughput</th><th>I/Os</th><th>mean</th><th>p50</th><th>p99</th>"
                + "<th>p99.9</th><th>max</th><th>errors</th></tr>\n");
    for (JobReport report : reports) {
      for (Operation operation : Operation.values()) {
        OperationStats stats = report.of(operation);
        if (stats != null) {
          table.append(row(report, operation, stats));
        }
      }
      if (report.error() != null) {
        table.append(
            "<tr><td class=\"wrong\" colspan=\"11\">%s</td></tr>\n"
                .formatted(Html.text(report.error().text())));
      }
    }
    page.section(
        "Jobs",
        "Latency counts from when an I/O was sent, or, with a rate, from when it was due.",
        table + "</table></div>\n");
  }

  private static String row(JobReport report, Operation operation, OperationStats stats) {
    Histogram latency = stats.latency();
    int clones = report.workers().size();
    return ("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%,d</td><td>%s</td><td>%s</td>"
            + "<td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n")
        .formatted(
            Html.text(report.name()) + (clones > 1 ? " \u00D7 " + clones : ""),
            operation.word(),
            Axis.count(report.iops(stats)),
            operation == Operation.SYNC ? "" : Axis.bytesPerSecond(report.bytesPerSecond(stats)),
            stats.ios(),
            Axis.nanos(latency.getMean()),
            Axis.nanos(latency.getValueAtPercentile(50)),
            Axis.nanos(latency.getValueAtPercentile(99)),
            Axis.nanos(latency.getValueAtPercentile(99.9)),
            Axis.nanos(latency.getMaxValue()),
            stats.errors() == 0 ? "\u2013" : Long.toString(stats.errors()));
  }

  // ---- plots

  private void overTime() {
    var series = new TimeSeries();
    reports.forEach(report -> series.add(report.series()));
    if (series.columns() == 0) {
      return;
    }
    var plots = new TimePlots(series, result.marks());
    List<String> keys = new ArrayList<>();
    for (Operation operation : plots.operations()) {
      keys.add(Page.key(TimePlots.colour(operation), operation.word()));
    }
    for (Mark.Kind kind : Mark.Kind.values()) {
      if (result.marks().stream().anyMatch(mark -> mark.kind() == kind)) {
        keys.add(
            Page.key(
                switch (kind) {
                  case LOST, ENDED -> "lost";
                  case RECONNECTED -> "reconnected";
                  case RETRIED -> "retried";
                },
                switch (kind) {
                  case LOST -> "connection lost";
                  case ENDED -> "connection gone";
                  case RECONNECTED -> "connection made anew";
                  case RETRIED -> "commands sent again";
                }));
      }
    }
    String legend = Page.legend(keys.toArray(String[]::new));
    page.section("Throughput", "", legend + plots.throughput());
    page.section("I/Os per second", "", legend + plots.ios());
    var scale = new StringBuilder("<div class=\"scale\">few I/Os <span>");
    for (int level = 1; level <= COLOURS; level++) {
      scale.append("<b class=\"h").append(level).append("\"></b>");
    }
    page.section(
        "Latencies over time",
        "Each cell holds the I/Os that ended then with that latency.",
        scale
            + "</span> many</div>\n"
            + Page.legend(Page.key("median", "median"), Page.key("tail", "99th percentile"))
            + plots.heat());
  }

  private void percentiles() {
    List<PercentilePlot.Curve> curves = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (JobReport report : reports) {
      for (Operation operation : DIRECTIONS) {
        OperationStats stats = report.of(operation);
        if (stats != null && stats.ios() > 0) {
          String colour = "s" + (curves.size() % COLOURS + 1);
          curves.add(PercentilePlot.Curve.of(colour, stats.latency()));
          keys.add(Page.key(colour, report.name() + " " + operation.word()));
        }
      }
    }
    if (!curves.isEmpty()) {
      page.section(
          "Latency by percentile",
          "So many of the I/Os were at least as fast.",
          Page.legend(keys.toArray(String[]::new)) + PercentilePlot.render(curves));
    }
  }

  private void offload() {
    DeviceCounts counts = result.counts();
    page.section(
        "Displacement of responses",
        "How many places earlier (\u2212) or later (+) than its command an answer came, per queue.",
        Page.legend(Page.key("s1", "earlier"), Page.key("s8", "in place"), Page.key("s2", "later"))
            + OffloadPlots.displacement(counts));
    long placed = counts.get(DdpCounter.DDP_PDUS);
    long copied = counts.get(DdpCounter.COPIED_PDUS);
    if (placed + copied == 0) {
      return;
    }
    String bytes =
        "%s placed, %s copied"
            .formatted(
                Axis.bytes(counts.get(DdpCounter.DDP_BYTES)),
                Axis.bytes(counts.get(DdpCounter.COPIED_BYTES)));
    var markup = new StringBuilder();
    meter(markup, List.of("placed in the reader's buffer", "copied there"), placed, copied);
    markup.append("<p class=\"note\">").append(Html.text(bytes)).append("</p>\n");
    if (result.samples().size() > 2) {
      markup.append("<p class=\"note\">PDUs per second:</p>\n");
      markup.append(OffloadPlots.placement(result.samples()));
    }
    page.section("Data PDUs of reads", "Who brought the data where it belongs.", markup.toString());
    long device = counts.get(DdpCounter.DIGEST_BY_DEVICE);
    long placement = counts.get(DdpCounter.DIGEST_IN_PLACEMENT);
    long fallback = counts.get(DdpCounter.DIGEST_BY_FALLBACK);
    long wrong = counts.get(DdpCounter.DATA_DIGEST_ERRORS);
    long none = placed + copied - device - placement - fallback;
    var digests = new StringBuilder();
    meter(
        digests,
        List.of("by a device", "while placing", "in a pass of its own", "without a digest"),
        device,
        placement,
        fallback,
        Math.max(0, none));
    if (wrong > 0) {
      digests.append("<p class=\"wrong\">").append(wrong).append(" were wrong</p>\n");
    }
    page.section("Data digests of reads", "Who checked them, per PDU.", digests.toString());
  }

  private static void meter(StringBuilder markup, List<String> names, long... values) {
    long all = 0;
    for (long value : values) {
      all += value;
    }
    var bar = new StringBuilder("<div class=\"meter\">");
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      String colour = i == values.length - 1 && i > 2 ? "s8" : "s" + (i + 1);
      double percent = all == 0 ? 0 : 100.0 * values[i] / all;
      bar.append(
          String.format(
              Locale.ROOT, "<i class=\"%s\" style=\"width:%.2f%%\"></i>", colour, percent));
      keys.add(
          Page.key(
              colour,
              String.format(Locale.ROOT, "%s: %,d (%.1f %%)", names.get(i), values[i], percent)));
    }
    markup.append(bar).append("</div>\n").append(Page.legend(keys.toArray(String[]::new)));
  }

  // ---- the rest

  private void verification() {
    VerifySummary verified = verified();
    if (verified.checkedBlocks() == 0) {
      return;
    }
    var markup = new StringBuilder();
    markup.append(
        "<p>%,d blocks were checked, %,d were wrong.</p>\n"
            .formatted(verified.checkedBlocks(), verified.wrongBlocks()));
    if (verified.wrongBlocks() > 0) {
      markup.append("<ul>\n");
      for (Finding finding : verified.findings()) {
        markup.append("<li><code>").append(Html.text(finding.toString())).append("</code></li>\n");
      }
      markup.append("</ul>\n");
    }
    page.section(
        "Verification",
        "Each block bears its namespace, place, generation, seed and checksum.",
        markup.toString());
  }

  private void setup() {
    var markup = new StringBuilder("<table class=\"words\">\n");
    for (ControllerInfo info : result.controllers()) {
      markup.append(
          "<tr><td>connection</td><td>%s</td></tr>\n"
              .formatted(
                  Html.text(
                      "%s %s: %d I/O queues of %d entries, header digest %s, data digest %s, device %s, %s"
                          .formatted(
                              info.model().strip(),
                              info.firmware().strip(),
                              info.ioQueues(),
                              info.queueEntries(),
                              info.headerDigest() ? "on" : "off",
                              info.dataDigest() ? "on" : "off",
                              info.device(),
                              info.channel()))));
    }
    for (JobReport report : reports) {
      var words = new StringBuilder();
      report.job().globalWords().forEach((word, value) -> append(words, word, value));
      report.job().words().forEach((word, value) -> append(words, word, value));
      markup.append(
          "<tr><td>%s</td><td><code>%s</code></td></tr>\n"
              .formatted(Html.text(report.name()), Html.text(words.toString().strip())));
    }
    page.section("Setup", "", markup + "</table>\n")
        .add("<footer>" + Html.text(version) + "</footer>");
  }

  private static void append(StringBuilder words, String word, String value) {
    words.append(word).append('=').append(value).append(' ');
  }
}
