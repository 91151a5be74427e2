package io.nvmetcp.ddp.memory;

/**
 * Lends equal slots of one region, for reads and writes whose caller brought no registered memory.
 * An empty pool is an answer, not an error. A slot given back twice, or one that was never lent, is
 * counted and otherwise ignored. Confined to one thread.
 */
public final class LeasePool {
  /** What {@link #take} answers when every slot is out, or the pool closed. */
  public static final int EMPTY = -1;

  private final Region region;
  private final int slotBytes;
  private final int[] free;
  private final boolean[] lent;
  private int freeCount;
  private long badReturns;
  private boolean closed;

  /**
   * @param registry registers the pool's region
   * @param slots number of slots
   * @param slotBytes size of each
   */
  public LeasePool(RegionRegistry registry, int slots, int slotBytes) {
    region = registry.register((long) slots * slotBytes);
    this.slotBytes = slotBytes;
    free = new int[slots];
    lent = new boolean[slots];
    for (int i = 0; i < slots; i++) {
      free[i] = slots - 1 - i;
    }
    freeCount = slots;
  }

  /** A slot's number, or {@link #EMPTY}. */
  public int take() {
    if (freeCount == 0 || closed) {
      return EMPTY;
    }
    int slot = free[--freeCount];
    lent[slot] = true;
    return slot;
  }

  /** Takes a slot back. */
  public void giveBack(int slot) {
    if (slot < 0 || slot >= lent.length || !lent[slot]) {
      badReturns++;
      return;
    }
    lent[slot] = false;
    free[freeCount++] = slot;
  }

  /** The region that the slots lie in. */
  public Region region() {
    return region;
  }

  /** Where a slot starts in the region. */
  public long offset(int slot) {
    return (long) slot * slotBytes;
  }

  /** Size of a slot. */
  public int slotBytes() {
    return slotBytes;
  }

  /** Slots that are out. */
  public int lent() {
    return lent.length - freeCount;
  }

  /** Returns that were ignored. */
  public long badReturns() {
    return badReturns;
  }

  /** Lends nothing from now on, and closes the region once nobody holds it. */
  public void close() {
    closed = true;
    region.close();
  }
}
