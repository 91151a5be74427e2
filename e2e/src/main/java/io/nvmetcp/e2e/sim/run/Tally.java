package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.e2e.sim.SeedResult;
import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.cover.Transition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the seeds of a run did. Safe on any thread. */
final class Tally {
  private static final double NANOS = 1e9;
  // By then what runs often is compiled.
  private static final long WARM_NS = 10_000_000_000L;

  private long seeds;
  private long operations;
  private long events;
  private double virtualSeconds;
  private long cpuNs;
  private long warmOperations;
  private long warmCpuNs;
  private final Coverage coverage = new Coverage();
  // The first seed that visited a transition of which it is said that none can.
  private final Map<Transition, Long> refuted = new LinkedHashMap<>();

  Tally() {}

  synchronized void add(SeedResult result) {
    seeds++;
    operations += result.operations();
    events += result.events();
    virtualSeconds += result.virtualNs() / NANOS;
    coverage.addAll(result.coverage());
    for (Transition each : result.coverage().refuted()) {
      refuted.putIfAbsent(each, result.scenario().seed());
    }
  }

  /**
   * What a seed cost.
   *
   * @param beganCpuNs CPU time of its thread, since that began, when it began
   * @param endedCpuNs and when it ended
   */
  synchronized void took(long itsOperations, long beganCpuNs, long endedCpuNs) {
    long tookNs = endedCpuNs - beganCpuNs;
    cpuNs += tookNs;
    if (beganCpuNs >= WARM_NS) {
      warmOperations += itsOperations;
      warmCpuNs += tookNs;
    }
  }

  synchronized long seeds() {
    return seeds;
  }

  /** Which transitions were visited, and which were not. */
  synchronized List<String> coverage() {
    List<String> lines = coverage.lines();
    refuted.forEach(
        (transition, seed) ->
            lines.add("  %s: first in nvmetcp simulate --seed %d".formatted(transition, seed)));
    return lines;
  }

  /** In one line. */
  synchronized String line(double seconds) {
    return "%,d seeds, %,d operations, %,d events in %.0f s (%.1f h of theirs), %,.0f operations/s"
        .formatted(seeds, operations, events, seconds, virtualSeconds / 3600, operations / seconds);
  }

  /**
   * How fast worlds run on a core, in one line: by CPU time of their threads, so that what else
   * runs on the machine hardly counts.
   */
  synchronized String speed() {
    String all =
        "%.1f s of CPU time: %,.0f operations/s and core"
            .formatted(cpuNs / NANOS, operations / (cpuNs / NANOS));
    return warmCpuNs == 0
        ? all
        : all
            + ", %,.0f in worlds begun after %d s of their thread"
                .formatted(warmOperations / (warmCpuNs / NANOS), (long) (WARM_NS / NANOS));
  }
}
