package io.nvmetcp.cli;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.Job;
import io.nvmetcp.loadgen.JobResult;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A {@link DemoReport} for machines: the same figures, times in nanoseconds. */
final class DemoJson {
  private DemoJson() {}

  static JsonObject render(DemoReport report) {
    JsonArray jobs = new JsonArray();
    report.results().forEach(result -> jobs.add(job(result)));
    return new JsonObject()
        .put("right", report.problems().isEmpty())
        .put("interrupted", report.interrupted())
        .put("problems", new JsonArray(report.problems()))
        .put("settings", settings(report.settings()))
        .put("negotiated", negotiated(report.controller()))
        .put("jobs", jobs)
        .put("displacement", displacement(report.host()))
        .put("host", host(report.host()))
        .put("target", target(report.target()));
  }

  private static JsonObject settings(DemoSettings settings) {
    return new JsonObject()
        .put("policy", settings.policy().text())
        .put("device", settings.device().kind().name().toLowerCase(Locale.ROOT))
        .put("deviceParameter", settings.device().parameter())
        .put("iodepth", settings.depth())
        .put("teardown", settings.teardown().name().toLowerCase(Locale.ROOT))
        .put("blockBytes", settings.blockBytes())
        .put("seed", settings.seed());
  }

  private static JsonObject negotiated(ControllerInfo info) {
    return new JsonObject()
        .put("ioQueues", info.ioQueues())
        .put("queueEntries", info.queueEntries())
        .put("headerDigest", info.headerDigest())
        .put("dataDigest", info.dataDigest())
        .put("inCapsuleBytes", info.inCapsuleBytes())
        .put("maxH2cDataBytes", info.maxH2cDataBytes())
        .put("maxTransferBytes", info.maxTransferBytes())
        .put("sqFlowControl", !info.flowControlDisabled())
        .put("device", info.device())
        .put("transport", TransportChoice.ofChannel(info.channel()))
        .put("channel", info.channel());
  }

  private static JsonObject job(JobResult result) {
    Histogram latency = result.latency();
    return new JsonObject()
        .put("kind", result.job().kind() == Job.Kind.FILL ? "write" : "randread")
        .put("blockBytes", result.job().blockBytes())
        .put("operations", result.operations())
        .put("bytes", result.bytes())
        .put("elapsedNs", result.elapsedNanos())
        .put("iops", result.iops())
        .put("mibPerSecond", result.mebibytesPerSecond())
        .put(
            "latencyNs",
            new JsonObject()
                .put("p50", latency.getValueAtPercentile(50))
                .put("p99", latency.getValueAtPercentile(99))
                .put("p99.9", latency.getValueAtPercentile(99.9))
                .put("max", latency.getMaxValue()))
        .put("wrong", result.wrongBlocks())
        .put("failed", result.failedOperations());
  }

  private static JsonObject displacement(InitiatorStatistics host) {
    JsonObject histogram = new JsonObject();
    for (int d = -InitiatorStatistics.MAX_DISPLACEMENT;
        d <= InitiatorStatistics.MAX_DISPLACEMENT;
        d++) {
      if (host.displaced(d) > 0) {
        histogram.put(Integer.toString(d), host.displaced(d));
      }
    }
    return histogram;
  }

  private static JsonObject host(InitiatorStatistics host) {
    JsonObject counters = new JsonObject();
    for (DdpCounter counter : DdpCounter.values()) {
      counters.put(counter.id(), host.offload(counter));
    }
    return new JsonObject()
        .put("submitted", host.submitted())
        .put("completed", host.completed())
        .put("lost", host.lost())
        .put("retried", host.retried())
        .put("pdusReceived", host.pdusReceived())
        .put("balanced", host.balanced())
        .put("offload", counters);
  }

  private static JsonObject target(TargetStatistics target) {
    return new JsonObject()
        .put("commands", target.commands())
        .put("reads", target.reads())
        .put("writes", target.writes())
        .put("bytesRead", target.bytesRead())
        .put("bytesWritten", target.bytesWritten())
        .put("dataPdus", target.dataPdus())
        .put("responses", target.responses())
        .put("successFlags", target.successFlags())
        .put("r2ts", target.r2ts())
        .put("errors", target.errors())
        .put("digestErrors", target.digestErrors())
        .put("leasesOutstanding", target.leasesOutstanding())
        .put("connectionsOpen", target.connectionsOpen());
  }
}
