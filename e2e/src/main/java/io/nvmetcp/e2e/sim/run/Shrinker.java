package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.e2e.sim.SeedResult;
import io.nvmetcp.e2e.sim.Settings;
import io.nvmetcp.e2e.sim.Simulation;
import io.nvmetcp.e2e.sim.Trouble;
import io.nvmetcp.e2e.sim.check.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the world of a seed that fails smaller, as long as it fails in the same way: classes of
 * faults are switched off, then there are fewer hosts, targets, queues, operations.
 */
final class Shrinker {
  private static final int MOST_RUNS = 120;

  private final long seed;
  private SeedResult smallest;
  private int runs;

  Shrinker(SeedResult failed) {
    seed = failed.scenario().seed();
    smallest = failed;
  }

  /** The smallest world found; the result is of a run without a journal. */
  SeedResult shrink() {
    boolean smaller = true;
    while (smaller && runs < MOST_RUNS) {
      smaller = false;
      for (Settings each : smallerOnes(smallest)) {
        if (fails(each)) {
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  private static List<Settings> smallerOnes(SeedResult result) {
    Settings now = result.scenario().settings();
    List<Settings> some = new ArrayList<>();
    for (Trouble trouble : result.scenario().troubles()) {
      some.add(now.without(trouble));
    }
    int hosts = result.scenario().hosts();
    int targets = result.scenario().targets();
    for (int fewer = 1; fewer < hosts; fewer++) {
      some.add(now.limit(fewer, 0, 0, 0));
    }
    for (int fewer = 1; fewer < targets; fewer++) {
      some.add(now.limit(0, fewer, 0, 0));
    }
    for (int few = 1; few <= 2 && (now.queues() == 0 || few < now.queues()); few++) {
      some.add(now.limit(0, 0, few, 0));
    }
    for (int few = 1; few <= 8 && (now.depth() == 0 || few < now.depth()); few *= 2) {
      some.add(now.limit(0, 0, 0, few));
    }
    int operations = result.scenario().operations();
    for (int part = 16; part >= 2; part /= 2) {
      if (operations / part > 0) {
        some.add(now.withOperations(operations / part));
      }
    }
    if (operations > 8) {
      some.add(now.withOperations(operations - operations / 8));
    }
    return some;
  }

  private boolean fails(Settings settings) {
    if (runs++ >= MOST_RUNS) {
      return false;
    }
    SeedResult result = Simulation.run(seed, settings);
    if (result.good() || !way(result).equals(way(smallest))) {
      return false;
    }
    smallest = result;
    return true;
  }

  // What makes two failures the same.
  private static String way(SeedResult result) {
    Throwable failure = result.failure();
    return failure instanceof Violation violation
        ? violation.rule().name()
        : String.valueOf(failure == null ? null : failure.getClass());
  }
}
