package io.nvmetcp.e2e.bench;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What placement saves: device {@code socket} against device {@code none}, in interleaved pairs;
 * throughput, and the CPU time of the initiator's event loop per I/O, which is where it shows when
 * the sender is the bottleneck. Ratios within a pair, their median and its confidence interval.
 *
 * <p>Options as system properties: {@code rounds} (11), {@code millis} (700) per run, {@code sizes}
 * (KiB, comma-separated), {@code device} (what is compared with {@code none}), {@code json} (a
 * file).
 */
public final class OffloadBenchmark {
  private static final int DEPTH = 32;

  private OffloadBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    int[] kibibytes =
        Arrays.stream(System.getProperty("sizes", "4,16,64,128,512").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    JsonArray results =
        run(
            Integer.getInteger("rounds", 11),
            Long.getLong("millis", 700),
            kibibytes,
            DeviceSpec.parse(System.getProperty("device", "socket")));
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), results.encodePrettily());
    }
  }

  static JsonArray run(int rounds, long millis, int[] kibibytes, DeviceSpec device)
      throws Exception {
    JsonArray results = new JsonArray();
    System.out.printf(
        "%8s %7s %24s %24s %10s %10s %8s %8s%n",
        "size", "digests", "throughput ratio", "CPU ratio", "CPU µs", "none µs", "heap B", "reads");
    try (BenchTarget target = new BenchTarget()) {
      for (boolean digests : new boolean[] {false, true}) {
        for (int size : kibibytes) {
          results.add(compare(target, size * 1024, digests, rounds, millis, device));
        }
      }
    }
    return results;
  }

  private static JsonObject compare(
      BenchTarget target, int size, boolean digests, int rounds, long millis, DeviceSpec device)
      throws Exception {
    List<Double> rates = new ArrayList<>();
    List<Double> noneRates = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> noneCpu = new ArrayList<>();
    List<Double> heap = new ArrayList<>();
    double readsPerIo;
    try (BenchHost placing = host(target, device, size, digests);
        BenchHost copying = host(target, DeviceSpec.NONE, size, digests)) {
      placing.fill();
      InitiatorStatistics before = placing.statistics();
      for (int round = -2; round < rounds; round++) {
        // Who goes first changes from pair to pair.
        boolean first = (round & 1) == 0;
        BenchHost.Run one = (first ? placing : copying).reads(size, millis);
        BenchHost.Run two = (first ? copying : placing).reads(size, millis);
        if (round >= 0) {
          BenchHost.Run placed = first ? one : two;
          BenchHost.Run copied = first ? two : one;
          rates.add(placed.perSecond());
          noneRates.add(copied.perSecond());
          cpu.add(placed.cpuNanos());
          noneCpu.add(copied.cpuNanos());
          heap.add(placed.heapBytes());
        }
      }
      InitiatorStatistics after = placing.statistics();
      readsPerIo =
          (double)
                  (after.offload(DdpCounter.SOCKET_READS) - before.offload(DdpCounter.SOCKET_READS))
              / Math.max(1, after.completed() - before.completed());
    }
    Statistics.Median rate = Statistics.interval(Statistics.ratios(rates, noneRates));
    Statistics.Median cpuRatio = Statistics.interval(Statistics.ratios(cpu, noneCpu));
    System.out.printf(
        Locale.ROOT,
        "%4d KiB %7s %24s %24s %10.2f %10.2f %8.0f %8.2f%n",
        size >> 10,
        digests ? "on" : "off",
        rate,
        cpuRatio,
        Statistics.median(cpu) / 1e3,
        Statistics.median(noneCpu) / 1e3,
        Statistics.median(heap),
        readsPerIo);
    return new JsonObject()
        .put("blockBytes", size)
        .put("digests", digests)
        .put("rounds", rounds)
        .put("throughputRatio", interval(rate))
        .put("cpuRatio", interval(cpuRatio))
        .put("cpuNs", Statistics.median(cpu))
        .put("noneCpuNs", Statistics.median(noneCpu))
        .put("perSecond", Statistics.median(rates))
        .put("nonePerSecond", Statistics.median(noneRates))
        .put("heapBytes", Statistics.median(heap))
        .put("socketReads", readsPerIo);
  }

  private static JsonObject interval(Statistics.Median median) {
    return new JsonObject()
        .put("median", median.value())
        .put("low", median.low())
        .put("high", median.high());
  }

  private static BenchHost host(BenchTarget target, DeviceSpec device, int size, boolean digests)
      throws Exception {
    return new BenchHost(
        target.clientVertx(),
        target.address(),
        new InitiatorOptions().setDevice(device).setHeaderDigest(digests).setDataDigest(digests),
        DEPTH,
        size);
  }
}
