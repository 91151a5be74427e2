package io.nvmetcp.e2e.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The JMH benchmarks: one PDU, one digest, one header access, one mapping; with what each allocates
 * and, where there is one, its bound.
 *
 * <p>Options as system properties: {@code rounds} (5) of {@code millis} (500), {@code only}
 * (benchmarks whose name holds this), {@code json} (a file).
 */
public final class MicroBenchmark {
  private static final int WARM_UPS = 3;

  /** Nanoseconds that an operation may take, by its class and method. */
  private static final Map<String, Double> MOST_NANOS =
      Map.of("MappingBenchmark.setupAndTeardown", 150.0);

  private MicroBenchmark() {}

  /** Runs the benchmarks and prints a table. */
  public static void main(String[] args) throws Exception {
    JsonObject report =
        run(
            1,
            WARM_UPS,
            Integer.getInteger("rounds", 5),
            Long.getLong("millis", 500),
            System.getProperty("only", ""));
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), report.encodePrettily());
    }
  }

  /**
   * @param forks JVMs for each; 0 runs them in this one
   */
  static JsonObject run(int forks, int warmUps, int rounds, long millis, String only)
      throws RunnerException {
    TimeValue time = TimeValue.milliseconds(millis);
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("io\\.nvmetcp\\.e2e\\.bench\\..*" + only)
                    .forks(forks)
                    .warmupIterations(warmUps)
                    .warmupTime(time)
                    .measurementIterations(rounds)
                    .measurementTime(time)
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
    Scorecard scorecard = new Scorecard("operation", "ns", "allocated");
    JsonArray rows = new JsonArray();
    for (RunResult result : results) {
      rows.add(row(scorecard, result));
    }
    System.out.print(scorecard.text());
    return new JsonObject()
        .put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"))
        .put("forks", forks)
        .put("rows", rows)
        .put("verdicts", scorecard.json());
  }

  private static JsonObject row(Scorecard scorecard, RunResult result) {
    String name = name(result.getParams());
    Result<?> score = result.getPrimaryResult();
    // With too few rounds there is no interval.
    double error = Double.isNaN(score.getScoreError()) ? 0 : score.getScoreError();
    Statistics.Median nanos =
        new Statistics.Median(score.getScore(), score.getScore() - error, score.getScore() + error);
    double heapBytes = allocated(result);
    scorecard.line(
        name,
        String.format(Locale.ROOT, "%,.1f ± %.1f", nanos.value(), error),
        String.format(Locale.ROOT, "%.0f B", heapBytes));
    System.out.printf(
        Locale.ROOT, "%-60s %10.1f ns ± %6.1f %8.0f B%n", name, nanos.value(), error, heapBytes);
    Double most = MOST_NANOS.get(name);
    List<Bound> bounds = most == null ? List.of() : List.of(Bound.atMost("ns", nanos, most));
    return new JsonObject()
        .put("name", name)
        .put("nanos", nanos.json())
        .put("heapBytes", heapBytes)
        .put("bounds", scorecard.judge(name, bounds));
  }

  private static String name(BenchmarkParams params) {
    String[] parts = params.getBenchmark().split("\\.");
    StringBuilder name = new StringBuilder(parts[parts.length - 2] + "." + parts[parts.length - 1]);
    for (String key : params.getParamsKeys()) {
      name.append(", ").append(key).append(' ').append(params.getParam(key));
    }
    return name.toString();
  }

  @SuppressWarnings("rawtypes") // as JMH has it
  private static double allocated(RunResult result) {
    for (Map.Entry<String, Result> measured : result.getSecondaryResults().entrySet()) {
      if (measured.getKey().endsWith("gc.alloc.rate.norm")) {
        return measured.getValue().getScore();
      }
    }
    return 0;
  }
}
