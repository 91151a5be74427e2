package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.e2e.sim.SeedResult;
import io.nvmetcp.e2e.sim.Settings;
import io.nvmetcp.e2e.sim.Simulation;
import io.nvmetcp.e2e.sim.Trouble;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.plant.Plant;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nvmetcp simulate}: worlds from seeds. */
@Command(
    name = "simulate",
    description = "Runs the real machines in worlds that seeds draw, and checks that all holds.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "A seed is the same world on every machine, whatever else runs there.",
      "With --seed alone that one is run; else new ones, for a minute or as long",
      "as --minutes says, from --seed on if it is given; at the end it says how",
      "fast they ran, in CPU time of their threads. Exit code 1 if something does",
      "not hold: then a smaller world that fails alike is looked for, its last",
      "events are printed, and the line that shows it again."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final double DEFAULT_MINUTES = 1;
  private static final double SECONDS_PER_MINUTE = 60;
  private static final double NANOS = 1e9;
  private static final long LOOK_MILLIS = 200;
  private static final long REPORT_NS = 30_000_000_000L;
  private static final long STUCK_NS = 120_000_000_000L;
  private static final int NEW_SEED_BITS = 40;

  @Option(names = "--seed", paramLabel = "SEED", description = "The world, or the first of many.")
  private @Nullable Long seed;

  @Option(names = "--minutes", paramLabel = "M", description = "Run seeds for so long.")
  private @Nullable Double minutes;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Worlds at a time, each on a thread (default: ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "60",
      description = "Of a failure, the last so many events (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(
      names = "--verbose",
      description = "Of one seed all events; of many a line for each 30 s.")
  private boolean verbose;

  @Option(
      names = "--no-shrink",
      description = "Show a failure as it was found, and do not look for a smaller one.")
  private boolean noShrink;

  @Option(
      names = "--off",
      paramLabel = "FAULTS",
      split = ",",
      description = "Switch classes of faults off: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Words.Troubles.class,
      converter = Words.TroubleOf.class)
  private List<Trouble> off = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "FAULTS",
      split = ",",
      description = "Switch all classes of faults off but these.",
      completionCandidates = Words.Troubles.class,
      converter = Words.TroubleOf.class)
  private List<Trouble> only = new ArrayList<>();

  @Option(names = "--hosts", paramLabel = "N", description = "So many hosts at most.")
  private int hosts;

  @Option(names = "--targets", paramLabel = "N", description = "So many targets at most.")
  private int targets;

  @Option(
      names = "--queues",
      paramLabel = "N",
      description = "So many I/O queues of a host at most.")
  private int queues;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "So many operations of a host at a time at most.")
  private int depth;

  @Option(
      names = "--operations",
      paramLabel = "N",
      description = "So many operations of all hosts together.")
  private int operations;

  @Option(
      names = "--plant",
      paramLabel = "FAULT",
      description = "Plant a fault, to see it found: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Words.PlantNames.class,
      converter = Words.PlantOf.class)
  private @Nullable Plant plant;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    positive("--jobs", jobs);
    positive("--lines", lines);
    notNegative("--hosts", hosts);
    notNegative("--targets", targets);
    notNegative("--queues", queues);
    notNegative("--depth", depth);
    notNegative("--operations", operations);
    if (minutes != null && !(minutes > 0)) {
      throw new ParameterException(spec.commandLine(), "--minutes: " + minutes + " is no duration");
    }
    Settings settings =
        new Settings(switchedOff(), hosts, targets, queues, depth, operations, plant);
    return seed != null && minutes == null ? one(seed, settings) : many(settings);
  }

  private EnumSet<Trouble> switchedOff() {
    EnumSet<Trouble> none = EnumSet.noneOf(Trouble.class);
    if (!only.isEmpty()) {
      none = EnumSet.complementOf(EnumSet.copyOf(only));
    }
    none.addAll(off);
    return none;
  }

  private void positive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(spec.commandLine(), option + ": " + value + " is too few");
    }
  }

  private void notNegative(String option, int value) {
    if (value < 0) {
      throw new ParameterException(spec.commandLine(), option + ": " + value + " is too few");
    }
  }

  // ---- one seed

  private int one(long which, Settings settings) {
    SeedResult result = Simulation.run(which, settings, verbose ? Integer.MAX_VALUE : 0);
    if (!result.good()) {
      return failed(result);
    }
    result.journal().forEach(System.out::println);
    System.out.printf(
        "seed %d: all held; %,d operations, %,d events in %.3f s of its time; fingerprint %016x%n",
        which,
        result.operations(),
        result.events(),
        result.virtualNs() / NANOS,
        result.fingerprint());
    return 0;
  }

  // ---- many

  private int many(Settings settings) throws InterruptedException {
    long first = seed != null ? seed : new SplittableRandom().nextLong(1L << NEW_SEED_BITS);
    double length = minutes != null ? minutes : DEFAULT_MINUTES;
    System.out.printf("seeds from %d on, for %s minutes, %d at a time%n", first, length, jobs);
    AtomicLong next = new AtomicLong(first);
    Tally tally = new Tally();
    LinkedBlockingQueue<SeedResult> failures = new LinkedBlockingQueue<>();
    List<Job> running = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      Job job = new Job(i, settings, next::getAndIncrement, tally, failures);
      running.add(job);
      job.start();
    }
    long beganNs = System.nanoTime();
    SeedResult failure = watch(running, failures, tally, beganNs, length);
    running.forEach(Job::finish);
    for (Job job : running) {
      job.join(TimeUnit.NANOSECONDS.toMillis(STUCK_NS));
    }
    System.out.println(tally.line((System.nanoTime() - beganNs) / NANOS));
    System.out.println(tally.speed());
    tally.coverage().forEach(System.out::println);
    if (failure == null) {
      failure = failures.poll();
    }
    return failure == null ? 0 : failed(failure);
  }

  private @Nullable SeedResult watch(
      List<Job> running,
      LinkedBlockingQueue<SeedResult> failures,
      Tally tally,
      long beganNs,
      double length)
      throws InterruptedException {
    long lengthNs = (long) (length * SECONDS_PER_MINUTE * NANOS);
    long reportNs = REPORT_NS;
    while (System.nanoTime() - beganNs < lengthNs) {
      SeedResult failure = failures.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (failure != null) {
        return failure;
      }
      for (Job job : running) {
        if (job.isAlive() && job.stuck(STUCK_NS)) {
          stuck(job);
        }
      }
      long passedNs = System.nanoTime() - beganNs;
      if (verbose && passedNs > reportNs) {
        reportNs += REPORT_NS;
        System.out.println(tally.line(passedNs / NANOS));
      }
    }
    return null;
  }

  // It cannot be stopped: its thread is in the middle of something that does not end.
  private static void stuck(Job job) {
    System.out.printf("seed %d does not end; it is here:%n", job.seed());
    for (StackTraceElement frame : job.getStackTrace()) {
      System.out.println("  " + frame);
    }
    System.out.printf("nvmetcp simulate --seed %d%n", job.seed());
    System.out.flush();
    Runtime.getRuntime().halt(FAILED);
  }

  // ---- a failure

  private int failed(SeedResult found) {
    SeedResult smallest = noShrink ? found : new Shrinker(found).shrink();
    Settings settings = smallest.scenario().settings();
    long which = smallest.scenario().seed();
    int shown = verbose ? Integer.MAX_VALUE : lines;
    SeedResult again = Simulation.run(which, settings, shown);
    PrintStream out = System.out;
    out.printf("seed %d: %s%n%n", which, smallest.failure());
    out.println(again.scenario().describe());
    out.println();
    again.journal().forEach(out::println);
    Throwable failure = again.failure();
    if (failure != null) {
      out.printf("%n%s%n", failure);
      frames(failure).forEach(frame -> out.println("  at " + frame));
    }
    String options = settings.options();
    out.printf(
        "%nto see it again: nvmetcp simulate --seed %d%s%n",
        which, options.isEmpty() ? "" : " " + options);
    return FAILED;
  }

  // Down to the world's own step.
  private static List<StackTraceElement> frames(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .takeWhile(frame -> !frame.getClassName().equals(Agenda.class.getName()))
        .toList();
  }
}
