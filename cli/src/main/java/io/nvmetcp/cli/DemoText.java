package io.nvmetcp.cli;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.Job;
import io.nvmetcp.loadgen.JobResult;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A {@link DemoReport} for people. ASCII only, since a pipe may know nothing else. */
final class DemoText {
  private static final double NANOS_PER_MICRO = 1e3;

  private final StringBuilder out = new StringBuilder();

  private DemoText() {}

  static String opening(DemoSettings settings, Path file, boolean fileReadOnly, int port) {
    ByteSize size = new ByteSize(settings.sizeBytes());
    String second =
        settings.file() == null
            ? size + " in a temporary file"
            : file + (fileReadOnly ? " (read-only)" : " (overwritten)");
    return """
    target      127.0.0.1:%d, policy %s
    namespaces  1: %s in memory, 2: %s; blocks of %d bytes\
    """
        .formatted(port, settings.policy().text(), size, second, settings.blockBytes());
  }

  static String render(DemoReport report) {
    DemoText text = new DemoText();
    text.negotiated(report);
    text.jobs(report);
    text.displacement(report.host());
    text.placement(report);
    text.verdict(report);
    return text.out.toString().stripTrailing();
  }

  private void line(String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values).stripTrailing()).append('\n');
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
    line("transport   %s (%s)", TransportChoice.ofChannel(info.channel()), info.channel());
    DeviceSpec device = report.settings().device();
    line(
        "device      %s%s",
        info.device(),
        switch (device.kind()) {
          case NONE -> "";
          case SOCKET -> ", for reads from " + new ByteSize(device.parameter());
          case SIMULATED -> ", seed " + device.parameter();
        });
  }

  private static String on(boolean value) {
    return value ? "on" : "off";
  }

  private void jobs(DemoReport report) {
    out.append('\n');
    line(
        "%-14s %10s %9s %9s %9s %9s %9s   %s",
        "", "IOPS", "MiB/s", "p50 us", "p99 us", "p99.9 us", "max us", "verified");
    for (JobResult result : report.results()) {
      Histogram latency = result.latency();
      boolean fill = result.job().kind() == Job.Kind.FILL;
      line(
          "%-14s %,10.0f %,9.1f %,9.0f %,9.0f %,9.0f %,9.0f   %s",
          (fill ? "write " : "read ") + new ByteSize(result.job().blockBytes()),
          result.iops(),
          result.mebibytesPerSecond(),
          latency.getValueAtPercentile(50) / NANOS_PER_MICRO,
          latency.getValueAtPercentile(99) / NANOS_PER_MICRO,
          latency.getValueAtPercentile(99.9) / NANOS_PER_MICRO,
          latency.getMaxValue() / NANOS_PER_MICRO,
          fill
              ? "by the reads"
              : String.format(
                  Locale.ROOT,
                  "%,d of %,d",
                  result.operations() - result.wrongBlocks(),
                  result.operations()));
    }
  }

  private void displacement(InitiatorStatistics host) {
    out.append('\n');
    line("displacement of responses: places later (+) or earlier (-) than submitted, per queue");
    DisplacementChart.rows(host::displaced, InitiatorStatistics.MAX_DISPLACEMENT)
        .forEach(row -> line("%s", row));
  }

  private void placement(DemoReport report) {
    InitiatorStatistics host = report.host();
    long placed = host.offload(DdpCounter.DDP_BYTES);
    long copied = host.offload(DdpCounter.COPIED_BYTES);
    long delivered = host.offload(DdpCounter.DELIVERED_BYTES);
    out.append('\n');
    line("%-10s %13s %20s", "", "PDUs", "bytes");
    line("%-10s %,13d %,20d", "placed", host.offload(DdpCounter.DDP_PDUS), placed);
    line("%-10s %,13d %,20d", "copied", host.offload(DdpCounter.COPIED_PDUS), copied);
    line(
        "%-10s %,13d %,20d   %s placed + copied",
        "delivered",
        host.offload(DdpCounter.DDP_PDUS) + host.offload(DdpCounter.COPIED_PDUS),
        delivered,
        placed + copied == delivered ? "=" : "is not");
    out.append('\n');
    line(
        "digests     %,d by device, %,d in placement, %,d by fallback; %,d wrong",
        host.offload(DdpCounter.DIGEST_BY_DEVICE),
        host.offload(DdpCounter.DIGEST_IN_PLACEMENT),
        host.offload(DdpCounter.DIGEST_BY_FALLBACK),
        host.offload(DdpCounter.DATA_DIGEST_ERRORS));
    line(
        "mappings    %,d setups, %,d teardowns (%s): %,d after the response, %,d before it",
        host.offload(DdpCounter.SETUP),
        host.offload(DdpCounter.TEARDOWN),
        report.settings().teardown() == TeardownMode.LAZY ? "lazy" : "eager",
        host.offload(DdpCounter.TEARDOWN_AFTER_RESPONSE),
        host.offload(DdpCounter.TEARDOWN_BEFORE_RESPONSE));
    line(
        "not mapped  %,d below the device's threshold, %,d for want of a tag",
        host.offload(DdpCounter.SETUP_FAIL_THRESHOLD), host.offload(DdpCounter.SETUP_FAIL_TAGS));
    trouble(host);
    line(
        "commands    %,d sent, %,d answered, %,d lost",
        host.submitted(), host.completed(), host.lost());
  }

  // What only a device that does badly on purpose has, or a peer that does: nothing if all is well.
  private void trouble(InitiatorStatistics host) {
    long asked = host.offload(DdpCounter.RESYNC);
    if (host.offload(DdpCounter.PACKETS) > 0) {
      line(
          "packets     %,d; %,d lost, %,d late, %,d doubled, %,d without the device's word",
          host.offload(DdpCounter.PACKETS),
          host.offload(DdpCounter.PACKETS_LOST),
          host.offload(DdpCounter.PACKETS_REORDERED),
          host.offload(DdpCounter.PACKETS_DUPLICATED),
          host.offload(DdpCounter.PACKETS_CRC_OFF));
    }
    if (host.offload(DdpCounter.SYNC_LOST) + asked > 0) {
      line(
          "resyncs     %,d times lost; %,d questions, %,d confirmed, %,d refused",
          host.offload(DdpCounter.SYNC_LOST),
          asked,
          host.offload(DdpCounter.RESYNC_CONFIRMED),
          host.offload(DdpCounter.RESYNC_REFUSED));
    }
    if (host.offload(DdpCounter.TEARDOWN_LATE) > 0) {
      line("late        %,d teardowns", host.offload(DdpCounter.TEARDOWN_LATE));
    }
    if (host.retried() > 0) {
      line("retried     %,d commands", host.retried());
    }
  }

  private void verdict(DemoReport report) {
    out.append('\n');
    if (report.interrupted()) {
      line("interrupted: the figures are those of the part that ran");
    }
    if (!report.problems().isEmpty()) {
      line("WRONG");
      report.problems().forEach(problem -> line("  %s", problem));
    } else if (report.results().stream().noneMatch(DemoText::checked)) {
      line("RIGHT       every counter; nothing leaked; nothing was read yet");
    } else {
      line("RIGHT       every block, every counter; nothing leaked");
    }
  }

  private static boolean checked(JobResult result) {
    return result.job().kind() != Job.Kind.FILL && result.operations() > 0;
  }
}
