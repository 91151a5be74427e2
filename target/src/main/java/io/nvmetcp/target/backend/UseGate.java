package io.nvmetcp.target.backend;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who is using a resource, so that closing it waits for the last of them. Lock-free; any
 * thread.
 */
final class UseGate implements Lease {
  private static final long CLOSED = 1L << 62;

  private final AtomicLong state = new AtomicLong();
  private final AtomicBoolean freed = new AtomicBoolean();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Runnable free;

  /**
   * @param free runs once, after {@link #close} and when nobody is inside, on the last one's thread
   */
  UseGate(Runnable free) {
    this.free = free;
  }

  /** One more user, or false if the gate is closed; each true is paid back by {@link #release}. */
  boolean enter() {
    while (true) {
      long now = state.get();
      if (now >= CLOSED) {
        return false;
      }
      if (state.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  @Override
  public void release() {
    if (state.decrementAndGet() == CLOSED) {
      free();
    }
  }

  CompletableFuture<Void> close() {
    while (true) {
      long now = state.get();
      if (now >= CLOSED) {
        return done;
      }
      if (state.compareAndSet(now, now + CLOSED)) {
        if (now == 0) {
          free();
        }
        return done;
      }
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
