package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Pages for a {@link MemoryBackend}: made when needed, kept for reuse. Any thread. */
final class PagePool {
  private static final int ALIGNMENT_BYTES = 4096;

  private final Arena arena = Arena.ofShared();
  private final ArrayDeque<Page> free = new ArrayDeque<>();
  private final int pageBytes;
  private int made;

  PagePool(int pageBytes) {
    this.pageBytes = pageBytes;
  }

  /**
   * A page that the caller holds.
   *
   * @param zeroed all bytes are zero; otherwise they are anything
   */
  Page take(boolean zeroed) {
    Page page = poll();
    if (page == null) {
      page = make();
    } else if (zeroed) {
      page.memory().fill((byte) 0);
    }
    page.adopt();
    return page;
  }

  /** A page that the caller holds, whose bytes are anything; or null if {@code most} exist. */
  @Nullable Page takeUpTo(int most) {
    Page page = poll();
    if (page == null) {
      synchronized (free) {
        if (made >= most) {
          return null;
        }
      }
      page = make();
    }
    page.adopt();
    return page;
  }

  private @Nullable Page poll() {
    synchronized (free) {
      return free.poll();
    }
  }

  private Page make() {
    Page page = new Page(arena.allocate(pageBytes, ALIGNMENT_BYTES), this);
    synchronized (free) {
      made++;
    }
    return page;
  }

  void giveBack(Page page) {
    synchronized (free) {
      free.push(page);
    }
  }

  /** Pages in use: held by the table or by readers. */
  int inUse() {
    synchronized (free) {
      return made - free.size();
    }
  }

  /** Frees all memory; nobody may hold a page. */
  void close() {
    arena.close();
  }
}
