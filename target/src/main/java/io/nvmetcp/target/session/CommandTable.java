package io.nvmetcp.target.session;

import org.jspecify.annotations.Nullable;

/**
 * The commands of one queue: slots, the identifiers in use, and transfer tags. A tag is a slot's
 * index below a generation, so that a retired tag is refused until the generation comes round.
 * Confined to the session's thread.
 */
final class CommandTable {
  private static final int TAG_BITS = 16;
  private static final int CIDS = 1 << 16;

  private final CommandSlot[] slots;
  private final int[] free;
  private final long[] cidsInUse = new long[CIDS / Long.SIZE];
  private final int indexBits;
  private int freeCount;

  CommandTable(TargetSession session, int size) {
    slots = new CommandSlot[size];
    free = new int[size];
    indexBits = Math.max(1, 32 - Integer.numberOfLeadingZeros(size - 1));
    for (int i = 0; i < size; i++) {
      slots[i] = new CommandSlot(session, i);
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
    if (slot.ownsCid) {
      cidsInUse[slot.cid >> 6] &= ~(1L << slot.cid);
    }
    slot.state = CommandSlot.State.FREE;
    free[freeCount++] = slot.index();
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

  /** A fresh tag for the data of {@code slot}; the slot's earlier ones are void. */
  int newTag(CommandSlot slot) {
    slot.generation = slot.generation + 1 & (1 << TAG_BITS - indexBits) - 1;
    slot.transferring = true;
    return slot.generation << indexBits | slot.index();
  }

  /** The command whose outstanding R2T has this tag, or null. */
  @Nullable CommandSlot byTag(int ttag) {
    int index = ttag & (1 << indexBits) - 1;
    if (index >= slots.length) {
      return null;
    }
    CommandSlot slot = slots[index];
    return slot.transferring && slot.generation == ttag >>> indexBits ? slot : null;
  }
}
