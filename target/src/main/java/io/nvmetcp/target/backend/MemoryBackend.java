package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A sparse namespace in memory off the heap. Pages come into being with their first write; a hole
 * reads as zeros from one shared page.
 *
 * <p>A read lends the pages themselves, so that they go to a socket without a copy. A write to a
 * page that is lent makes a new page and swaps it in (copy on write): what a reader holds never
 * changes under it. A page is reused once its last reader is gone. Within a page a read sees all of
 * a write or nothing of it; across pages it may see some. Pages of a namespace of 64 MiB or more
 * are parts of huge pages, where the system has some.
 *
 * <p>Every operation completes before its call returns, on the calling thread. Writers of one page
 * exclude each other by a lock that is held for one page's copy; readers spin for as long. Resizing
 * takes all the locks and swaps the table: whoever holds one sees a table that stands.
 */
public final class MemoryBackend extends GatedBackend {
  /** Bytes of a page. */
  public static final int PAGE_BYTES = 128 * 1024;

  private static final int LOCKS = 64;
  // Pages are never given back to the system. So many more than the namespace has are lent to
  // writes, 64 MiB; beyond that they bring memory of their own.
  private static final int SPARE_PAGES = 512;
  // A smaller namespace is no better for huge pages, and may be one of many.
  private static final long LEAST_HUGE_BYTES = 64L << 20;
  private static final int SPINS_BEFORE_YIELD = 100;
  private static final MemorySegment ZEROS = Arena.global().allocate(PAGE_BYTES, 4096);

  /** One page's part of an operation on a range. */
  @FunctionalInterface
  private interface PageChange {
    /**
     * @param done bytes of the operation before this page
     */
    void apply(int index, int inPage, long done, int length);
  }

  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
  private final PagePool pool;
  private volatile AtomicReferenceArray<Page> table;

  /**
   * @param sizeBytes size of the namespace, above 0
   * @throws IllegalArgumentException if the size is not positive, or beyond 2^31 pages or what the
   *     heap can list
   */
  public MemoryBackend(long sizeBytes) {
    super("a memory namespace", sizeBytes);
    table = tableOf(pages(sizeBytes), sizeBytes);
    pool = new PagePool(PAGE_BYTES, sizeBytes >= LEAST_HUGE_BYTES);
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  private static int pages(long sizeBytes) {
    long pages = sizeBytes / PAGE_BYTES + (sizeBytes % PAGE_BYTES > 0 ? 1 : 0);
    if (pages > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a memory namespace of %d bytes: the largest has %d"
              .formatted(sizeBytes, (Integer.MAX_VALUE - 8L) * PAGE_BYTES));
    }
    return (int) pages;
  }

  private static AtomicReferenceArray<Page> tableOf(int pages, long sizeBytes) {
    try {
      return new AtomicReferenceArray<>(pages);
    } catch (OutOfMemoryError e) {
      throw tooLarge(sizeBytes);
    }
  }

  private static IllegalArgumentException tooLarge(long sizeBytes) {
    return new IllegalArgumentException(
        "a memory namespace of %d bytes: the heap of this JVM has no room for the list of its pages"
            .formatted(sizeBytes));
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
    if (!admit(offsetBytes, lengthBytes, completion)) {
      return;
    }
    stayFor(into);
    long end = offsetBytes + lengthBytes;
    for (long at = offsetBytes; at < end; ) {
      int length = step(at, end, PAGE_BYTES);
      lend((int) (at / PAGE_BYTES), (int) (at % PAGE_BYTES), length, into);
      at += length;
    }
    completion.complete(Status.SUCCESS);
  }

