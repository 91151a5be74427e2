package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.LeasePool;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Registered memory that data of unregistered buffers is copied through, in equal slots. Registered
 * at the first use; whoever finds no slot free waits in line. For any thread.
 */
final class CopyPool {
  /** Most bytes of a slot. */
  static final int MAX_SLOT_BYTES = 128 << 10;

  /** A slot that was lent; give it back exactly once. */
  final class Slot {
    private final LeasePool from;
    private final int number;

    private Slot(LeasePool from, int number) {
      this.from = from;
      this.number = number;
    }

    /** Its first bytes. */
    BufferSlice slice(int lengthBytes) {
      return from.region().slice(from.offset(number), lengthBytes);
    }

    /** Gives it back. */
    void giveBack() {
      returned(this);
    }
  }

  private record Waiter(Promise<Slot> promise) {}

  private final RegionRegistry registry;
  private final int slotBytes;
  private final int slots;
  private final int waitingLimit;
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private @Nullable LeasePool pool;
  private boolean closed;

  /**
   * @param slotBytes size of a slot
   * @param totalBytes size of the whole
   * @param waitingLimit how many may wait for a slot
   */
  CopyPool(RegionRegistry registry, int slotBytes, long totalBytes, int waitingLimit) {
    this.registry = registry;
    this.slotBytes = slotBytes;
    slots = (int) Math.max(1, totalBytes / slotBytes);
    this.waitingLimit = waitingLimit;
  }

  /** Size of a slot. */
  int slotBytes() {
    return slotBytes;
  }

  /**
   * A slot, at once or when one comes back.
   *
   * @param context where the future completes
   * @return fails with {@link NvmeException.NeverSent} if too many wait, the pool is closed, or
   *     there is no memory for it
   */
  Future<Slot> take(ContextInternal context) {
    synchronized (this) {
      if (!closed) {
        Slot slot;
        try {
          slot = waiting.isEmpty() ? lend() : null;
        } catch (OutOfMemoryError e) {
          return context.failedFuture(
              new NvmeException.NeverSent("no memory to copy through: " + e.getMessage()));
        }
        if (slot != null) {
          return context.succeededFuture(slot);
        }
        if (waiting.size() < waitingLimit) {
          Promise<Slot> promise = context.promise();
          waiting.add(new Waiter(promise));
          return promise.future();
        }
      }
    }
    return context.failedFuture(closed());
  }

  private synchronized NvmeException closed() {
    return new NvmeException.NeverSent(
        closed
            ? "the controller is closed"
            : "%d requests wait for memory to copy through already".formatted(waitingLimit));
  }

  // Under the lock; null if every slot is out.
  private @Nullable Slot lend() {
    LeasePool from = pool;
    if (from == null) {
      from = new LeasePool(registry, slots, slotBytes);
      pool = from;
    }
    int number = from.take();
    if (number == LeasePool.EMPTY) {
      return null;
    }
    // Whatever becomes of the pool: the memory stays as long as the slot is out.
    if (!from.region().hold()) {
      throw new IllegalStateException("the pool's region closes without the pool");
    }
    return new Slot(from, number);
  }

  private void returned(Slot slot) {
    Waiter next = null;
    Slot lent = null;
    synchronized (this) {
      slot.from.giveBack(slot.number);
      if (!closed && !waiting.isEmpty()) {
        next = waiting.remove();
        lent = lend();
      }
    }
    slot.from.region().release();
    if (next != null && lent != null) {
      next.promise().complete(lent);
    }
  }

  /** Lends nothing any more; the memory goes when the last slot is back. */
  void close() {
    ArrayDeque<Waiter> refused;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (pool != null) {
        pool.close();
      }
      refused = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    refused.forEach(waiter -> waiter.promise().fail(closed()));
  }
}
