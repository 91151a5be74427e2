package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.e2e.sim.SeedResult;
import io.nvmetcp.e2e.sim.Settings;
import io.nvmetcp.e2e.sim.Simulation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;

/** A thread that runs one seed after the other, until it is told to stop or one fails. */
final class Job extends Thread {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final Settings settings;
  private final LongSupplier seeds;
  private final Tally tally;
  private final BlockingQueue<SeedResult> failures;
  private volatile boolean stopped;
  private volatile long seed;
  private volatile long beganNs;
  private volatile long beganCpuNs;

  /**
   * @param seeds gives the next seed; any thread
   */
  Job(
      int number,
      Settings settings,
      LongSupplier seeds,
      Tally tally,
      BlockingQueue<SeedResult> failures) {
    super("simulation-" + number);
    this.settings = settings;
    this.seeds = seeds;
    this.tally = tally;
    this.failures = failures;
    beganNs = System.nanoTime();
    setDaemon(true);
  }

  /** Runs no seed after this one. */
  void finish() {
    stopped = true;
  }

  /** The seed in hand. */
  long seed() {
    return seed;
  }

  /** True if it has been at work on the seed in hand for so long, or waits for what never comes. */
  boolean stuck(long longNs) {
    boolean waits = getState() == State.WAITING || getState() == State.BLOCKED;
    long workedNs = CLOCK.getThreadCpuTime(threadId()) - beganCpuNs;
    return workedNs > longNs || waits && System.nanoTime() - beganNs > longNs;
  }

  @Override
  public void run() {
    while (!stopped) {
      beganNs = System.nanoTime();
      beganCpuNs = CLOCK.getCurrentThreadCpuTime();
      seed = seeds.getAsLong();
      SeedResult result = Simulation.run(seed, settings);
      tally.add(result);
      tally.took(result.operations(), beganCpuNs, CLOCK.getCurrentThreadCpuTime());
      if (!result.good()) {
        failures.add(result);
        stopped = true;
      }
    }
  }
}
