package io.nvmetcp.e2e.bench;

import io.netty.channel.Channel;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The target alone: a minimal raw client reads and writes a memory namespace, side by side with
 * streams that have no protocol ({@link BareStream}); one process, one event loop on each side,
 * depth 32, digests off. Each round runs every contender once. Also: what the policy {@code
 * in-order} costs against a build without a scheduler, what a read allocates, and what a target
 * with many idle connections does.
 *
 * <p>Options as system properties: {@code rounds} (9), {@code millis} (1000) per run, {@code idle}
 * (10) seconds, {@code json} (a file).
 */
public final class TargetBenchmark {
  private static final int DEPTH = 32;
  private static final int SMALL = 4 * 1024;
  private static final int LARGE = 128 * 1024;
  private static final int IDLE_CONNECTIONS = 100;
  private static final long IDLE_KATO_MILLIS = 5000;

  private TargetBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    JsonObject results =
        run(
            Integer.getInteger("rounds", 9),
            Long.getLong("millis", 1000),
            Long.getLong("idle", 10) * 1000);
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), results.encodePrettily());
    }
  }

  static JsonObject run(int rounds, long millis, long idleMillis) throws Exception {
    JsonObject results = new JsonObject();
    try (BenchTarget target = new BenchTarget()) {
      results.put("reads", new JsonArray());
      for (int size : new int[] {SMALL, LARGE}) {
        results.getJsonArray("reads").add(reads(target, size, rounds, millis));
      }
      results.put("writes", writes(target, LARGE, rounds, millis));
      results.put("inOrder", inOrder(target, rounds, millis));
    }
    return results.put("idle", idle(idleMillis));
  }

  private static RawHost host(BenchTarget target) throws Exception {
    VertxInternal client = (VertxInternal) target.clientVertx();
    return new RawHost(client, target.target().port(), BenchTarget.NQN, 0);
  }

  // Written pages: those that are not are all one page, which the cache holds.
  private static void fill(Channel queue, long millis) throws Exception {
    double unused = writeRate(queue, LARGE, millis);
  }

  private static JsonObject reads(BenchTarget target, int size, int rounds, long millis)
      throws Exception {
    Contest contest = new Contest("read", size, (VertxInternal) target.serverVertx());
    VertxInternal client = (VertxInternal) target.clientVertx();
    try (BareStream stream = new BareStream((VertxInternal) target.serverVertx(), client, size);
        RawHost host = host(target)) {
      Channel queue = host.ioQueue(1);
      fill(queue, millis);
      for (int round = -1; round < rounds; round++) {
        TargetStatistics before = target.target().statistics();
        contest.round(
            round >= 0, () -> stream.run(DEPTH, millis), () -> readRate(queue, size, millis));
        checkReads(before, target.target().statistics(), size);
      }
    }
    return contest.result();
  }

  private static double readRate(Channel queue, int size, long millis) throws Exception {
    RawReads reads = new RawReads(DEPTH, size, BenchTarget.NAMESPACE_BYTES, millis);
    RawHost.run(queue, reads);
    return reads.rate().get(millis + 10_000, TimeUnit.MILLISECONDS);
  }

  private static double writeRate(Channel queue, int size, long millis) throws Exception {
    RawWrites writes = new RawWrites(DEPTH, size, BenchTarget.NAMESPACE_BYTES, millis);
    RawHost.run(queue, writes);
    return writes.rate().get(millis + 10_000, TimeUnit.MILLISECONDS);
  }

  /** The client looked at nothing: the target must have read what was asked, and nothing failed. */
  private static void checkReads(TargetStatistics before, TargetStatistics now, int size) {
    long reads = now.reads() - before.reads();
    if (now.errors() != before.errors()
        || now.bytesRead() - before.bytesRead() != reads * size
        || now.successFlags() - before.successFlags() != reads) {
      throw new IllegalStateException("the target's counters do not agree: " + now);
    }
  }

  private static JsonObject writes(BenchTarget target, int size, int rounds, long millis)
      throws Exception {
    Contest contest = new Contest("write", size, (VertxInternal) target.serverVertx());
    VertxInternal client = (VertxInternal) target.clientVertx();
    try (BareStream stream =
            new BareStream((VertxInternal) target.serverVertx(), client, size, true);
        RawHost host = host(target)) {
      Channel queue = host.ioQueue(1);
      fill(queue, millis);
      for (int round = -1; round < rounds; round++) {
        contest.round(
            round >= 0, () -> stream.run(DEPTH, millis), () -> writeRate(queue, size, millis));
      }
    }
    return contest.result();
  }

  private static JsonObject inOrder(BenchTarget target, int rounds, long millis) throws Exception {
    List<Double> scheduled = new ArrayList<>();
    List<Double> direct = new ArrayList<>();
    SchedulerBypass bypass = new SchedulerBypass();
    try (AutoCloseable without = bypass.open();
        RawHost host = host(target);
        RawHost other =
            new RawHost(
                (VertxInternal) target.clientVertx(),
                ((SubsystemAddress) SchedulerBypass.ask(without, "address")).port(),
                BenchTarget.NQN,
                0)) {
      if (bypass.bypassed() != 3) {
        throw new IllegalStateException("the scheduler is another than the bypass knows");
      }
      Channel queue = host.ioQueue(1);
      Channel otherQueue = other.ioQueue(1);
      fill(queue, millis);
      fill(otherQueue, millis);
      for (int round = -1; round < 2 * rounds; round++) {
        // Who comes first alternates, so that neither always follows the other.
        boolean swapped = (round & 1) != 0;
        double first = readRate(swapped ? otherQueue : queue, SMALL, millis);
        double second = readRate(swapped ? queue : otherQueue, SMALL, millis);
        if (round >= 0) {
          scheduled.add(swapped ? second : first);
          direct.add(swapped ? first : second);
        }
      }
    }
    Statistics.Median ratio = Statistics.interval(Statistics.ratios(scheduled, direct));
    System.out.printf(
        Locale.ROOT,
        "policy in-order to no scheduler, 4 KiB reads, %d pairs: %s%n",
        2 * rounds,
        ratio);
    return new JsonObject()
        .put("scheduled", new JsonArray(scheduled))
        .put("direct", new JsonArray(direct))
        .put("ratio", json(ratio));
  }

  private static JsonObject idle(long millis) throws Exception {
    try (BenchTarget target = new BenchTarget()) {
      VertxInternal server = (VertxInternal) target.serverVertx();
      VertxInternal client = (VertxInternal) target.clientVertx();
      List<RawHost> hosts = new ArrayList<>();
      List<KeepAlives> lives = new ArrayList<>();
      for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        RawHost host =
            new RawHost(client, target.target().port(), BenchTarget.NQN, IDLE_KATO_MILLIS);
        hosts.add(host);
        lives.add(new KeepAlives(IDLE_KATO_MILLIS));
        RawHost.run(host.admin(), lives.get(i));
      }
      LoopMeter.Used started = LoopMeter.read(server);
      long startedNs = System.nanoTime();
      Thread.sleep(millis);
      LoopMeter.Used used = LoopMeter.read(server).since(started);
      double seconds = (System.nanoTime() - startedNs) / 1e9;
      int answered = lives.stream().mapToInt(KeepAlives::answered).sum();
      long open = target.target().statistics().controllers();
      hosts.forEach(RawHost::close);
      double share = used.cpuNanos() / 1e9 / seconds;
      System.out.printf(
          Locale.ROOT,
          "%d idle connections, %.0f s: %.2f %% of a core, %.0f wake-ups and %.0f keep-alives a second%n",
          open,
          seconds,
          share * 100,
          used.sleeps() / seconds,
          answered / seconds);
      return new JsonObject()
          .put("connections", open)
          .put("seconds", seconds)
          .put("core", share)
          .put("wakeUpsPerSecond", used.sleeps() / seconds)
          .put("keepAlivesPerSecond", answered / seconds);
    }
  }

  static JsonObject json(Statistics.Median median) {
    return new JsonObject()
        .put("median", median.value())
        .put("low", median.low())
        .put("high", median.high());
  }
}
