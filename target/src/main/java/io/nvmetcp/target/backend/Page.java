package io.nvmetcp.target.backend;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One page of a {@link MemoryBackend} and who holds it: the page table is one holder, each reader
 * another. A page that only the table holds may be written in place by one writer at a time; a page
 * that somebody reads never changes. When the last holder leaves it goes back to its pool.
 *
 * <p>Pages are reused. Whoever retains a page found in the table must look again whether it still
 * stands there, and release it if not.
 */
final class Page implements Lease {
  private static final int FREE = 0;
  private static final int TABLE_ONLY = 1;
  private static final int WRITING = -1;

  private final MemorySegment memory;
  private final PagePool pool;
  private final AtomicInteger holders = new AtomicInteger(FREE);

  Page(MemorySegment memory, PagePool pool) {
    this.memory = memory;
    this.pool = pool;
  }

  MemorySegment memory() {
    return memory;
  }

  /** True if the piece is all of this page, and the page is one of {@code of}. */
  @SuppressWarnings("ReferenceEquality") // the very memory, the very pool
  boolean isWhole(MemorySegment segment, long offset, int length, PagePool of) {
    return segment == memory && offset == 0 && length == memory.byteSize() && pool == of;
  }

  /** From the pool into one holder's hands. */
  void adopt() {
    holders.set(TABLE_ONLY);
  }

  /** One more reader; false while a writer is in, or if the page is free. */
  boolean tryRetain() {
    while (true) {
      int now = holders.get();
      if (now <= FREE) {
        return false;
      }
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Keeps readers out until {@link #endWrite}; false if there are any. */
  boolean tryBeginWrite() {
    return holders.compareAndSet(TABLE_ONLY, WRITING);
  }

  void endWrite() {
    holders.set(TABLE_ONLY);
  }

  @Override
  public void release() {
    if (holders.decrementAndGet() == FREE) {
      pool.giveBack(this);
    }
  }
}