  private void lend(int index, int inPage, int length, MemoryPieces into) {
    int spins = 0;
    while (true) {
      Page page = pageAt(index);
      if (page == null) {
        into.add(ZEROS, inPage, length);
        return;
      }
      if (page.tryRetain()) {
        if (isAt(index, page)) {
          into.add(page.memory(), inPage, length, page);
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

  // Null is a hole; what was cut off while an operation was under way is one too.
  private @Nullable Page pageAt(int index) {
    AtomicReferenceArray<Page> now = table;
    return index < now.length() ? now.get(index) : null;
  }

  @SuppressWarnings("ReferenceEquality") // the very page, not one like it
  private boolean isAt(int index, Page page) {
    return pageAt(index) == page;
  }

  /** Pages, if the range is made of whole ones: the write puts them in the table. */
  @Override
  public boolean prepareWrite(long offsetBytes, int lengthBytes, MemoryPieces into) {
    if (offsetBytes % PAGE_BYTES != 0 || lengthBytes % PAGE_BYTES != 0 || !tryEnter()) {
      return false;
    }
    boolean lent = false;
    try {
      lent = lendPages(lengthBytes / PAGE_BYTES, into);
    } catch (OutOfMemoryError e) {
      // The write may still find room where a page is.
    }
    if (lent) {
      stayFor(into);
    } else {
      into.release();
      leave();
    }
    return lent;
  }

  private boolean lendPages(int count, MemoryPieces into) {
    int most = (int) Math.min(table.length() + (long) SPARE_PAGES, Integer.MAX_VALUE);
    for (int i = 0; i < count; i++) {
      Page page = pool.takeUpTo(most);
      if (page == null) {
        return false;
      }
      into.add(page.memory(), 0, PAGE_BYTES);
      into.lease(page);
    }
    return true;
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    change(
        offsetBytes,
        from.lengthBytes(),
        completion,
        (index, inPage, done, length) -> store(index, inPage, from, (int) done, length));
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    change(
        offsetBytes,
        lengthBytes,
        completion,
        (index, inPage, done, length) -> erase(index, inPage, length));
  }

  private void change(
      long offsetBytes, long lengthBytes, IoCompletion completion, PageChange change) {
    if (!admit(offsetBytes, lengthBytes, completion)) {
      return;
    }
    int status = Status.SUCCESS;
    long end = offsetBytes + lengthBytes;
    try {
      for (long at = offsetBytes; at < end; ) {
        int length = step(at, end, PAGE_BYTES);
        change.apply((int) (at / PAGE_BYTES), (int) (at % PAGE_BYTES), at - offsetBytes, length);
        at += length;
      }
    } catch (OutOfMemoryError e) {
      status = Status.CAPACITY_EXCEEDED;
    } finally {
      leave();
    }
    completion.complete(status);
  }

  private void store(int index, int inPage, MemoryPieces from, int at, int length) {
    ReentrantLock lock = locks[index % LOCKS];
    lock.lock();
    try {
      AtomicReferenceArray<Page> now = table;
      if (index >= now.length()) {
        return;
      }
      Page page = now.get(index);
      boolean whole = length == PAGE_BYTES;
      Page given = whole ? given(from, at) : null;
      if (given != null && given.tryRetain()) {
        now.set(index, given);
        if (page != null) {
          page.release();
        }
        return;
      }
      if (page != null && page.tryBeginWrite()) {
        try {
          from.copyTo(at, page.memory(), inPage, length);
        } finally {
          page.endWrite(inPage, length);
        }
        return;
      }
      Page fresh = pool.take(page == null && !whole);
      if (page != null && !whole) {
        // Readers hold the old page: it cannot change while it is copied.
        copyAround(page.memory(), fresh.memory(), inPage, length);
      }
      from.copyTo(at, fresh.memory(), inPage, length);
      now.set(index, fresh);
      if (page != null) {
        page.release();
      }
    } finally {
      lock.unlock();
    }
  }

  // A page of our own that was lent by prepareWrite. Written twice, it stands in the table twice:
  // what has two holders is never changed.
  private @Nullable Page given(MemoryPieces from, int at) {
    int piece = at / PAGE_BYTES;
    return at % PAGE_BYTES == 0
            && piece < from.count()
            && from.lease(piece) instanceof Page page
            && page.isWhole(from.segment(piece), from.offset(piece), from.length(piece), pool)
        ? page
        : null;
  }

  private static void copyAround(MemorySegment old, MemorySegment fresh, int hole, int length) {
    MemorySegment.copy(old, 0, fresh, 0, hole);
    int rest = hole + length;
    MemorySegment.copy(old, rest, fresh, rest, PAGE_BYTES - rest);
  }

  // A whole page becomes a hole; of a hole nothing has to be erased.
  private void erase(int index, int inPage, int length) {
    ReentrantLock lock = locks[index % LOCKS];
    lock.lock();
    try {
      Page page = pageAt(index);
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
    int length = from.lengthBytes();
    if (!admit(offsetBytes, length, completion)) {
      return;
    }
    int index = (int) (offsetBytes / PAGE_BYTES);
    int inPage = (int) (offsetBytes % PAGE_BYTES);
    ReentrantLock lock = locks[index % LOCKS];
    int status = Status.COMPARE_FAILURE;
    lock.lock();
    try {
      Page page = pageAt(index);
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
      leave();
    }
    completion.complete(status);
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    if (admit(completion)) {
      leave();
      completion.complete(Status.SUCCESS);
    }
  }

  @Override
  void changeSize(long newSizeBytes) {
    int pages = pages(newSizeBytes);
    for (ReentrantLock lock : locks) {
      lock.lock();
    }
    try {
      resizeTable(pages, newSizeBytes);
    } finally {
      for (ReentrantLock lock : locks) {
        lock.unlock();
      }
    }
  }

  private void resizeTable(int pages, long newSizeBytes) {
    // What is beyond the end must be zero if the namespace grows again; a write in flight may have
    // come after an earlier cut.
    long from = Math.min(sizeBytes(), newSizeBytes);
    int rest = (int) (from % PAGE_BYTES);
    if (rest > 0) {
      erase((int) (from / PAGE_BYTES), rest, PAGE_BYTES - rest);
    }
    AtomicReferenceArray<Page> old = table;
    AtomicReferenceArray<Page> fresh = tableOf(pages, newSizeBytes);
    for (int i = 0; i < Math.min(pages, old.length()); i++) {
      fresh.setPlain(i, old.getPlain(i));
    }
    // The smaller size first, or readers would be let in where there is no page.
    resized(from);
    table = fresh;
    resized(newSizeBytes);
    for (int i = pages; i < old.length(); i++) {
      Page cut = old.getPlain(i);
      if (cut != null) {
        cut.release();
      }
    }
  }

  @Override
  void free() {
    pool.close();
  }
}
