package io.nvmetcp.loadgen.report;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.loadgen.run.DeviceCounts;
import io.nvmetcp.loadgen.run.LoadResult;
import java.util.Locale;

/** What fio does not know: how responses were ordered, and who placed and checked the data. */
final class OffloadText {
  private OffloadText() {}

  static void append(StringBuilder out, LoadResult result) {
    DeviceCounts counts = result.counts();
    out.append("\nNVMe/TCP (all jobs):\n");
    for (ControllerInfo info : result.controllers()) {
      line(
          out,
          "  connection   : %d I/O queues of %d entries, digests %s%s, device %s, %s",
          info.ioQueues(),
          info.queueEntries(),
          info.headerDigest() ? "H" : "-",
          info.dataDigest() ? "D" : "-",
          info.device(),
          info.channel());
    }
    line(
        out,
        "  commands     : %d sent, %d answered, %d lost, %d retried",
        counts.submitted(),
        counts.completed(),
        counts.lost(),
        counts.retried());
    line(
        out,
        "  read data    : placed %d PDUs (%s), copied %d PDUs (%s)",
        counts.get(DdpCounter.DDP_PDUS),
        FioNumbers.bytes(counts.get(DdpCounter.DDP_BYTES)),
        counts.get(DdpCounter.COPIED_PDUS),
        FioNumbers.bytes(counts.get(DdpCounter.COPIED_BYTES)));
    line(
        out,
        "  data digests : %d by device, %d in placement, %d by fallback; %d wrong",
        counts.get(DdpCounter.DIGEST_BY_DEVICE),
        counts.get(DdpCounter.DIGEST_IN_PLACEMENT),
        counts.get(DdpCounter.DIGEST_BY_FALLBACK),
        counts.get(DdpCounter.DATA_DIGEST_ERRORS));
    displacement(out, counts);
  }

  private static void displacement(StringBuilder out, DeviceCounts counts) {
    int earliest = 0;
    int latest = 0;
    long moved = 0;
    long all = 0;
    for (int i = -DeviceCounts.MOST_DISPLACED; i <= DeviceCounts.MOST_DISPLACED; i++) {
      long count = counts.displaced(i);
      all += count;
      if (count > 0) {
        earliest = Math.min(earliest, i);
        latest = Math.max(latest, i);
        moved += i == 0 ? 0 : count;
      }
    }
    line(
        out,
        "  responses    : %.1f%% out of order, up to %d places early and %d late",
        all == 0 ? 0.0 : 100.0 * moved / all,
        -earliest,
        latest);
  }

  private static void line(StringBuilder out, String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values)).append('\n');
  }
}
