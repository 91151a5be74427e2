package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;

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
    Page page;
    synchronized (free) {
      page = free.poll();
    }
    if (page == null) {
      page = new Page(arena.allocate(pageBytes, ALIGNMENT_BYTES), this);
      synchronized (free) {
        made++;
      }
    } else if (zeroed) {
      page.memory().fill((byte) 0);
    }
    page.adopt();
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
