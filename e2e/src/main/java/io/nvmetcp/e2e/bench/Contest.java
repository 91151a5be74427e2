package io.nvmetcp.e2e.bench;

import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * A target against a bare stream on the same event loop, round by round: operations per second, and
 * what the loop spent on each. On a busy machine the CPU time says more than the rate does.
 */
final class Contest {
  private final String what;
  private final int size;
  private final VertxInternal server;
  private final Series bare = new Series();
  private final Series target = new Series();

  /** What one side did, an element per round. */
  private static final class Series {
    final List<Double> perSecond = new ArrayList<>();
    final List<Double> cpuNanos = new ArrayList<>();
    final List<Double> heapBytes = new ArrayList<>();

    JsonObject json() {
      return new JsonObject()
          .put("perSecond", new JsonArray(perSecond))
          .put("cpuNanosEach", Statistics.median(cpuNanos))
          .put("heapBytesEach", Statistics.median(heapBytes));
    }
  }

  Contest(String what, int size, VertxInternal server) {
    this.what = what;
    this.size = size;
    this.server = server;
  }

  /**
   * Runs both; each returns its operations per second.
   *
   * @param counts false if this is to warm up only
   */
  void round(boolean counts, Callable<Double> bareRun, Callable<Double> targetRun)
      throws Exception {
    run(counts ? bare : new Series(), bareRun);
    run(counts ? target : new Series(), targetRun);
  }

  private void run(Series series, Callable<Double> side) throws Exception {
    LoopMeter.Used before = LoopMeter.read(server);
    long startedNs = System.nanoTime();
    double rate = side.call();
    double operations = rate * (System.nanoTime() - startedNs) / 1e9;
    LoopMeter.Used used = LoopMeter.read(server).since(before);
    series.perSecond.add(rate);
    series.cpuNanos.add(used.cpuNanos() / operations);
    series.heapBytes.add(used.heapBytes() / operations);
  }

  /** Prints the result and returns it. */
  JsonObject result() {
    Statistics.Median rates =
        Statistics.interval(Statistics.ratios(target.perSecond, bare.perSecond));
    Statistics.Median cpu = Statistics.interval(Statistics.ratios(target.cpuNanos, bare.cpuNanos));
    System.out.printf(
        Locale.ROOT,
        "%s %d KiB: %,.0f /s, %,.0f MiB/s; bare %,.0f /s; %s of bare%n"
            + "  CPU %.2f us, bare %.2f us, %s times; heap %.0f B%n",
        what,
        size >> 10,
        Statistics.median(target.perSecond),
        Statistics.median(target.perSecond) * size / (1 << 20),
        Statistics.median(bare.perSecond),
        rates,
        Statistics.median(target.cpuNanos) / 1000,
        Statistics.median(bare.cpuNanos) / 1000,
        cpu,
        Statistics.median(target.heapBytes));
    return new JsonObject()
        .put("bytes", size)
        .put("bare", bare.json())
        .put("target", target.json())
        .put("toBare", TargetBenchmark.json(rates))
        .put("cpuToBare", TargetBenchmark.json(cpu));
  }
}
