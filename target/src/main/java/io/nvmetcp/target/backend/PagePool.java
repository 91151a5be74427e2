package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Pages for a {@link MemoryBackend}: made when needed, kept for reuse. Those of a large namespace
 * are cut from slabs of {@link HugePages}, if there are such. Any thread.
 */
final class PagePool {
  private static final int ALIGNMENT_BYTES = 4096;
  private static final int SLAB_BYTES = 8 * HugePages.BYTES;

  private final Arena arena = Arena.ofShared();
  private final ArrayDeque<Page> free = new ArrayDeque<>();
  private final int pageBytes;
  private int made;
  private boolean huge;
  private MemorySegment slab = MemorySegment.NULL;
  private long slabUsed;

  /**
   * @param pageBytes size of a page, of which a slab is a multiple
   * @param huge cuts pages from huge ones, if the system has any
   */
  PagePool(int pageBytes, boolean huge) {
    this.pageBytes = pageBytes;
    this.huge = huge;
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
    MemorySegment cut = cut();
    Page page = new Page(cut == null ? arena.allocate(pageBytes, ALIGNMENT_BYTES) : cut, this);
    synchronized (free) {
      made++;
    }
    return page;
  }

  private @Nullable MemorySegment cut() {
    synchronized (free) {
      if (huge && slabUsed == slab.byteSize()) {
        MemorySegment another = HugePages.allocate(SLAB_BYTES, arena);
        huge = another != null;
        slab = another == null ? MemorySegment.NULL : another;
        slabUsed = 0;
      }
      if (!huge) {
        return null;
      }
      slabUsed += pageBytes;
      return slab.asSlice(slabUsed - pageBytes, pageBytes);
    }
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
