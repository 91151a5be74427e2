package io.nvmetcp.e2e.sim.check;

/** Counts the calls and the ends of operations, and knows the oldest that has not ended. */
public final class Ticks {
  private final Operation ring = new Operation();
  private long now;

  /** Nothing was called. */
  public Ticks() {
    ring.older = ring;
    ring.newer = ring;
  }

  /** The last tick. */
  public long now() {
    return now;
  }

  /** The next tick. */
  public long next() {
    return ++now;
  }

  void called(Operation operation) {
    operation.older = ring.older;
    operation.newer = ring;
    ring.older.newer = operation;
    ring.older = operation;
  }

  void ended(Operation operation) {
    operation.older.newer = operation.newer;
    operation.newer.older = operation.older;
    operation.older = operation;
    operation.newer = operation;
  }

  /** When the oldest operation was called that has not ended; the next tick if there is none. */
  long oldest() {
    return ring.newer == ring ? now + 1 : ring.newer.call;
  }

  /** The same among those that have to do with this block. */
  long oldest(NamespaceHistory history, int block) {
    for (Operation each = ring.newer; each != ring; each = each.newer) {
      if (each.history == history && block >= each.block && block < each.block + each.blocks) {
        return each.call;
      }
    }
    return now + 1;
  }

  /** The oldest operation that has not ended; {@link #isEnd} if there is none. */
  Operation first() {
    return ring.newer;
  }

  boolean isEnd(Operation operation) {
    return operation == ring;
  }
}
