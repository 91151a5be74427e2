package io.nvmetcp.e2e.sim.plant;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.e2e.sim.SeedResult;
import io.nvmetcp.e2e.sim.Settings;
import io.nvmetcp.e2e.sim.Simulation;
import io.nvmetcp.e2e.sim.Trouble;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks see: each fault that can be planted is found, and not late. */
class PlantedFaultsTest {

  /**
   * Seeds in which it must be found, and where. Most need no particular world; what only a power
   * cut or a resize brings to light is looked for where those are.
   */
  private static int seeds(Plant plant) {
    return switch (plant) {
      case FLUSH_LIES, FORCED_WRITE_CACHED, REPLAYED_EARLY, COMPARE_AND_WRITE_APART -> 100;
      case QUIESCE_SKIPPED -> 200;
      default -> 40;
    };
  }

  private static Settings where(Plant plant) {
    return switch (plant) {
      case FLUSH_LIES, FORCED_WRITE_CACHED -> only(Trouble.POWER_CUTS);
      case QUIESCE_SKIPPED -> only(Trouble.RESETS, Trouble.SLOW_DISKS);
      case SHRINK_KEEPS -> only(Trouble.NAMESPACES);
      case GENERATION_NOT_READ_AGAIN, CHANGE_NOT_REPORTED, LISTING_STALE, VISITOR_STAYS ->
          only(Trouble.DISCOVERY);
      case COMPARE_AND_WRITE_APART, RESPONSE_LOST -> only();
      default -> Settings.NONE;
    };
  }

  // What is planted against one check alone is found by that one.
  private static @Nullable Rule by(Plant plant) {
    return switch (plant) {
      case MEMORY_HOARDED,
          WAITING_UNBOUNDED,
          COPY_MEMORY_GROWS,
          HOST_OUTPUT_KEPT,
          TARGET_OUTPUT_KEPT ->
          Rule.MEMORY;
      case QUIESCE_SKIPPED -> Rule.QUIESCE;
      case COPY_WAITER_FORGOTTEN -> Rule.LIVENESS;
      case COPIED_OUT_EARLY -> Rule.TORN_BLOCK;
      case PLACEMENT_DENIED, COPY_UNCOUNTED -> Rule.COUNTERS;
      default -> null;
    };
  }

  private static Settings only(Trouble... some) {
    EnumSet<Trouble> off = EnumSet.allOf(Trouble.class);
    Arrays.asList(some).forEach(off::remove);
    return new Settings(off, 0, 0, 0, 0, 0, null);
  }

  @ParameterizedTest
  @EnumSource
  void isFound(Plant plant) {
    List<Long> tried = new ArrayList<>();
    for (long seed = 1; seed <= seeds(plant); seed++) {
      tried.add(seed);
      SeedResult result = Simulation.run(seed, where(plant).with(plant));
      if (!result.good()) {
        Rule rule = by(plant);
        if (rule != null) {
          assertThat(result.failure())
              .as("seed %d with %s", seed, plant)
              .isInstanceOfSatisfying(
                  Violation.class, found -> assertThat(found.rule()).isEqualTo(rule));
        }
        assertThat(Simulation.run(seed, where(plant)).failure())
            .as("seed %d without %s", seed, plant)
            .isNull();
        return;
      }
    }
    throw new AssertionError(plant + " was not found in the seeds " + tried);
  }
}
