package io.nvmetcp.ddp.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A region is held while any buffer is in it, however the holds are shared. */
class RegionHoldsTest {
  private final RegionRegistry registry = new RegionRegistry();
  private final Region one = registry.register(64);
  private final Region two = registry.register(64);
  private final RegionHolds holds = new RegionHolds();
  private int closed;

  @AfterEach
  void nothingIsHeld() {
    assertThat(one.holders()).isZero();
    assertThat(two.holders()).isZero();
    one.close();
    two.close();
  }

  @Test
  void buffersOfOneRegionShareAHold() {
    for (int i = 0; i < 5; i++) {
      assertThat(holds.hold(one)).isTrue();
    }
    assertThat(one.holders()).isEqualTo(1);
    for (int i = 0; i < 5; i++) {
      assertThat(one.holders()).isEqualTo(1);
      holds.release(one);
    }
  }

  @Test
  void aClosingRegionIsRefusedAndGoesWithItsLastBuffer() {
    assertThat(holds.hold(one)).isTrue();
    assertThat(holds.hold(one)).isTrue();
    one.close(() -> closed++);
    assertThat(holds.hold(one)).isFalse();
    holds.release(one);
    assertThat(closed).isZero();
    holds.release(one);
    assertThat(closed).isEqualTo(1);
    assertThat(holds.hold(one)).isFalse();
  }

  @Test
  void whatNobodyHoldsCannotBeReleased() {
    assertThatIllegalStateException().isThrownBy(() -> holds.release(one));
    assertThat(holds.hold(one)).isTrue();
    holds.release(one);
    assertThatIllegalStateException().isThrownBy(() -> holds.release(one));
  }

  @Test
  void inAnyOrderARegionIsHeldExactlyWhileABufferIsInIt() {
    long seed = 0x401D5L;
    Random random = new Random(seed);
    var held = new ArrayDeque<Region>();
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(100) < (step % 200 < 100 ? 60 : 40)) {
        Region region = random.nextInt(3) == 0 ? one : two;
        assertThat(holds.hold(region)).isTrue();
        if (random.nextBoolean()) {
          held.addFirst(region);
        } else {
          held.addLast(region);
        }
      } else if (!held.isEmpty()) {
        holds.release(held.removeFirst());
      }
      for (Region region : new Region[] {one, two}) {
        assertThat(region.holders() > 0)
            .as("seed %d step %d", seed, step)
            .isEqualTo(held.contains(region));
      }
    }
    held.forEach(holds::release);
  }
}
