package io.nvmetcp.e2e.bench;

import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * NVMe/TCP reads against the {@link BareStream}: one process, one event loop on each side, the same
 * transport, sizes and depth; digests off, answers in order, a memory namespace. Each round runs
 * every contender once, so that what disturbs the machine disturbs all; medians over the rounds are
 * reported, and medians of the ratios within a round.
 *
 * <p>Options as system properties: {@code rounds} (7), {@code millis} (2000) per run, {@code json}
 * (a file).
 */
public final class ReadBenchmark {
  private static final int DEPTH = 32;
  private static final int[] SIZES = {4 * 1024, 128 * 1024};

  private ReadBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    JsonArray results = run(Integer.getInteger("rounds", 7), Long.getLong("millis", 2000));
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), results.encodePrettily());
    }
  }

  static JsonArray run(int rounds, long millis) throws Exception {
    JsonArray results = new JsonArray();
    try (BenchTarget target = new BenchTarget()) {
      for (int size : SIZES) {
        results.add(compare(target, size, rounds, millis));
      }
    }
    return results;
  }

  private static JsonObject compare(BenchTarget target, int size, int rounds, long millis)
      throws Exception {
    List<Double> bare = new ArrayList<>();
    List<Double> socket = new ArrayList<>();
    List<Double> none = new ArrayList<>();
    try (BareStream stream =
            new BareStream(
                (VertxInternal) target.serverVertx(), (VertxInternal) target.clientVertx(), size);
        BenchHost placing = host(target, DeviceSpec.SOCKET, size);
        BenchHost copying = host(target, DeviceSpec.NONE, size)) {
      placing.fill();
      for (int round = -1; round < rounds; round++) {
        double[] now = {
          stream.run(DEPTH, millis),
          placing.reads(size, millis).perSecond(),
          copying.reads(size, millis).perSecond()
        };
        // The first round only warms up.
        if (round >= 0) {
          bare.add(now[0]);
          socket.add(now[1]);
          none.add(now[2]);
        }
      }
    }
    System.out.printf(Locale.ROOT, "%d KiB x %d, %d rounds%n", size >> 10, DEPTH, rounds);
    print("bare", size, bare, bare);
    print("socket", size, socket, bare);
    print("none", size, none, bare);
    Statistics.Median socketToNone = Statistics.interval(Statistics.ratios(socket, none));
    System.out.printf(Locale.ROOT, "  socket / none %s%n", socketToNone);
    return new JsonObject()
        .put("blockBytes", size)
        .put("depth", DEPTH)
        .put("bare", new JsonArray(bare))
        .put("socket", new JsonArray(socket))
        .put("none", new JsonArray(none))
        .put("socketToBare", Statistics.median(Statistics.ratios(socket, bare)))
        .put("noneToBare", Statistics.median(Statistics.ratios(none, bare)))
        .put("socketToNone", socketToNone.value());
  }

  private static BenchHost host(BenchTarget target, DeviceSpec device, int size) throws Exception {
    return new BenchHost(
        target.clientVertx(),
        target.address(),
        new InitiatorOptions().setDevice(device),
        DEPTH,
        size);
  }

  private static void print(String name, int size, List<Double> values, List<Double> bare) {
    double median = Statistics.median(values);
    System.out.printf(
        Locale.ROOT,
        "  %-8s %,10.0f /s %,9.0f MiB/s  %s of bare%n",
        name,
        median,
        median * size / (1 << 20),
        Statistics.interval(Statistics.ratios(values, bare)));
  }
}
