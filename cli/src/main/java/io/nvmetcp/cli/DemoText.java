package io.nvmetcp.cli;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.Job;
import io.nvmetcp.loadgen.JobResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** A {@link DemoReport} for people. */
final class DemoText {
  private static final int BAR_WIDTH = 40;
  private static final int DISPLACEMENT_ROWS = 21;
  private static final double NANOS_PER_MICRO = 1e3;

  private final StringBuilder out = new StringBuilder();

  private DemoText() {}

  static String opening(DemoSettings settings, Path file, boolean fileReadOnly, int port) {
    return """
    target      127.0.0.1:%d, answers in order %s
    namespaces  1: %s of memory, 2: %s%s; blocks of %d bytes\
    """
        .formatted(
            port,
            settings.policy().text(),
            new ByteSize(settings.sizeBytes()),
            settings.file() == null
                ? "a temporary file of " + new ByteSize(settings.sizeBytes())
                : file,
            fileReadOnly ? " (read-only)" : "",
            settings.blockBytes());
  }

  static String render(DemoReport report) {
    DemoText text = new DemoText();
    text.negotiated(report);
    text.jobs(report);
    text.displacement(report.host());
    text.offload(report);
    text.verdict(report);
    return text.out.toString().stripTrailing();
  }

  private void line(String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values)).append('\n');
  }

  private void negotiated(DemoReport report) {
    ControllerInfo info = report.controller();
    out.append('\n');
    line(
        "negotiated  %d I/O queues of %d entries, header digest %s, data digest %s,",
        info.ioQueues(), info.queueEntries(), on(info.headerDigest()), on(info.dataDigest()));
    line(
        "            in-capsule data %s, MAXH2CDATA %s, MDTS %s, SQ flow control %s",
        new ByteSize(info.inCapsuleBytes()),
        new ByteSize(info.maxH2cDataBytes()),
        new ByteSize(info.maxTransferBytes()),
        on(!info.flowControlDisabled()));
    line("transport   %s, device %s", info.channel(), info.device());
  }

  private static String on(boolean value) {
    return value ? "on" : "off";
  }

  private void jobs(DemoReport report) {
    out.append('\n');
    line(
        "%-14s %11s %10s %9s %9s %9s %9s  %s",
        "", "IOPS", "MiB/s", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "verified");
    for (JobResult result : report.results()) {
      boolean fill = result.job().kind() == Job.Kind.FILL;
      line(
          "%-14s %,11.0f %,10.1f %,9.0f %,9.0f %,9.0f %,9.0f  %s",
          (fill ? "write " : "read ") + new ByteSize(result.job().blockBytes()),
          result.iops(),
          result.mebibytesPerSecond(),
          result.latency().getValueAtPercentile(50) / NANOS_PER_MICRO,
          result.latency().getValueAtPercentile(99) / NANOS_PER_MICRO,
          result.latency().getValueAtPercentile(99.9) / NANOS_PER_MICRO,
          result.latency().getMaxValue() / NANOS_PER_MICRO,
          fill
              ? "-"
              : "%,d of %,d"
                  .formatted(result.operations() - result.wrongBlocks(), result.operations()));
    }
  }

  private void displacement(InitiatorStatistics host) {
    int furthest = 0;
    for (int d = 1; d <= InitiatorStatistics.MAX_DISPLACEMENT; d++) {
      if (host.displaced(d) + host.displaced(-d) > 0) {
        furthest = d;
      }
    }
    int step = Math.ceilDiv(2 * furthest + 1, DISPLACEMENT_ROWS) | 1;
    int outermost = Math.ceilDiv(furthest - step / 2, step);
    long[] counts = new long[2 * Math.max(0, outermost) + 1];
    for (int d = -furthest; d <= furthest; d++) {
      counts[Math.floorDiv(d + step / 2, step) + counts.length / 2] += host.displaced(d);
    }
    long most = Math.max(1, Arrays.stream(counts).max().orElse(1));
    out.append('\n');
    line("displacement of responses: places later (+) or earlier (-) than submitted, per queue");
    for (int i = 0; i < counts.length; i++) {
      int middle = (i - counts.length / 2) * step;
      String range =
          step == 1
              ? String.format(Locale.ROOT, "%+d", middle)
              : String.format(Locale.ROOT, "%+d..%+d", middle - step / 2, middle + step / 2);
      int width = (int) Math.ceilDiv(counts[i] * BAR_WIDTH, most);
      line("  %9s %,12d  %s", range, counts[i], "#".repeat(width));
    }
  }

  private void offload(DemoReport report) {
    InitiatorStatistics host = report.host();
    out.append('\n');
    line(
        "placed      %,d PDUs, %,d bytes in place; %,d PDUs, %,d bytes copied",
        host.offload(DdpCounter.DDP_PDUS),
        host.offload(DdpCounter.DDP_BYTES),
        host.offload(DdpCounter.COPIED_PDUS),
        host.offload(DdpCounter.COPIED_BYTES));
    line(
        "digests     %,d by device, %,d in placement, %,d by fallback, %,d wrong",
        host.offload(DdpCounter.DIGEST_BY_DEVICE),
        host.offload(DdpCounter.DIGEST_IN_PLACEMENT),
        host.offload(DdpCounter.DIGEST_BY_FALLBACK),
        host.offload(DdpCounter.DATA_DIGEST_ERRORS));
    line(
        "mappings    %,d setups, %,d teardowns (%s): %,d done after the response, %,d before it",
        host.offload(DdpCounter.SETUP),
        host.offload(DdpCounter.TEARDOWN),
        report.settings().teardown() == TeardownMode.LAZY ? "lazy" : "eager",
        host.offload(DdpCounter.TEARDOWN_AFTER_RESPONSE),
        host.offload(DdpCounter.TEARDOWN_BEFORE_RESPONSE));
    line(
        "not mapped  %,d below the threshold, %,d without a tag",
        host.offload(DdpCounter.SETUP_FAIL_THRESHOLD), host.offload(DdpCounter.SETUP_FAIL_TAGS));
    line(
        "balance     placed + copied = %,d, delivered = %,d; commands %,d, answers %,d",
        host.offload(DdpCounter.DDP_BYTES) + host.offload(DdpCounter.COPIED_BYTES),
        host.offload(DdpCounter.DELIVERED_BYTES),
        host.submitted(),
        host.completed());
  }

  private void verdict(DemoReport report) {
    out.append('\n');
    if (report.interrupted()) {
      line("interrupted: the figures are those of the part that ran");
    }
    if (report.problems().isEmpty()) {
      line("RIGHT       every block, every counter; nothing leaked");
    } else {
      line("WRONG");
      report.problems().forEach(problem -> line("  %s", problem));
    }
  }
}
