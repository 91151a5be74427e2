package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Journal;

/** Runs seeds. */
public final class Simulation {
  private Simulation() {}

  /** Runs a seed, without writing down what happens. */
  public static SeedResult run(long seed, Settings settings) {
    return run(seed, settings, 0);
  }

  /**
   * Runs a seed.
   *
   * @param journalLines how many of the last things that happened are written down
   */
  public static SeedResult run(long seed, Settings settings, int journalLines) {
    Scenario scenario = Scenario.draw(seed, settings);
    Agenda agenda = new Agenda();
    Journal journal = journalLines == 0 ? Journal.OFF : Journal.of(agenda, journalLines);
    World world = new World(scenario, agenda, journal);
    Throwable failure = null;
    try {
      world.run();
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      failure = e;
    }
    return new SeedResult(
        scenario,
        failure,
        world.fingerprint(),
        world.around().ledger().called(),
        agenda.done(),
        agenda.nowNs(),
        world.around().coverage(),
        world.ambushes(),
        journal.lines());
  }
}
