package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.e2e.sim.SeedResult;
import io.nvmetcp.e2e.sim.Settings;
import io.nvmetcp.e2e.sim.Simulation;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;

/** A thread that runs one seed after the other, until it is told to stop or one fails. */
final class Job extends Thread {
  private final Settings settings;
  private final LongSupplier seeds;
  private final Tally tally;
  private final BlockingQueue<SeedResult> failures;
  private volatile boolean stopped;
  private volatile long seed;
  private volatile long beganNs;

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

  /** How long it has been at work on the seed in hand. */
  long busyNs() {
    return System.nanoTime() - beganNs;
  }

  @Override
  public void run() {
    while (!stopped) {
      beganNs = System.nanoTime();
      seed = seeds.getAsLong();
      SeedResult result = Simulation.run(seed, settings);
      tally.add(result);
      if (!result.good()) {
        failures.add(result);
        stopped = true;
      }
    }
  }
}
