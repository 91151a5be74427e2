package io.nvmetcp.initiator.queue;

import io.nvmetcp.ddp.memory.RegionHolds;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a queue and their command identifiers: the low bits are the slot's index, the rest
 * is a generation that changes with each use, so that a stale identifier is recognized. With {@code
 * n} entries {@code 16 − log2(n)} bits are generation. FFFFh is never used (the error log means
 * "none" by it).
 *
 * <p>The slot that was free longest is taken first: so an identifier comes back only after all
 * slots went round {@code 2^(16 − log2(n))} times, whatever the load. Were it the one freed last, a
 * load of depth 1 would see an identifier again after as many commands as one slot has generations.
 */
final class SlotTable {
  private static final int CID_MASK = 0xFFFF;
  private final Slot[] slots;
  private final int[] free;
  private final int mask;
  private final int shift;
  // Positions in the ring of free slots; their difference counts them.
  private int taken;
  private int freed;

  SlotTable(int entries, Outbound outbound) {
    slots = new Slot[entries];
    free = new int[entries];
    mask = entries - 1;
    shift = Integer.numberOfTrailingZeros(entries);
    RegionHolds holds = new RegionHolds();
    for (int i = 0; i < entries; i++) {
      slots[i] = new Slot(i, holds, outbound);
      free[i] = i;
    }
    freed = entries;
  }

  /** The slot that the next {@link #take} takes, or with 1 the one after it; it must be free. */
  Slot next(int ahead) {
    return slots[free[taken + ahead & mask]];
  }

  /** Takes a free slot under a new identifier; there must be one. */
  Slot take() {
    Slot slot = next(0);
    taken++;
    do {
      slot.generation++;
      slot.cid = (slot.generation << shift | slot.index) & CID_MASK;
    } while (slot.cid == CID_MASK);
    slot.live = true;
    return slot;
  }

  /** Frees a slot and forgets all it held; its buffer was released. */
  void free(Slot slot) {
    slot.live = false;
    slot.debts = 0;
    slot.sends = 0;
    slot.direction = Direction.NONE;
    slot.progress = 0;
    slot.forgetSolicitations();
    slot.mapped = false;
    slot.lost = false;
    slot.digestError = false;
    slot.undelivered = null;
    slot.status = 0;
    slot.result = 0;
    slot.completion = null;
    slot.lossReason = null;
    free[freed++ & mask] = slot.index;
  }

  /** The live slot of exactly this identifier, or null. */
  @Nullable Slot find(int cid) {
    Slot slot = slots[cid & mask];
    return slot.live && slot.cid == cid ? slot : null;
  }

  int live() {
    return slots.length - (freed - taken);
  }

  int size() {
    return slots.length;
  }

  Slot at(int index) {
    return slots[index];
  }
}
