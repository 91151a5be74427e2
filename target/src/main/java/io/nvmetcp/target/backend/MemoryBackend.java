package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A sparse namespace in memory off the heap. Pages come into being with their first write; a hole
 * reads as zeros from one shared page.
 *
 * <p>A read lends the pages themselves, so that they go to a socket without a copy. A write to a
 * page that is lent makes a new page and swaps it in (copy on write): what a reader holds never
 * changes under it. A page is reused once its last reader is gone. Within a page a read sees all of
 * a write or nothing of it; across pages it may see some.
 *
 * <p>Every operation completes before its call returns, on the calling thread. Writers of one page
 * exclude each other by a lock that is held for one page's copy; readers spin for as long.
 */
public final class MemoryBackend implements StorageBackend {
  /** Bytes of a page. */
  public static final int PAGE_BYTES = 128 * 1024;

  private static final int LOCKS = 64;
  private static final int SPINS_BEFORE_YIELD = 100;
  private static final MemorySegment ZEROS = Arena.global().allocate(PAGE_BYTES, 4096);

  private volatile long sizeBytes;
  // Replaced by a longer one, under all locks, when the namespace grows; never by a shorter one.
  private volatile AtomicReferenceArray<Page> table;
  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
  private final PagePool pool = new PagePool(PAGE_BYTES);
  private final UseGate gate = new UseGate(pool::close);

