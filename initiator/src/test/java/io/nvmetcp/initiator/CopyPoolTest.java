package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registered memory is lent in slots, to those who wait in their order, and comes back. */
@Timeout(30)
class CopyPoolTest extends FakePortTest {
  private final CopyPool pool = new CopyPool(port.regions, 512, 1024, 2);

  private Future<CopyPool.Slot> take() {
    return pool.take(port.home());
  }

  @Test
  void registersNothingBeforeItIsUsed() {
    assertThat(port.regions.liveRegions()).isZero();
    await(take()).giveBack();
    assertThat(port.regions.liveRegions()).isOne();
    pool.close();
  }

  @Test
  void whoeverWaitsGetsTheNextSlotInLine() {
    CopyPool.Slot first = await(take());
    CopyPool.Slot second = await(take());
    assertThat(first.slice(512)).isNotEqualTo(second.slice(512));
    Future<CopyPool.Slot> third = take();
    Future<CopyPool.Slot> fourth = take();
    assertThat(failure(this::take))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("2 requests wait for memory to copy through already");
    second.giveBack();
    assertThat(await(third).slice(512)).isEqualTo(second.slice(512));
    assertThat(fourth.isComplete()).isFalse();
    first.giveBack();
    await(fourth).giveBack();
    await(third).giveBack();
    pool.close();
  }

  @Test
  void aSlotOutlivesThePool() {
    CopyPool.Slot slot = await(take());
    CopyPool.Slot other = await(take());
    Future<CopyPool.Slot> waiting = take();
    pool.close();
    pool.close();
    assertThat(failure(() -> waiting)).hasMessage("the controller is closed");
    assertThat(failure(this::take)).isInstanceOf(NvmeException.NeverSent.class);
    slot.slice(512).segment().fill((byte) 1);
    slot.giveBack();
    assertThat(port.regions.liveRegions()).as("a slot is still out").isOne();
    other.giveBack();
    assertThat(port.regions.liveRegions()).isZero();
  }

  @Test
  void memoryThatIsNotThereIsARefusal() {
    CopyPool absurd = new CopyPool(port.regions, 1 << 30, 1L << 46, 2);
    assertThat(failure(() -> absurd.take(port.home())))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessageStartingWith("no memory to copy through");
    absurd.close();
    pool.close();
  }
}
