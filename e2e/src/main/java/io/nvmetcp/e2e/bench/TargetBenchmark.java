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
 * depth 32, digests off. Also: what the policy {@code in-order} costs against a build without a
 * scheduler, what a read allocates, and what a target with many idle connections does.
 *
 * <p>CPU and heap are those of the target's event loop; on a busy machine the CPU time says more
 * than the rate does.
 *
 * <p>Options as system properties: {@code rounds} (11), {@code millis} (500) per run, {@code idle}
 * (10) seconds, {@code congestion} (see {@link Congestion}), {@code json} (a file).
 */
public final class TargetBenchmark {
  private static final int DEPTH = 32;
  private static final int SMALL = 4 * 1024;
  private static final int LARGE = 128 * 1024;
  private static final int IDLE_CONNECTIONS = 100;
  private static final long IDLE_KATO_MILLIS = 5000;
  private static final String BARE = "bare";
  private static final String TARGET = "target";

  /** Does something for a while and returns operations per second. */
  @FunctionalInterface
  private interface Load {
    double run(long millis) throws Exception;
  }

  private final int rounds;
  private final long millis;
  private final long namespaceBytes;
  private final JsonArray rows = new JsonArray();
  private final List<Bound> bounds = new ArrayList<>();
  private final Scorecard scorecard =
      new Scorecard(
          "load", "target", "against", "target to that", "CPU each", "CPU to that", "heap each");

  private TargetBenchmark(int rounds, long millis, long namespaceBytes) {
    this.rounds = rounds;
    this.millis = millis;
    this.namespaceBytes = namespaceBytes;
  }