  /**
   * @param sizeBytes size of the namespace, above 0
   * @throws IllegalArgumentException if the size is not positive or beyond 2^31 pages
   */
  public MemoryBackend(long sizeBytes) {
    table = new AtomicReferenceArray<>(pages(sizeBytes));
    this.sizeBytes = sizeBytes;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  private static int pages(long sizeBytes) {
    long pages = sizeBytes / PAGE_BYTES + (sizeBytes % PAGE_BYTES > 0 ? 1 : 0);
    if (sizeBytes <= 0 || pages > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a memory namespace of " + sizeBytes + " bytes");
    }
    return (int) pages;
  }

  @Override
  public void resize(long newSizeBytes) throws IOException {
    int pages = pages(newSizeBytes);
    if (!gate.enter()) {
      throw new IOException("closed");
    }
    try {
      if (pages > table.length()) {
        lengthen(pages);
      }
      // An operation in flight may have written beyond an earlier end after it was cut off.
      long from = Math.min(sizeBytes, newSizeBytes);
      eraseAll(from, (long) table.length() * PAGE_BYTES);
      sizeBytes = newSizeBytes;
    } finally {
      gate.release();
    }
  }

  private void lengthen(int pages) {
    for (ReentrantLock lock : locks) {
      lock.lock();
    }
    try {
      AtomicReferenceArray<Page> old = table;
      AtomicReferenceArray<Page> longer = new AtomicReferenceArray<>(pages);
      for (int i = 0; i < old.length(); i++) {
        longer.setPlain(i, old.get(i));
      }
      table = longer;
    } finally {
      for (ReentrantLock lock : locks) {
        lock.unlock();
      }
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean writesAreVolatile() {
    return false;
  }

  /** Pages that exist now: of the namespace, or still read by somebody. */
  public int pagesInUse() {
    return pool.inUse();
  }

  @Override
  public void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    into.lease(gate);
    long at = offsetBytes;
    int left = lengthBytes;
    while (left > 0) {
      int inPage = (int) (at % PAGE_BYTES);
      int step = Math.min(left, PAGE_BYTES - inPage);
      lend((int) (at / PAGE_BYTES), inPage, step, into);
      at += step;
      left -= step;
    }
    completion.complete(Status.SUCCESS);
  }

  private void lend(int index, int inPage, int length, MemoryPieces into) {
    int spins = 0;
    while (true) {
      Page page = table.get(index);
      if (page == null) {
        into.add(ZEROS, inPage, length);
        return;
      }
      if (page.tryRetain()) {
        if (isAt(index, page)) {
          into.add(page.memory(), inPage, length);
          into.lease(page);
          return;
        }
        page.release();
      }
      if (++spins > SPINS_BEFORE_YIELD) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very page, not one like it
  private boolean isAt(int index, Page page) {
    return table.get(index) == page;
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    int status = Status.SUCCESS;
    try {
      int done = 0;
      while (done < from.lengthBytes()) {
        long at = offsetBytes + done;
        int inPage = (int) (at % PAGE_BYTES);
        int step = Math.min(from.lengthBytes() - done, PAGE_BYTES - inPage);
        store((int) (at / PAGE_BYTES), inPage, from, done, step);
        done += step;
      }
    } catch (OutOfMemoryError e) {
      status = Status.CAPACITY_EXCEEDED;
    } finally {
      gate.release();
    }
    completion.complete(status);
  }

  private void store(int index, int inPage, MemoryPieces from, int at, int length) {
    ReentrantLock lock = locks[index % LOCKS];
    lock.lock();
    try {
      Page page = table.get(index);
      if (page != null && page.tryBeginWrite()) {
        try {
          from.copyTo(at, page.memory(), inPage, length);
        } finally {
          page.endWrite();
        }
        return;
      }
      boolean whole = length == PAGE_BYTES;
      Page fresh = pool.take(page == null && !whole);
      if (page != null && !whole) {
        // Readers hold the old page: it cannot change while it is copied.
        copyAround(page.memory(), fresh.memory(), inPage, length);
      }
      from.copyTo(at, fresh.memory(), inPage, length);
      table.set(index, fresh);
      if (page != null) {
        page.release();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void copyAround(MemorySegment old, MemorySegment fresh, int hole, int length) {
    MemorySegment.copy(old, 0, fresh, 0, hole);
    int rest = hole + length;
    MemorySegment.copy(old, rest, fresh, rest, PAGE_BYTES - rest);
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    int status = Status.SUCCESS;
    try {
      eraseAll(offsetBytes, offsetBytes + lengthBytes);
    } catch (OutOfMemoryError e) {
      status = Status.CAPACITY_EXCEEDED;
    } finally {
      gate.release();
    }
    completion.complete(status);
  }

  private void eraseAll(long from, long end) {
    long at = from;
    while (at < end) {
      int inPage = (int) (at % PAGE_BYTES);
      int step = (int) Math.min(end - at, PAGE_BYTES - inPage);
      erase((int) (at / PAGE_BYTES), inPage, step);
      at += step;
    }
  }

  // A whole page becomes a hole; of a hole nothing has to be erased.
  private void erase(int index, int inPage, int length) {
    ReentrantLock lock = locks[index % LOCKS];
    lock.lock();
    try {
      Page page = table.get(index);
      if (page == null) {
        return;
      }
      if (length == PAGE_BYTES) {
        table.set(index, null);
        page.release();
      } else {
        MemoryPieces zeros = new MemoryPieces();
        zeros.add(ZEROS, 0, length);
        store(index, inPage, zeros, 0, length);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean comparesAndWrites() {
    return true;
  }

  @Override
  public void compareAndWrite(
      long offsetBytes,
      MemoryPieces with,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    int index = (int) (offsetBytes / PAGE_BYTES);
    int inPage = (int) (offsetBytes % PAGE_BYTES);
    int length = from.lengthBytes();
    ReentrantLock lock = locks[index % LOCKS];
    int status = Status.COMPARE_FAILURE;
    lock.lock();
    try {
      Page page = table.get(index);
      MemoryPieces held = new MemoryPieces();
      held.add(page == null ? ZEROS : page.memory(), inPage, length);
      if (held.sameBytes(with)) {
        store(index, inPage, from, 0, length);
        status = Status.SUCCESS;
      }
    } catch (OutOfMemoryError e) {
      status = Status.CAPACITY_EXCEEDED;
    } finally {
      lock.unlock();
      gate.release();
    }
    completion.complete(status);
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    if (gate.enter()) {
      gate.release();
      completion.complete(Status.SUCCESS);
    } else {
      completion.complete(Status.NAMESPACE_NOT_READY);
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    return gate.close();
  }
}
