package io.nvmetcp.ddp.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RegionTest {
  private final RegionRegistry registry = new RegionRegistry();

  private static void touch(Region region) {
    region.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
  }

  @Test
  void closesAtOnceWhenNobodyHoldsIt() {
    Region region = registry.register(100);
    boolean[] closed = {false};
    region.close(() -> closed[0] = true);
    assertThat(closed[0]).isTrue();
    assertThat(registry.liveRegions()).isZero();
    assertThatIllegalStateException().isThrownBy(() -> touch(region));
  }

  @Test
  void closesWhenTheLastHolderLetsGoAndRefusesNewHoldsBefore() {
    Region region = registry.register(100);
    AtomicInteger closed = new AtomicInteger();
    assertThat(region.hold()).isTrue();
    assertThat(region.hold()).isTrue();
    region.close(closed::incrementAndGet);
    region.close(closed::incrementAndGet);
    assertThat(region.closing()).isTrue();
    assertThat(region.hold()).isFalse();
    region.release();
    touch(region);
    assertThat(region.holders()).isEqualTo(1);
    region.release();
    assertThat(closed).hasValue(1);
    assertThatIllegalStateException().isThrownBy(() -> touch(region));
  }

  @Test
  void aReleaseTooManyIsRefusedAndChangesNothing() {
    Region region = registry.register(100);
    assertThatIllegalStateException().isThrownBy(region::release);
    assertThat(region.closing()).isFalse();
    assertThat(region.hold()).isTrue();
    region.close();
    region.release();
    assertThatIllegalStateException().isThrownBy(region::release);
    assertThat(region.hold()).isFalse();
    assertThat(registry.liveRegions()).isZero();
  }

  @Test
  void closedByManyThreadsAtOnceItClosesOnce() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      Region region = registry.register(64);
      AtomicInteger closed = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        assertThat(region.hold()).isTrue();
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        start.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                      region.close(closed::incrementAndGet);
                      region.release();
                    }));
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(closed).hasValue(1);
    }
    assertThat(registry.liveRegions()).isZero();
  }

  @Test
  void slicesLieInTheRegionOrAreRefused() {
    Region region = registry.register(100);
    assertThat(region.slice(90, 10).segment().byteSize()).isEqualTo(10);
    assertThat(region.slice(100, 0).lengthBytes()).isZero();
    for (long[] bad : new long[][] {{91, 10}, {-1, 1}, {0, -1}, {Long.MAX_VALUE, 1}, {0, 101}}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> region.slice(bad[0], (int) bad[1]));
    }
    region.close();
  }

  @Test
  void memoryIsZeroedAndPageAligned() {
    Region region = registry.register(5000);
    assertThat(region.segment().address() % 4096).isZero();
    assertThat(region.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    assertThat(region.kind()).isEqualTo(RegionKind.HOST);
    assertThatIllegalArgumentException().isThrownBy(() -> registry.register(0));
    registry.closeAll();
    assertThat(registry.liveRegions()).isZero();
  }

  @Test
  void aPoolLendsEachSlotOnceAndIgnoresBadReturns() {
    LeasePool pool = new LeasePool(registry, 3, 512);
    int one = pool.take();
    int two = pool.take();
    int three = pool.take();
    assertThat(List.of(one, two, three)).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(pool.offset(2)).isEqualTo(1024);
    assertThat(pool.take()).isEqualTo(LeasePool.EMPTY);
    pool.giveBack(two);
    pool.giveBack(two);
    pool.giveBack(-1);
    pool.giveBack(LeasePool.EMPTY);
    pool.giveBack(3);
    assertThat(pool.badReturns()).isEqualTo(4);
    assertThat(pool.lent()).isEqualTo(2);
    assertThat(pool.take()).isEqualTo(two);
    assertThat(pool.take()).isEqualTo(LeasePool.EMPTY);
  }

  @Test
  void aClosedPoolLendsNothingAndGoesWithItsLastHolder() {
    LeasePool pool = new LeasePool(registry, 2, 512);
    int slot = pool.take();
    assertThat(pool.region().hold()).isTrue();
    pool.close();
    assertThat(pool.take()).isEqualTo(LeasePool.EMPTY);
    pool.giveBack(slot);
    assertThat(pool.badReturns()).isZero();
    assertThat(registry.liveRegions()).isEqualTo(1);
    pool.region().release();
    assertThat(registry.liveRegions()).isZero();
  }
}
