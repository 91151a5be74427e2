package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.queue.QueueHarness.Device;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotTableTest {
  private static SlotTable table(int entries) {
    QueueHarness owner = new QueueHarness(Device.NONE, false, false);
    SlotTable table = new SlotTable(entries, owner.outbound());
    assertThat(owner.close()).isZero();
    return table;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16, 128, 1024, 32768})
  void neverUsesTheIdentifierThatMeansNone(int entries) {
    SlotTable table = table(entries);
    for (int use = 0; use < 3 * (65536 / entries); use++) {
      Slot[] taken = new Slot[entries];
      Set<Integer> cids = new HashSet<>();
      for (int i = 0; i < entries; i++) {
        taken[i] = table.take();
        assertThat(taken[i].cid).isBetween(0, 0xFFFE);
        cids.add(taken[i].cid);
        assertThat(table.find(taken[i].cid)).isSameAs(taken[i]);
      }
      assertThat(cids).hasSize(entries);
      assertThat(table.live()).isEqualTo(entries);
      for (Slot slot : taken) {
        table.free(slot);
      }
    }
    assertThat(table.live()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16, 128, 32768})
  void anIdentifierComesBackOnlyAfterAllOthersWhateverTheLoad(int entries) {
    SlotTable table = table(entries);
    Set<Integer> past = new HashSet<>();
    // Depth 1, where the slot freed last would come back at once. FFFFh is skipped, and with it one
    // generation of one slot.
    for (int use = 0; use < 65536 - entries; use++) {
      Slot slot = table.take();
      assertThat(past.add(slot.cid)).as("use %d", use).isTrue();
      table.free(slot);
      assertThat(table.find(slot.cid)).isNull();
    }
    Slot now = table.take();
    past.remove(now.cid);
    for (int cid : past) {
      assertThat(table.find(cid)).isNull();
    }
    assertThat(table.find(now.cid)).isSameAs(now);
  }

  @Test
  void aFreedSlotRemembersNothing() {
    SlotTable table = table(2);
    Slot slot = table.take();
    slot.debts = Debt.RESPONSE | Debt.SEND;
    slot.sends = 2;
    slot.progress = 7;
    slot.digestError = true;
    slot.lost = true;
    slot.lossReason = "lost";
    table.free(slot);
    table.free(table.take());
    Slot again = table.take();
    assertThat(again).isSameAs(slot);
    assertThat(again.debts).isZero();
    assertThat(again.sends).isZero();
    assertThat(again.progress).isZero();
    assertThat(again.digestError).isFalse();
    assertThat(again.lost).isFalse();
    assertThat(again.lossReason).isNull();
    assertThat(again.completion).isNull();
  }
}
