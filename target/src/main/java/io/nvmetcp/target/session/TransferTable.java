package io.nvmetcp.target.session;

import org.jspecify.annotations.Nullable;

/**
 * The outstanding R2Ts of one queue by their transfer tags. A tag is an entry's index below a
 * generation, and the entry that rested longest is used next: a retired tag is refused until almost
 * all of the 65,536 have been used. Confined to the session's thread.
 */
final class TransferTable {
  private static final int TAG_BITS = 16;

  private final @Nullable Transfer[] entries;
  private final int[] free;
  private final int indexBits;
  private int firstFree;
  private int freeCount;

  /**
   * @param size most R2Ts outstanding, 1 to 32768
   */
  TransferTable(int size) {
    entries = new @Nullable Transfer[size];
    free = new int[size];
    for (int i = 0; i < size; i++) {
      free[i] = i;
    }
    freeCount = size;
    indexBits = Math.max(1, 32 - Integer.numberOfLeadingZeros(size - 1));
  }

  /** A fresh entry; there must be a free one. */
  Transfer open(CommandSlot slot, int offset, int length) {
    int index = free[firstFree];
    firstFree = firstFree + 1 == free.length ? 0 : firstFree + 1;
    freeCount--;
    Transfer transfer = entries[index];
    if (transfer == null) {
      transfer = new Transfer(index);
      entries[index] = transfer;
    }
    transfer.generation = transfer.generation + 1 & (1 << TAG_BITS - indexBits) - 1;
    transfer.slot = slot;
    transfer.offset = offset;
    transfer.length = length;
    transfer.received = 0;
    transfer.sent = false;
    return transfer;
  }

  int tag(Transfer transfer) {
    return transfer.generation << indexBits | transfer.index();
  }

  /** The R2T of this tag that was sent and is outstanding, or null. */
  @Nullable Transfer byTag(int ttag) {
    int index = ttag & (1 << indexBits) - 1;
    Transfer transfer = index < entries.length ? entries[index] : null;
    return transfer != null
            && transfer.slot != null
            && transfer.sent
            && transfer.generation == ttag >>> indexBits
        ? transfer
        : null;
  }

  /** All its data is here, or it will never be asked for: its tag is void. */
  void close(Transfer transfer) {
    transfer.slot = null;
    int at = firstFree + freeCount;
    free[at < free.length ? at : at - free.length] = transfer.index();
    freeCount++;
  }
}
