package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Buffers by size class, powers of two from 4 KiB to 16 MiB, reused without zeroing. What is lent
 * and kept together never exceeds the limit. Any thread; the lock is held for a push or a pop.
 */
public final class TransferBufferPool {
  static final int ALIGNMENT_BYTES = 4096;
  private static final int SMALLEST_SHIFT = 12;
  private static final int LARGEST_SHIFT = 24;

  private final List<ArrayDeque<TransferBuffer>> idle = new ArrayList<>();
  private final long limitBytes;
  private final long idleLimitBytes;
  private long lentBytes;
  private long idleBytes;
  private boolean closed;

  private final Supplier<Arena> arenas;

  /**
   * @param limitBytes most memory lent at a time
   * @param idleLimitBytes most memory kept for reuse
   */
  public TransferBufferPool(long limitBytes, long idleLimitBytes) {
    this(limitBytes, idleLimitBytes, Arena::ofShared);
  }

  /**
   * As {@link #TransferBufferPool(long, long)}, with memory of other arenas.
   *
   * @param arenas opens the arena of each buffer, which is closed with it. Where one thread does
   *     everything a confined one does, and closes far faster
   */
  public TransferBufferPool(long limitBytes, long idleLimitBytes, Supplier<Arena> arenas) {
    this.limitBytes = limitBytes;
    this.idleLimitBytes = idleLimitBytes;
    this.arenas = arenas;
    for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
      idle.add(new ArrayDeque<>());
    }
  }

  /**
   * A buffer of at least {@code lengthBytes}, or null if the limit is reached or the pool is
   * closed; the caller then answers with a status that invites a retry.
   *
   * @throws IllegalArgumentException if no size class is that large
   */
  public @Nullable TransferBuffer acquire(int lengthBytes) {
    int shift = Math.max(SMALLEST_SHIFT, 32 - Integer.numberOfLeadingZeros(lengthBytes - 1));
    if (lengthBytes < 1 || shift > LARGEST_SHIFT) {
      throw new IllegalArgumentException("a transfer of " + lengthBytes + " bytes");
    }
    int sizeClass = shift - SMALLEST_SHIFT;
    int size = 1 << shift;
    synchronized (this) {
      if (closed || lentBytes + size > limitBytes) {
        return null;
      }
      lentBytes += size;
      TransferBuffer kept = idle.get(sizeClass).poll();
      if (kept != null) {
        idleBytes -= size;
        return kept;
      }
    }
    try {
      return new TransferBuffer(this, arenas.get(), sizeClass, size);
    } catch (OutOfMemoryError e) {
      synchronized (this) {
        lentBytes -= size;
      }
      return null;
    }
  }

  /**
   * Counts {@code lengthBytes} of memory that is not the pool's as lent, until the lease is
   * released; or null if the limit is reached or the pool is closed.
   */
  public synchronized @Nullable Lease reserve(int lengthBytes) {
    if (closed || lentBytes + lengthBytes > limitBytes) {
      return null;
    }
    lentBytes += lengthBytes;
    return () -> {
      synchronized (this) {
        lentBytes -= lengthBytes;
      }
    };
  }

  void giveBack(TransferBuffer buffer) {
    int size = 1 << (buffer.sizeClass() + SMALLEST_SHIFT);
    synchronized (this) {
      lentBytes -= size;
      if (!closed && idleBytes + size <= idleLimitBytes) {
        idleBytes += size;
        idle.get(buffer.sizeClass()).push(buffer);
        return;
      }
    }
    buffer.free();
  }

  /** Bytes lent now. */
  public synchronized long lentBytes() {
    return lentBytes;
  }

  /** Frees what is kept, lends nothing more, and frees what is lent as it comes back. */
  public void close() {
    List<TransferBuffer> kept = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (ArrayDeque<TransferBuffer> buffers : idle) {
        kept.addAll(buffers);
        buffers.clear();
      }
      idleBytes = 0;
    }
    kept.forEach(TransferBuffer::free);
  }
}
