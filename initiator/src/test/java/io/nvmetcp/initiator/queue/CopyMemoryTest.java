package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.ddp.memory.RegionRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a slot of registered memory, when, and what is left in the end. */
class CopyMemoryTest {
  private static final int SLOT_BYTES = 512;

  private final RegionRegistry registry = new RegionRegistry();
  private final CopyMemory<String> memory =
      new CopyMemory<>(registry, SLOT_BYTES, 2 * SLOT_BYTES, 2);

  private CopyMemory.Slot take() {
    return (CopyMemory.Slot) memory.take("nobody");
  }

  @Test
  void registersItsMemoryAtTheFirstUse() {
    assertThat(memory.state()).isEqualTo(CopyMemory.State.UNUSED);
    assertThat(registry.liveRegions()).isZero();
    CopyMemory.Slot slot = take();
    assertThat(slot.slice(SLOT_BYTES).region().sizeBytes()).isEqualTo(2 * SLOT_BYTES);
    assertThat(memory.state()).isEqualTo(CopyMemory.State.FREE);
    assertThat(memory.giveBack(slot)).isNull();
    assertThat(memory.close()).isEmpty();
    assertThat(memory.state()).isEqualTo(CopyMemory.State.CLOSED);
    assertThat(registry.liveRegions()).isZero();
  }

  @Test
  void whoeverIsFirstInLineGetsTheSlotThatComesBackEvenIfOthersAsk() {
    CopyMemory.Slot first = take();
    CopyMemory.Slot second = take();
    assertThat(memory.state()).isEqualTo(CopyMemory.State.ALL_LENT);
    assertThat(memory.take("a")).isEqualTo(CopyMemory.None.WAITS);
    assertThat(memory.take("b")).isEqualTo(CopyMemory.None.WAITS);
    assertThat(memory.take("c")).isEqualTo(CopyMemory.None.TOO_MANY_WAIT);
    assertThat(memory.state()).isEqualTo(CopyMemory.State.IN_LINE);
    CopyMemory.Grant<String> grant = memory.giveBack(second);
    assertThat(grant).isNotNull();
    assertThat(grant.to()).isEqualTo("a");
    assertThat(grant.slot().slice(SLOT_BYTES)).isEqualTo(second.slice(SLOT_BYTES));
    assertThat(memory.take("c")).isEqualTo(CopyMemory.None.WAITS);
    assertThat(memory.close()).containsExactly("b", "c");
    assertThat(memory.giveBack(first)).isNull();
    assertThat(memory.giveBack(grant.slot())).isNull();
  }

  @Test
  void aSlotOutlivesTheMemorysEnd() {
    CopyMemory.Slot slot = take();
    assertThat(memory.close()).isEmpty();
    assertThat(memory.close()).isEmpty();
    assertThat(memory.state()).isEqualTo(CopyMemory.State.CLOSING);
    assertThat(memory.take("late")).isEqualTo(CopyMemory.None.CLOSED);
    slot.slice(SLOT_BYTES).segment().fill((byte) 1);
    assertThat(memory.giveBack(slot)).isNull();
    assertThat(memory.state()).isEqualTo(CopyMemory.State.CLOSED);
    assertThat(registry.liveRegions()).isZero();
  }

  @Test
  void aSlotThatIsGivenBackTwiceIsNotTakenFromWhoeverHasItNow() {
    CopyMemory.Slot slot = take();
    assertThat(memory.giveBack(slot)).isNull();
    CopyMemory.Slot same = take();
    assertThat(same.slice(SLOT_BYTES)).isEqualTo(slot.slice(SLOT_BYTES));
    assertThatThrownBy(() -> memory.giveBack(slot)).isInstanceOf(IllegalStateException.class);
    assertThat(memory.lent()).isOne();
    assertThat(memory.giveBack(same)).isNull();
    assertThat(memory.close()).isEmpty();
  }

  @Test
  void memoryThatIsNotThereChangesNothing() {
    CopyMemory<String> absurd = new CopyMemory<>(registry, 1 << 30, 1L << 46, 2);
    assertThatThrownBy(() -> absurd.take("a")).isInstanceOf(OutOfMemoryError.class);
    assertThat(absurd.state()).isEqualTo(CopyMemory.State.UNUSED);
    assertThat(absurd.waiting() + absurd.lent()).isZero();
  }

  @Test
  void slotsHoldABlockOfAnySizeAndNoMoreThanTheirBound() {
    assertThat(CopyMemory.slotBytes(4096)).isEqualTo(64 << 10);
    assertThat(CopyMemory.slotBytes(96 << 10)).isEqualTo(96 << 10);
    assertThat(CopyMemory.slotBytes(Long.MAX_VALUE)).isEqualTo(128 << 10);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverHappensNoTwoHaveASlotTheLineKeepsItsOrderAndAllIsBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int slots = random.nextInt(1, 5);
    int most = random.nextInt(0, 5);
    CopyMemory<Integer> some =
        new CopyMemory<>(registry, SLOT_BYTES, (long) slots * SLOT_BYTES, most);
    List<CopyMemory.Slot> out = new ArrayList<>();
    List<Integer> line = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      if (random.nextBoolean()) {
        switch (some.take(i)) {
          case CopyMemory.Slot slot -> {
            assertThat(line).isEmpty();
            out.add(slot);
          }
          case CopyMemory.None.WAITS -> line.add(i);
          case CopyMemory.None.TOO_MANY_WAIT -> assertThat(line).hasSize(most);
          case CopyMemory.None.CLOSED -> throw new AssertionError("nobody closed it");
        }
      } else if (!out.isEmpty()) {
        CopyMemory.Grant<Integer> grant = some.giveBack(out.remove(random.nextInt(out.size())));
        if (grant != null) {
          assertThat(grant.to()).isEqualTo(line.removeFirst());
          out.add(grant.slot());
        }
      }
      assertThat(out).hasSizeLessThanOrEqualTo(slots).hasSize(some.lent());
      assertThat(line).hasSize(some.waiting());
      assertThat(out.stream().map(slot -> slot.slice(SLOT_BYTES)).distinct()).hasSize(out.size());
      assertThat(line.isEmpty() || out.size() == slots).as("nobody waits beside a slot").isTrue();
    }
    assertThat(some.close()).isEqualTo(line);
    out.forEach(slot -> assertThat(some.giveBack(slot)).isNull());
    assertThat(some.state()).isEqualTo(CopyMemory.State.CLOSED);
    assertThat(registry.liveRegions()).isZero();
  }
}
