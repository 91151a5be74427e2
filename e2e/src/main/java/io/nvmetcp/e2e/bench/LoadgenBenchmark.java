package io.nvmetcp.e2e.bench;

import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.loadgen.job.JobList;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.run.AddressTarget;
import io.nvmetcp.loadgen.run.Alone;
import io.nvmetcp.loadgen.run.LoadOptions;
import io.nvmetcp.loadgen.run.LoadRun;
import io.nvmetcp.loadgen.run.WorkerResult;
import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the load generator costs: a job of random reads on a null namespace against a loop that does
 * no more than issue them, both at depth 128, in interleaved pairs. The cost is the CPU time of the
 * initiator's event loop per I/O. The same again without an initiator: what the generator takes by
 * itself, which a machine that others use too disturbs less. And whether the I/Os it reports are
 * those that the target counted.
 *
 * <p>Options as system properties: {@code rounds} (11), {@code millis} (1000) per run, {@code json}
 * (a file).
 */
public final class LoadgenBenchmark {
  private static final int DEPTH = 128;
  private static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 1 << 16;
  private static final double MOST_OVERHEAD_NS = 250;
  private static final double AGREEMENT = 0.01;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private LoadgenBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    JsonObject result = run(Integer.getInteger("rounds", 11), Long.getLong("millis", 1000));
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), result.encodePrettily());
    }
  }

  static JsonObject run(int rounds, long millis) throws Exception {
    List<Double> bareCpu = new ArrayList<>();
    List<Double> jobCpu = new ArrayList<>();
    List<Double> more = new ArrayList<>();
    List<Double> bareRates = new ArrayList<>();
    List<Double> jobRates = new ArrayList<>();
    List<Double> counted = new ArrayList<>();
    List<Double> alone = new ArrayList<>();
    // As many as take about that long.
    int aloneIos = (int) Math.max(1_000, millis * 5_000);
    try (BenchTarget target = BenchTarget.empty();
        BenchHost bare =
            new BenchHost(
                target.clientVertx(),
                target.address(),
                new InitiatorOptions().setIoQueues(1).setQueueEntries(2 * DEPTH),
                DEPTH,
                BLOCK_BYTES,
                false)) {
      for (int round = -3; round < rounds; round++) {
        // Who goes first changes from pair to pair.
        Measurement loop = (round & 1) == 0 ? bare.reads(millis) : null;
        long before = target.target().statistics().reads();
        WorkerResult job = job(target, millis);
        long reads = target.target().statistics().reads() - before;
        if (loop == null) {
          loop = bare.reads(millis);
        }
        double worker = alone(aloneIos) - loopAlone(aloneIos);
        if (round >= 0) {
          alone.add(worker);
          OperationStats stats = job.meter().of(Operation.READ);
          double ios = stats == null ? 0 : stats.ios();
          double cpu = (job.userNs() + job.systemNs()) / ios;
          bareCpu.add(loop.cpuNanos());
          jobCpu.add(cpu);
          more.add(cpu - loop.cpuNanos());
          bareRates.add(loop.perSecond());
          jobRates.add(ios * 1e9 / job.meter().elapsedNs());
          counted.add(ios / reads);
        }
      }
    }
    return result(bareCpu, jobCpu, more, alone, bareRates, jobRates, counted);
  }

  private static WorkerResult job(BenchTarget target, long millis) throws Exception {
    JobSpec job =
        JobSpec.of(
            "bench",
            "rw=randread",
            "bs=" + BLOCK_BYTES,
            "iodepth=" + DEPTH,
            "time_based",
            "runtime=" + millis + "ms");
    return new LoadRun(
            target.clientVertx(),
            new AddressTarget(
                target.clientVertx(),
                target.address(),
                more -> more.setTcpCongestionControl(Congestion.chosen())),
            new JobList(List.of(job)),
            LoadOptions.defaults())
        .start()
        .await(millis + 30_000, TimeUnit.MILLISECONDS)
        .workers()
        .getFirst();
  }

  // CPU per I/O, in nanoseconds.
  private static double alone(int ios) {
    long before = THREADS.getCurrentThreadCpuTime();
    JobSpec job =
        JobSpec.of(
            "alone",
            "rw=randread",
            "bs=" + BLOCK_BYTES,
            "iodepth=" + DEPTH,
            "time_based",
            "runtime=1d",
            "number_ios=" + ios);
    long sent = Alone.run(job, BLOCKS);
    return (THREADS.getCurrentThreadCpuTime() - before) / (double) sent;
  }

  // A loop that takes and completes as many futures, and draws a place for each.
  private static double loopAlone(int ios) {
    long before = THREADS.getCurrentThreadCpuTime();
    var loop = new Loop(ios);
    loop.run();
    return (THREADS.getCurrentThreadCpuTime() - before) / (double) ios;
  }

  private static final class Loop implements Completable<Void> {
    private final Queue<Promise<Void>> outstanding = new ArrayDeque<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private int left;
    private long drawn;

    Loop(int ios) {
      left = ios;
    }

    void run() {
      for (int i = 0; i < DEPTH; i++) {
        send();
      }
      while (!outstanding.isEmpty()) {
        outstanding.remove().complete();
      }
      if (drawn == 0) {
        throw new IllegalStateException("nothing was drawn");
      }
    }

    private void send() {
      left--;
      drawn += random.nextInt(BLOCKS);
      Promise<Void> promise = Promise.promise();
      outstanding.add(promise);
      promise.future().onComplete(this);
    }

    @Override
    public void complete(@Nullable Void result, @Nullable Throwable failure) {
      if (left > 0) {
        send();
      }
    }
  }

  private static JsonObject result(
      List<Double> bareCpu,
      List<Double> jobCpu,
      List<Double> more,
      List<Double> alone,
      List<Double> bareRates,
      List<Double> jobRates,
      List<Double> counted) {
    Statistics.Median cost = Statistics.interval(more);
    Statistics.Median byItself = Statistics.interval(alone);
    Statistics.Median agreement = Statistics.interval(counted);
    System.out.printf(
        Locale.ROOT,
        """
        CPU of the event loop per I/O     bare loop %.0f ns, job %.0f ns
        the load generator's share        %s ns
        the same without an initiator     %s ns
        I/Os per second                   bare loop %,.0f, job %,.0f
        reported to counted by the target %s
        """,
        Statistics.median(bareCpu),
        Statistics.median(jobCpu),
        cost,
        byItself,
        Statistics.median(bareRates),
        Statistics.median(jobRates),
        agreement);
    JsonArray bounds = new JsonArray();
    for (Bound bound :
        List.of(
            Bound.atMost("ns per I/O beyond the initiator", cost, MOST_OVERHEAD_NS),
            Bound.atMost("ns per I/O by itself", byItself, MOST_OVERHEAD_NS),
            Bound.atLeast("I/Os reported to counted", agreement, 1 - AGREEMENT),
            Bound.atMost("I/Os reported to counted", agreement, 1 + AGREEMENT))) {
      bounds.add(bound.json());
      System.out.println(bound);
    }
    return new JsonObject()
        .put("depth", DEPTH)
        .put("blockBytes", BLOCK_BYTES)
        .put("rounds", more.size())
        .put("bareCpuNs", Statistics.median(bareCpu))
        .put("jobCpuNs", Statistics.median(jobCpu))
        .put("overheadNs", cost.json())
        .put("aloneNs", byItself.json())
        .put("barePerSecond", Statistics.median(bareRates))
        .put("jobPerSecond", Statistics.median(jobRates))
        .put("reportedToCounted", agreement.json())
        .put("bounds", bounds);
  }
}
