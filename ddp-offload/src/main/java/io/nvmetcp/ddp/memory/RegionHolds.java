package io.nvmetcp.ddp.memory;

import org.jspecify.annotations.Nullable;

/**
 * The holds that one thread has on regions. Of the region that it uses most it takes one hold for
 * all its buffers there: threads that do I/O on one region then do not pass its count between their
 * CPUs for each. Confined to one thread.
 */
public final class RegionHolds {
  private @Nullable Region shared;
  // Buffers that rely on the one hold; 0 if there is none.
  private int users;

  /** Holds nothing. */
  public RegionHolds() {}

  /** Takes a hold, as {@link Region#hold} does: false if the region is closing. */
  @SuppressWarnings("ReferenceEquality") // the very region
  public boolean hold(Region region) {
    if (region == shared) {
      if (region.closing()) {
        return false;
      }
      users++;
      return true;
    }
    if (!region.hold()) {
      return false;
    }
    if (shared == null) {
      shared = region;
      users = 1;
    }
    return true;
  }

  /**
   * Gives a hold back. Which of several on a region does not matter: as many are left as there are
   * buffers, or one for those that share it.
   *
   * @throws IllegalStateException if nobody holds the region
   */
  @SuppressWarnings("ReferenceEquality")
  public void release(Region region) {
    if (region == shared) {
      users--;
      if (users > 0) {
        return;
      }
      shared = null;
    }
    region.release();
  }
}
