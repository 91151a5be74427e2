package io.nvmetcp.target.backend;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Readers and writers of byte ranges: a write excludes what overlaps it. Ranges are coarse; locks
 * are taken in ascending order, so that nobody waits in a circle. For virtual threads: it blocks.
 */
final class RangeLocks {
  private static final int STRIPES = 64;
  private static final int STRIPE_SHIFT = 20;

  private final ReentrantReadWriteLock[] stripes = new ReentrantReadWriteLock[STRIPES];

  RangeLocks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantReadWriteLock();
    }
  }

  void lock(long offset, long length, boolean write) {
    long mask = mask(offset, length);
    for (int i = 0; i < STRIPES; i++) {
      if ((mask >>> i & 1) != 0) {
        side(i, write).lock();
      }
    }
  }

  void unlock(long offset, long length, boolean write) {
    long mask = mask(offset, length);
    for (int i = 0; i < STRIPES; i++) {
      if ((mask >>> i & 1) != 0) {
        side(i, write).unlock();
      }
    }
  }

  private Lock side(int stripe, boolean write) {
    return write ? stripes[stripe].writeLock() : stripes[stripe].readLock();
  }

  private static long mask(long offset, long length) {
    long first = offset >>> STRIPE_SHIFT;
    long last = offset + length - 1 >>> STRIPE_SHIFT;
    if (last - first >= STRIPES) {
      return -1L;
    }
    long mask = 0;
    for (long stripe = first; stripe <= last; stripe++) {
      mask |= 1L << (int) (stripe % STRIPES);
    }
    return mask;
  }
}
