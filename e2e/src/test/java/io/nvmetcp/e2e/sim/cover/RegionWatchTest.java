package io.nvmetcp.e2e.sim.cover;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import org.junit.jupiter.api.Test;

class RegionWatchTest {
  private final Coverage coverage = new Coverage();
  private final Region region = new RegionRegistry().register(4096);
  private final RegionWatch watch = new RegionWatch(coverage, region);

  private long count(String state, Event event) {
    return coverage.count(new Transition(Machine.REGION, state, event));
  }

  @Test
  void countsEachHoldWhereItWasTaken() {
    watch.asked(!region.hold());
    watch.asked(!region.hold());
    assertThat(count("OPEN", Event.HOLD)).isEqualTo(1);
    assertThat(count("HELD", Event.HOLD)).isEqualTo(1);
    region.release();
    watch.look();
    assertThat(count("HELD", Event.RELEASE)).isEqualTo(1);
  }

  @Test
  void countsWhatHappensToARegionThatClosesWhileItIsHeld() {
    boolean held = region.hold();
    watch.asked(!held);
    watch.closes();
    region.close(watch::look);
    watch.look();
    watch.asked(!region.hold());
    region.release();
    watch.asked(!region.hold());
    assertThat(count("HELD", Event.CLOSE)).isEqualTo(1);
    assertThat(count("CLOSING", Event.HOLD_REFUSED)).isEqualTo(1);
    assertThat(count("CLOSING", Event.RELEASE)).isEqualTo(1);
    assertThat(count("GONE", Event.HOLD_REFUSED)).isEqualTo(1);
    assertThat(coverage.refuted()).isEmpty();
  }
}
