package io.nvmetcp.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.cover.Transition;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AmbushesTest {
  private static final int SEEDS = 150;
  private static final int OPERATIONS = 400;

  private static Settings only(Trouble... some) {
    EnumSet<Trouble> off = EnumSet.complementOf(EnumSet.copyOf(List.of(some)));
    return new Settings(off, 0, 0, 0, 0, OPERATIONS, null);
  }

  // Chance alone brings each of these about in three worlds of a thousand at most.
  private static void areBroughtAbout(Settings settings, Transition... some) {
    Coverage coverage = new Coverage();
    int worlds = 0;
    int struck = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      SeedResult result = Simulation.run(seed, settings);
      assertThat(result.failure()).as("seed %d: %s", seed, result.scenario()).isNull();
      worlds += result.scenario().has(Trouble.AMBUSHES) ? 1 : 0;
      struck += result.ambushes();
      coverage.addAll(result.coverage());
    }
    assertThat(coverage.refuted()).isEmpty();
    assertThat(struck).as("ambushes in %d worlds", worlds).isGreaterThan(worlds);
    assertThat(List.of(some)).allSatisfy(each -> assertThat(coverage.count(each)).isPositive());
  }

  @Test
  void connectionsAreLeftAbortedOnAndDrainedWhileCommandsWait() {
    areBroughtAbout(
        only(
            Trouble.AMBUSHES,
            Trouble.STALLS,
            Trouble.SLOW_DISKS,
            Trouble.DRAINS,
            Trouble.CLOSES,
            Trouble.ABORTS),
        new Transition(Machine.COMMAND, "AWAIT_ABORT", Event.DRAIN),
        new Transition(Machine.COMMAND, "AWAIT_OTHERS", Event.DRAIN),
        new Transition(Machine.COMMAND, "AWAIT_REST", Event.DRAIN),
        new Transition(Machine.COMMAND, "AWAIT_BACKEND_ABORTED", Event.DRAIN));
  }

  @Test
  void devicesGoDownWhileConnectionsEnd() {
    areBroughtAbout(
        only(Trouble.AMBUSHES, Trouble.RESETS, Trouble.DEVICE_SWITCHED),
        new Transition(Machine.WINDOW, "IN_DELETED", Event.STREAM),
        new Transition(Machine.HOST_CONNECTION, "ENDING", Event.DEVICE_CHANGED));
  }

  @Test
  void nobodyLiesInWaitWhereThatIsOff() {
    for (long seed = 1; seed <= 20; seed++) {
      SeedResult result = Simulation.run(seed, Settings.NONE.without(Trouble.AMBUSHES));
      assertThat(result.ambushes()).as("seed %d", seed).isZero();
    }
  }
}
