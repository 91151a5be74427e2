package io.nvmetcp.e2e.sim;

import java.util.ArrayList;
import java.util.List;

/** Runs seeds and prints what came of each, a line per seed, for another JVM to compare. */
final class WorldsMain {
  private static final int OPERATIONS = 200;

  private WorldsMain() {}

  public static void main(String[] seeds) {
    List<Long> numbers = new ArrayList<>();
    for (String seed : seeds) {
      numbers.add(Long.valueOf(seed));
    }
    lines(numbers).forEach(System.out::println);
  }

  /**
   * What came of each seed: its fingerprint, how much happened, and how long it took of its time.
   */
  static List<String> lines(List<Long> seeds) {
    List<String> lines = new ArrayList<>();
    for (long seed : seeds) {
      SeedResult result = Simulation.run(seed, Settings.NONE.withOperations(OPERATIONS));
      // By parts: what a locale makes of a format is not to be compared.
      lines.add(
          String.join(
              " ",
              Long.toString(seed),
              Long.toHexString(result.fingerprint()),
              Long.toString(result.events()),
              Long.toString(result.virtualNs()),
              String.valueOf(result.failure())));
    }
    return lines;
  }
}
