package io.nvmetcp.e2e.bench;

import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What placement saves: a device against device {@code none}, side by side; throughput, and the CPU
 * time of the initiator's event loop per I/O, which is where it shows when the sender is the
 * bottleneck. Beside them stands the <i>floor</i>, device {@code none} that throws away what it
 * received, and a device that is off: queues on it that it may do nothing for.
 *
 * <p>Many short runs tell more than few long ones: what disturbs a busy machine comes and goes. And
 * each session connects anew: two connections that do the same differ by several percent for as
 * long as they live.
 *
 * <p>Options as system properties: {@code sessions} (4) of {@code rounds} (11), {@code millis} (40)
 * per run, {@code sizes} (KiB, comma-separated), {@code device} (what is compared with {@code
 * none}), {@code congestion} (see {@link Congestion}), {@code json} (a file).
 */
public final class OffloadBenchmark {
  private static final int DEPTH = 32;
  private static final String DEVICE = "device";
  private static final String NONE = "none";
  private static final String FLOOR = "floor";
  private static final String OFF = "off";
  private static final double NEVER_MORE_CPU = 1.02;
  private static final double NEVER_LESS_THROUGHPUT = 0.98;
  private static final double MOST_HEAP_BYTES = 64;

  private OffloadBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    int[] kibibytes =
        Arrays.stream(System.getProperty("sizes", "4,16,64,128,512").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    JsonObject report =
        run(
            Integer.getInteger("sessions", 4),
            Integer.getInteger("rounds", 11),
            Long.getLong("millis", 40),
            kibibytes,
            DeviceSpec.parse(System.getProperty("device", "socket")),
            BenchTarget.NAMESPACE_BYTES);
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), report.encodePrettily());
    }
  }

  static JsonObject run(
      int sessions,
      int rounds,
      long millis,
      int[] kibibytes,
      DeviceSpec device,
      long namespaceBytes)
      throws Exception {
    JsonArray rows = new JsonArray();
    Scorecard scorecard =
        new Scorecard(
            "size",
            "digests",
            "throughput",
            "CPU",
            "CPU per read",
            "`none`",
            "floor's CPU",
            "CPU, device off",
            "heap per read",
            "calls per read",
            "sleeps (`none`)");
    System.out.printf(
        "%8s %7s %22s %22s %10s %10s %22s %22s %8s %8s %14s%n",
        "size",
        "digests",
        "throughput ratio",
        "CPU ratio",
        "CPU µs",
        "none µs",
        "floor's CPU ratio",
        "off: CPU ratio",
        "heap B",
        "calls",
        "sleeps (none)");
    try (BenchTarget target = BenchTarget.steady(1, namespaceBytes)) {
      for (boolean digests : new boolean[] {false, true}) {
        for (int size : kibibytes) {
          rows.add(
              compare(target, scorecard, size * 1024, digests, sessions, rounds, millis, device));
        }
      }
      System.out.print(scorecard.text());
      return target.report(rows).put("verdicts", scorecard.json());
    }
  }

  private static JsonObject compare(
      BenchTarget target,
      Scorecard scorecard,
      int size,
      boolean digests,
      int sessions,
      int rounds,
      long millis,
      DeviceSpec device)
      throws Exception {
    SideBySide contest = new SideBySide();
    double systemCalls = 0;
    double futureBytes = 0;
    for (int session = 0; session < sessions; session++) {
      try (BenchHost copying = host(target, size, digests, false);
          BenchHost discarding = host(target, size, digests, true);
          BenchHost placing = host(target, device, digests, copying);
          BenchHost off = host(target, device, digests, copying)) {
        off.controller().device().capabilities().want(Set.of());
        contest
            .add(NONE, copying::reads)
            .add(DEVICE, placing::reads)
            .add(FLOOR, discarding::reads)
            .add(OFF, off::reads)
            .run(rounds, millis);
        systemCalls += placing.systemCallsPerIo() / sessions;
        futureBytes = placing.futureHeapBytes();
      }
    }
    return row(contest, scorecard, size, digests, sessions * rounds, systemCalls, futureBytes);
  }

  private static JsonObject row(
      SideBySide contest,
      Scorecard scorecard,
      int size,
      boolean digests,
      int rounds,
      double systemCalls,
      double futureBytes) {
    Statistics.Median rate = contest.ratio(DEVICE, NONE, Measurement::perSecond);
    Statistics.Median cpu = contest.ratio(DEVICE, NONE, Measurement::cpuNanos);
    Statistics.Median floor = contest.ratio(FLOOR, NONE, Measurement::cpuNanos);
    Statistics.Median off = contest.ratio(OFF, NONE, Measurement::cpuNanos);
    Statistics.Median heap =
        Statistics.interval(
            contest.values(DEVICE, Measurement::heapBytes).stream()
                .map(bytes -> bytes - futureBytes)
                .toList());
    System.out.printf(
        Locale.ROOT,
        "%4d KiB %7s %22s %22s %10.2f %10.2f %22s %22s %8.0f %8.2f %6.2f (%5.2f)%n",
        size >> 10,
        digests ? "on" : "off",
        rate,
        cpu,
        contest.median(DEVICE, Measurement::cpuNanos) / 1e3,
        contest.median(NONE, Measurement::cpuNanos) / 1e3,
        floor,
        off,
        heap.value(),
        systemCalls,
        contest.median(DEVICE, Measurement::sleeps),
        contest.median(NONE, Measurement::sleeps));
    scorecard.line(
        (size >> 10) + " KiB",
        digests ? "on" : "off",
        rate.toString(),
        cpu.toString(),
        micros(contest, DEVICE),
        micros(contest, NONE),
        floor.toString(),
        off.toString(),
        String.format(Locale.ROOT, "%.0f B", heap.value()),
        String.format(Locale.ROOT, "%.2f", systemCalls),
        String.format(
            Locale.ROOT,
            "%.2f (%.2f)",
            contest.median(DEVICE, Measurement::sleeps),
            contest.median(NONE, Measurement::sleeps)));
    JsonArray bounds =
        scorecard.judge(
            "%d KiB, digests %s".formatted(size >> 10, digests ? "on" : "off"),
            List.of(
                Bound.atMost("CPU of device to none", cpu, most(size)),
                Bound.atLeast("throughput of device to none", rate, NEVER_LESS_THROUGHPUT),
                Bound.atMost("CPU of a device that is off to none", off, NEVER_MORE_CPU),
                Bound.atMost("heap per read beyond the caller's Future", heap, MOST_HEAP_BYTES)));
    JsonObject row =
        new JsonObject()
            .put("blockBytes", size)
            .put("digests", digests)
            .put("depth", DEPTH)
            .put("rounds", rounds)
            .put("throughputRatio", rate.json())
            .put("cpuRatio", cpu.json())
            .put("floorCpuRatio", floor.json())
            .put("offCpuRatio", off.json())
            .put("offThroughputRatio", contest.ratio(OFF, NONE, Measurement::perSecond).json())
            .put("futureHeapBytes", futureBytes)
            .put("heapBytesBeyondFuture", heap.json())
            .put("systemCalls", systemCalls)
            .put("bounds", bounds);
    for (String name : List.of(DEVICE, NONE, FLOOR, OFF)) {
      row.put(
          name,
          new JsonObject()
              .put("cpuNs", contest.median(name, Measurement::cpuNanos))
              .put("perSecond", contest.median(name, Measurement::perSecond))
              .put("sleeps", contest.median(name, Measurement::sleeps)));
    }
    return row;
  }

  private static String micros(SideBySide contest, String name) {
    return String.format(Locale.ROOT, "%.1f µs", contest.median(name, Measurement::cpuNanos) / 1e3);
  }

  private static double most(int size) {
    return size >= 512 << 10 ? 0.82 : size >= 128 << 10 ? 0.90 : NEVER_MORE_CPU;
  }

  private static BenchHost host(BenchTarget target, int size, boolean digests, boolean discarding)
      throws Exception {
    InitiatorOptions options = options(DeviceSpec.NONE, digests);
    return new BenchHost(target.clientVertx(), target.address(), options, DEPTH, size, discarding);
  }

  private static BenchHost host(
      BenchTarget target, DeviceSpec device, boolean digests, BenchHost beside) throws Exception {
    return new BenchHost(target.clientVertx(), target.address(), options(device, digests), beside);
  }

  private static InitiatorOptions options(DeviceSpec device, boolean digests) {
    return new InitiatorOptions()
        .setDevice(device)
        .setHeaderDigest(digests)
        .setDataDigest(digests)
        .setIoQueues(1);
  }
}
