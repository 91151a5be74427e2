package io.nvmetcp.target.session;

import org.jspecify.annotations.Nullable;

/**
 * The commands of one queue: slots, and the identifiers in use. Confined to the session's thread.
 */
final class CommandTable {
  private static final int CIDS = 1 << 16;

  private final CommandSlot[] slots;
  private final int[] free;
  private final long[] cidsInUse = new long[CIDS / Long.SIZE];
  private int freeCount;

  CommandTable(CommandFlow flow, int size) {
    slots = new CommandSlot[size];
    free = new int[size];
    for (int i = 0; i < size; i++) {
      slots[i] = new CommandSlot(flow, i);
      free[i] = size - 1 - i;
    }
    freeCount = size;
  }

  /** Slots that are free. */
  int free() {
    return freeCount;
  }

  /** A slot for the command; there must be a free one. Its identifier may be in conflict. */
  CommandSlot take(int cid, int opcode) {
    CommandSlot slot = slots[free[--freeCount]];
    boolean fresh = !inUse(cid);
    if (fresh) {
      cidsInUse[cid >> 6] |= 1L << cid;
    }
    slot.begin(cid, fresh, opcode);
    return slot;
  }

  /** The command is over; its memory has been given back. */
  void release(CommandSlot slot) {
    releaseCid(slot);
    slot.state = CommandSlot.State.FREE;
    free[freeCount++] = slot.index();
  }

  /** The command is answered, so its identifier may come again; the slot is still in use. */
  void releaseCid(CommandSlot slot) {
    if (slot.ownsCid) {
      slot.ownsCid = false;
      cidsInUse[slot.cid >> 6] &= ~(1L << slot.cid);
    }
  }

  CommandSlot at(int index) {
    return slots[index];
  }

  int size() {
    return slots.length;
  }

  boolean inUse(int cid) {
    return (cidsInUse[cid >> 6] >>> cid & 1) != 0;
  }

  /** The outstanding command of this identifier, or null. For rare use: it looks at every slot. */
  @Nullable CommandSlot byCid(int cid) {
    for (CommandSlot slot : slots) {
      if (slot.state != CommandSlot.State.FREE && slot.ownsCid && slot.cid == cid) {
        return slot;
      }
    }
    return null;
  }
}
