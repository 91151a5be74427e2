package io.nvmetcp.target.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts who is using a resource, so that closing it waits for the last of them. Lock-free; any
 * thread.
 *
 * <p>Each thread counts in a cell of a cache line of its own, for connections of several event
 * loops enter and leave with each I/O. The sum of the cells is the number of users: whoever leaves
 * on another thread than the one he came in on lowers another cell. Once the gate is closed nobody
 * comes in any more, so a sum of 0 is final, however long taking it takes.
 */
final class UseGate implements Lease {
  private static final int CELLS = 16;
  // Longs of 128 bytes: two lines, since they are fetched in pairs.
  private static final int STRIDE = 16;

  private final AtomicLongArray cells = new AtomicLongArray((CELLS + 1) * STRIDE);
  private final AtomicBoolean freed = new AtomicBoolean();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Runnable free;
  private volatile boolean closed;

  /**
   * @param free runs once, after {@link #close} and when nobody is inside, on the last one's thread
   */
  UseGate(Runnable free) {
    this.free = free;
  }

  // Event loops are made one after the other, and have numbers that follow each other.
  private static int cell() {
    return (int) (Thread.currentThread().threadId() % CELLS + 1) * STRIDE;
  }

  /** One more user, or false if the gate is closed; each true is paid back by {@link #release}. */
  boolean enter() {
    if (closed) {
      return false;
    }
    cells.getAndIncrement(cell());
    if (closed) {
      // Whoever closed it may have seen this one, and waits.
      release();
      return false;
    }
    return true;
  }

  @Override
  public void release() {
    cells.getAndDecrement(cell());
    if (closed) {
      freeIfUnused();
    }
  }

  CompletableFuture<Void> close() {
    closed = true;
    freeIfUnused();
    return done;
  }

  // Every user came in before the gate was closed, so his entry is in the sum; he may be missing
  // from it only if he has left. One who is turned away is out again in the cell he came in by.
  private void freeIfUnused() {
    long users = 0;
    for (int i = 1; i <= CELLS; i++) {
      users += cells.get(i * STRIDE);
    }
    if (users == 0) {
      free();
    }
  }

  private void free() {
    if (freed.compareAndSet(false, true)) {
      try {
        free.run();
        done.complete(null);
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
      }
    }
  }
}
