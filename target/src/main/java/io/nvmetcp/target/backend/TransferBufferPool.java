package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Buffers by size class, powers of two from 4 KiB to 16 MiB, reused without zeroing. What is lent
 * never exceeds the limit, and of that the last eighth is for those who hold nothing yet: so nobody
 * who takes what he can get keeps another from his first buffer. Any thread; a lock is held for a
 * push or a pop, and none to count.
 */
public final class TransferBufferPool {
  static final int ALIGNMENT_BYTES = 4096;
  private static final int SMALLEST_SHIFT = 12;
  private static final int LARGEST_SHIFT = 24;

  private final List<ArrayDeque<TransferBuffer>> idle = new ArrayList<>();
  private final long limitBytes;
  private final long limitForMoreBytes;
  private final long idleLimitBytes;
  private final AtomicLong lentBytes = new AtomicLong();
  private long idleBytes;
  private volatile boolean closed;

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
    limitForMoreBytes = limitBytes - limitBytes / 8;
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
    return acquire(lengthBytes, false);
  }

  /**
   * As {@link #acquire(int)}.
   *
   * @param more the caller holds some already
   */
  public @Nullable TransferBuffer acquire(int lengthBytes, boolean more) {
    int shift = Math.max(SMALLEST_SHIFT, 32 - Integer.numberOfLeadingZeros(lengthBytes - 1));
    if (lengthBytes < 1 || shift > LARGEST_SHIFT) {
      throw new IllegalArgumentException("a transfer of " + lengthBytes + " bytes");
    }
    int sizeClass = shift - SMALLEST_SHIFT;
    int size = 1 << shift;
    if (!grant(size, more)) {
      return null;
    }
    synchronized (this) {
      TransferBuffer kept = idle.get(sizeClass).poll();
      if (kept != null) {
        idleBytes -= size;
        return kept;
      }
    }
    try {
      return new TransferBuffer(this, arenas.get(), sizeClass, size);
    } catch (OutOfMemoryError e) {
      takeBack(size);
      return null;
    }
  }

  /**
   * Counts {@code lengthBytes} of memory that is not the pool's as lent, until the lease is
   * released; or null if the limit is reached or the pool is closed.
   *
   * @param more the caller holds some already
   */
  public @Nullable Lease reserve(int lengthBytes, boolean more) {
    return grant(lengthBytes, more) ? () -> takeBack(lengthBytes) : null;
  }

  private long limit(boolean more) {
    return more ? limitForMoreBytes : limitBytes;
  }

  /**
   * Counts {@code bytes} of memory that is not the pool's as lent, until {@link #takeBack}.
   *
   * @param more the caller holds some already
   * @return false if the limit is reached or the pool is closed: nothing is counted then
   */
  public boolean grant(long bytes, boolean more) {
    if (closed) {
      return false;
    }
    long most = limit(more) - bytes;
    long lent = lentBytes.get();
    while (lent <= most) {
      long found = lentBytes.compareAndExchange(lent, lent + bytes);
      if (found == lent) {
        return true;
      }
      lent = found;
    }
    return false;
  }

  /** Of what {@link #grant} counted so much is not lent any more. */
  public void takeBack(long bytes) {
    lentBytes.addAndGet(-bytes);
  }

  void giveBack(TransferBuffer buffer) {
    int size = 1 << (buffer.sizeClass() + SMALLEST_SHIFT);
    if (!keep(buffer, size)) {
      buffer.free();
    }
    takeBack(size);
  }

  private synchronized boolean keep(TransferBuffer buffer, int size) {
    if (closed || idleBytes + size > idleLimitBytes) {
      return false;
    }
    idleBytes += size;
    idle.get(buffer.sizeClass()).push(buffer);
    return true;
  }

  /** Bytes lent now. */
  public long lentBytes() {
    return lentBytes.get();
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