  /** Runs the benchmark and prints what it found. */
  public static void main(String[] args) throws Exception {
    JsonObject report =
        run(
            Integer.getInteger("rounds", 11),
            Long.getLong("millis", 500),
            Long.getLong("idle", 10) * 1000,
            BenchTarget.NAMESPACE_BYTES);
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), report.encodePrettily());
    }
  }

  static JsonObject run(int rounds, long millis, long idleMillis, long namespaceBytes)
      throws Exception {
    return new TargetBenchmark(rounds, millis, namespaceBytes).report(idleMillis);
  }

  private JsonObject report(long idleMillis) throws Exception {
    JsonObject report;
    try (BenchTarget target = BenchTarget.steady(1, namespaceBytes)) {
      reads(target, SMALL, 0.6);
      reads(target, LARGE, 0.85);
      writes(target, LARGE, 0.8);
      inOrder(target);
      report = target.report(rows);
    }
    rows.add(idle(idleMillis));
    report.put("bounds", scorecard.judge("target", bounds));
    System.out.print(scorecard.text());
    return report.put("verdicts", scorecard.json());
  }

  private static RawHost host(BenchTarget target) throws Exception {
    VertxInternal client = target.clientVertx();
    return new RawHost(client, target.target().port(), BenchTarget.NQN, 0);
  }

  private void reads(BenchTarget target, int size, double least) throws Exception {
    VertxInternal server = target.serverVertx();
    VertxInternal client = target.clientVertx();
    TargetStatistics before = target.target().statistics();
    try (BareStream stream = new BareStream(server, client, size);
        RawHost host = host(target)) {
      Channel queue = host.ioQueue(1);
      SideBySide contest =
          new SideBySide()
              .add(BARE, onLoop(server, time -> stream.run(DEPTH, time)))
              .add(TARGET, onLoop(server, time -> readRate(queue, size, time)))
              .run(rounds, millis);
      checkReads(before, target.target().statistics(), size);
      String name = "read %d KiB x %d".formatted(size >> 10, DEPTH);
      row(name, contest, least);
      Statistics.Median heap = Statistics.interval(contest.values(TARGET, Measurement::heapBytes));
      bounds.add(Bound.atMost(name + ", heap bytes", heap, 200));
    }
  }

  private void writes(BenchTarget target, int size, double least) throws Exception {
    VertxInternal server = target.serverVertx();
    VertxInternal client = target.clientVertx();
    try (BareStream stream = new BareStream(server, client, size, true);
        RawHost host = host(target)) {
      Channel queue = host.ioQueue(1);
      SideBySide contest =
          new SideBySide()
              .add(BARE, onLoop(server, time -> stream.run(DEPTH, time)))
              .add(TARGET, onLoop(server, time -> writeRate(queue, size, time)))
              .run(rounds, millis);
      row("write %d KiB x %d".formatted(size >> 10, DEPTH), contest, least);
    }
  }

  /** Measures what {@code load} costs the one event loop of {@code server}. */
  private static SideBySide.Contender onLoop(VertxInternal server, Load load) {
    return time -> {
      LoopMeter.Used before = LoopMeter.read(server);
      long startedNs = System.nanoTime();
      double perSecond = load.run(time);
      double operations = perSecond * (System.nanoTime() - startedNs) / 1e9;
      LoopMeter.Used used = LoopMeter.read(server).since(before);
      return new Measurement(
          perSecond,
          used.cpuNanos() / operations,
          used.heapBytes() / operations,
          used.sleeps() / operations);
    };
  }

  private double readRate(Channel queue, int size, long time) throws Exception {
    RawReads reads = new RawReads(DEPTH, size, namespaceBytes, time);
    RawHost.run(queue, reads);
    return reads.rate().get(time + 10_000, TimeUnit.MILLISECONDS);
  }

  private double writeRate(Channel queue, int size, long time) throws Exception {
    RawWrites writes = new RawWrites(DEPTH, size, namespaceBytes, time);
    RawHost.run(queue, writes);
    return writes.rate().get(time + 10_000, TimeUnit.MILLISECONDS);
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

  private void row(String name, SideBySide contest, double least) {
    Statistics.Median rates = contest.ratio(TARGET, BARE, Measurement::perSecond);
    Statistics.Median cpu = contest.ratio(TARGET, BARE, Measurement::cpuNanos);
    line(name, contest, rates, cpu);
    rows.add(
        new JsonObject()
            .put("name", name)
            .put(TARGET, side(contest, TARGET))
            .put(BARE, side(contest, BARE))
            .put("toBare", rates.json())
            .put("cpuToBare", cpu.json()));
    bounds.add(Bound.atLeast(name + " to bare", rates, least));
  }

  private void line(
      String name, SideBySide contest, Statistics.Median rates, Statistics.Median cpu) {
    System.out.printf(Locale.ROOT, "%-32s %s, CPU %s%n", name, rates, cpu);
    scorecard.line(
        name,
        perSecond(contest, TARGET),
        perSecond(contest, BARE),
        rates.toString(),
        String.format(Locale.ROOT, "%.1f µs", contest.median(TARGET, Measurement::cpuNanos) / 1e3),
        cpu.toString(),
        String.format(Locale.ROOT, "%.0f B", contest.median(TARGET, Measurement::heapBytes)));
  }

  private static String perSecond(SideBySide contest, String name) {
    return String.format(Locale.ROOT, "%,.0f /s", contest.median(name, Measurement::perSecond));
  }

  private static JsonObject side(SideBySide contest, String name) {
    return new JsonObject()
        .put("perSecond", new JsonArray(contest.values(name, Measurement::perSecond)))
        .put("cpuNanosEach", new JsonArray(contest.values(name, Measurement::cpuNanos)))
        .put("heapBytesEach", new JsonArray(contest.values(name, Measurement::heapBytes)));
  }

  private void inOrder(BenchTarget target) throws Exception {
    SchedulerBypass bypass = new SchedulerBypass();
    try (AutoCloseable without = bypass.open(namespaceBytes);
        RawHost host = host(target);
        RawHost other =
            new RawHost(
                target.clientVertx(),
                ((SubsystemAddress) SchedulerBypass.ask(without, "address")).port(),
                BenchTarget.NQN,
                0)) {
      bypass.check();
      Channel queue = host.ioQueue(1);
      Channel otherQueue = other.ioQueue(1);
      VertxInternal server = target.serverVertx();
      VertxInternal otherServer = (VertxInternal) SchedulerBypass.ask(without, "serverVertx");
      SideBySide contest =
          new SideBySide()
              .add(TARGET, onLoop(server, time -> readRate(queue, SMALL, time)))
              .add(BARE, onLoop(otherServer, time -> readRate(otherQueue, SMALL, time)))
              .run(2 * rounds, millis);
      Statistics.Median rates = contest.ratio(TARGET, BARE, Measurement::perSecond);
      Statistics.Median cpu = contest.ratio(TARGET, BARE, Measurement::cpuNanos);
      line("in-order to no scheduler, read 4 KiB", contest, rates, cpu);
      rows.add(
          new JsonObject()
              .put("name", "in-order to no scheduler")
              .put(TARGET, side(contest, TARGET))
              .put("direct", side(contest, BARE))
              .put("toDirect", rates.json())
              .put("cpuToDirect", cpu.json()));
      bounds.add(Bound.atLeast("in-order to no scheduler", rates, 0.98));
      bounds.add(Bound.atMost("in-order to no scheduler, CPU", cpu, 1.02));
    }
  }

  private JsonObject idle(long time) throws Exception {
    try (BenchTarget target = new BenchTarget()) {
      VertxInternal server = target.serverVertx();
      VertxInternal client = target.clientVertx();
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
      Thread.sleep(time);
      LoopMeter.Used used = LoopMeter.read(server).since(started);
      double seconds = (System.nanoTime() - startedNs) / 1e9;
      int answered = lives.stream().mapToInt(KeepAlives::answered).sum();
      long open = target.target().statistics().controllers();
      hosts.forEach(RawHost::close);
      double core = used.cpuNanos() / 1e9 / seconds;
      scorecard.line(
          "%d idle connections".formatted(open),
          String.format(Locale.ROOT, "%.0f wake-ups /s", used.sleeps() / seconds),
          String.format(Locale.ROOT, "%.0f keep-alives /s", answered / seconds),
          "",
          String.format(Locale.ROOT, "%.2f %% of a core", core * 100),
          "",
          "");
      bounds.add(
          Bound.atMost(
              "%d idle connections, cores".formatted(open),
              new Statistics.Median(core, core, core),
              0.01));
      return new JsonObject()
          .put("name", "idle")
          .put("connections", open)
          .put("seconds", seconds)
          .put("cores", core)
          .put("wakeUpsPerSecond", used.sleeps() / seconds)
          .put("keepAlivesPerSecond", answered / seconds);
    }
  }
}
