package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.queue.CopyMemory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * {@link CopyMemory} for any thread: its calls come one at a time here, and whoever waits has a
 * future.
 */
final class CopyPool {
  // Guarded by itself.
  private final CopyMemory<Promise<CopyMemory.Slot>> memory;

  /**
   * @param slotBytes size of a slot
   * @param totalBytes size of the whole
   * @param waitingLimit how many may wait for a slot
   */
  CopyPool(RegionRegistry registry, int slotBytes, long totalBytes, int waitingLimit) {
    memory = new CopyMemory<>(registry, slotBytes, totalBytes, waitingLimit);
  }

  /** Size of a slot. */
  int slotBytes() {
    return memory.slotBytes();
  }

  /**
   * A slot, at once or when one comes back; to be {@linkplain #giveBack given back} exactly once.
   *
   * @param context where the future completes
   * @return fails with {@link NvmeException.NeverSent} if too many wait, the pool is closed, or
   *     there is no memory for it
   */
  Future<CopyMemory.Slot> take(ContextInternal context) {
    Promise<CopyMemory.Slot> promise = context.promise();
    try {
      CopyMemory.Answer answer;
      synchronized (memory) {
        answer = memory.take(promise);
      }
      switch (answer) {
        case CopyMemory.Slot slot -> promise.complete(slot);
        case CopyMemory.None.WAITS -> {}
        case CopyMemory.None.TOO_MANY_WAIT ->
            promise.fail(
                new NvmeException.NeverSent(
                    "%d requests wait for memory to copy through already"
                        .formatted(memory.waitingLimit())));
        case CopyMemory.None.CLOSED -> promise.fail(closed());
      }
    } catch (OutOfMemoryError e) {
      promise.fail(new NvmeException.NeverSent("no memory to copy through: " + e.getMessage()));
    }
    return promise.future();
  }

  private static NvmeException closed() {
    return new NvmeException.NeverSent("the controller is closed");
  }

  /** Takes a slot back, once the command that had it has ended. */
  void giveBack(CopyMemory.Slot slot) {
    CopyMemory.Grant<Promise<CopyMemory.Slot>> grant;
    synchronized (memory) {
      grant = memory.giveBack(slot);
    }
    if (grant != null) {
      grant.to().complete(grant.slot());
    }
  }

  /** Lends nothing any more; the memory goes when the last slot is back. */
  void close() {
    List<Promise<CopyMemory.Slot>> refused;
    synchronized (memory) {
      refused = memory.close();
    }
    refused.forEach(promise -> promise.fail(closed()));
  }
}
