package io.nvmetcp.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.cover.Machine;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int SEEDS = 200;

  // What only one world in thousands visits; longer runs name it.
  private static final int MOST_UNVISITED = 90;

  @Test
  void everythingHoldsInManyWorlds() {
    long operations = 0;
    Coverage coverage = new Coverage();
    for (long seed = 1; seed <= SEEDS; seed++) {
      SeedResult result = Simulation.run(seed, Settings.NONE);
      assertThat(result.failure()).as("seed %d: %s", seed, result.scenario()).isNull();
      operations += result.operations();
      coverage.addAll(result.coverage());
      assertThat(result.coverage().refuted())
          .as("seed %d: visited, though said to be impossible", seed)
          .isEmpty();
    }
    assertThat(operations).as("work was done").isGreaterThan(SEEDS * 300L);
    for (Machine machine : Machine.values()) {
      long never = coverage.unexplained().stream().filter(t -> t.machine() == machine).count();
      assertThat(coverage.visited(machine))
          .as("of %s more was visited than was not", machine)
          .isGreaterThan((int) never);
    }
    assertThat(coverage.unexplained()).as("never visited").hasSizeLessThan(MOST_UNVISITED);
  }

  @Test
  void theSameSeedIsTheSameWorld() {
    for (long seed = 1; seed <= 8; seed++) {
      SeedResult first = Simulation.run(seed, Settings.NONE);
      SeedResult again = Simulation.run(seed, Settings.NONE);
      assertThat(again.fingerprint()).as("seed %d", seed).isEqualTo(first.fingerprint());
      assertThat(again.events()).isEqualTo(first.events());
      assertThat(again.virtualNs()).isEqualTo(first.virtualNs());
    }
  }

  @Test
  void aWorldIsTheSameWhetherItIsWrittenDownOrNot() {
    SeedResult silent = Simulation.run(7, Settings.NONE);
    SeedResult written = Simulation.run(7, Settings.NONE, 1000);
    assertThat(written.fingerprint()).isEqualTo(silent.fingerprint());
    assertThat(written.journal()).hasSize(1000);
    assertThat(silent.journal()).isEmpty();
  }

  @Test
  void anotherSeedIsAnotherWorld() {
    assertThat(Simulation.run(1, Settings.NONE).fingerprint())
        .isNotEqualTo(Simulation.run(2, Settings.NONE).fingerprint());
  }
}
