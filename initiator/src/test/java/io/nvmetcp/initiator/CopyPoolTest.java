package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.queue.CopyMemory;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registered memory is lent in slots, to those who wait in their order, and comes back. */
@Timeout(30)
class CopyPoolTest extends FakePortTest {
  private final CopyPool pool = new CopyPool(port.regions, 512, 1024, 2);

  private Future<CopyMemory.Slot> take() {
    return pool.take(port.home());
  }

  @Test
  void registersNothingBeforeItIsUsed() {
    assertThat(port.regions.liveRegions()).isZero();
    pool.giveBack(await(take()));
    assertThat(port.regions.liveRegions()).isOne();
    pool.close();
  }

  @Test
  void whoeverWaitsGetsTheNextSlotInLine() {
    CopyMemory.Slot first = await(take());
    CopyMemory.Slot second = await(take());
    assertThat(first.slice(512)).isNotEqualTo(second.slice(512));
    Future<CopyMemory.Slot> third = take();
    Future<CopyMemory.Slot> fourth = take();
    assertThat(failure(this::take))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("2 requests wait for memory to copy through already");
    pool.giveBack(second);
    assertThat(await(third).slice(512)).isEqualTo(second.slice(512));
    assertThat(fourth.isComplete()).isFalse();
    pool.giveBack(first);
    pool.giveBack(await(fourth));
    pool.giveBack(await(third));
    pool.close();
  }

  @Test
  void aSlotOutlivesThePool() {
    CopyMemory.Slot slot = await(take());
    CopyMemory.Slot other = await(take());
    Future<CopyMemory.Slot> waiting = take();
    pool.close();
    pool.close();
    assertThat(failure(() -> waiting)).hasMessage("the controller is closed");
    assertThat(failure(this::take)).isInstanceOf(NvmeException.NeverSent.class);
    slot.slice(512).segment().fill((byte) 1);
    pool.giveBack(slot);
    assertThat(port.regions.liveRegions()).as("a slot is still out").isOne();
    pool.giveBack(other);
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
