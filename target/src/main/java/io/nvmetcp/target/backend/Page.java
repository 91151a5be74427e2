package io.nvmetcp.target.backend;

import io.nvmetcp.crc.Crc32c;
import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cJoin;
import io.nvmetcp.crc.DigestSource;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One page of a {@link MemoryBackend} and who holds it: the page table is one holder, each reader
 * another. A page that only the table holds may be written in place by one writer at a time; a page
 * that somebody reads never changes. When the last holder leaves it goes back to its pool.
 *
 * <p>Pages are reused. Whoever retains a page found in the table must look again whether it still
 * stands there, and release it if not.
 *
 * <p>It keeps the digests of its aligned 4096 bytes once they were asked for. Readers may compute
 * one at the same time, and come to the same result; a writer, who is alone, forgets those of what
 * it changes.
 */
final class Page implements Lease, DigestSource {
  private static final int FREE = 0;
  private static final int TABLE_ONLY = 1;
  private static final int WRITING = -1;

  private static final VarHandle HOLDERS;

  static {
    try {
      HOLDERS = MethodHandles.lookup().findVarHandle(Page.class, "holders", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int DIGESTED_BYTES = 4096;
  private static final long KNOWN = 1L << Integer.SIZE;
  private static final Crc32cJoin JOIN = new Crc32cJoin(DIGESTED_BYTES);

  private final MemorySegment memory;
  private final PagePool pool;

  // A field, since a page is rarely in the cache, and an object more is another wait for memory.
  private volatile int holders = FREE;

  // Of each 4096 bytes the CRC32C and KNOWN, or 0. Elements are set without order: each is whole by
  // itself, and what comes and goes with the holders orders readers against writers.
  private long @Nullable [] digests;

  // Of all of it, likewise: most reads are of whole pages, and the list is another wait for memory.
  private long wholeDigest;

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
    forgetDigests(0, (int) memory.byteSize());
    holders = TABLE_ONLY;
  }

  /** One more reader; false while a writer is in, or if the page is free. */
  boolean tryRetain() {
    while (true) {
      int now = holders;
      if (now <= FREE) {
        return false;
      }
      if (HOLDERS.compareAndSet(this, now, now + 1)) {
        return true;
      }
    }
  }

  /** Keeps readers out until {@link #endWrite}; false if there are any. */
  boolean tryBeginWrite() {
    return HOLDERS.compareAndSet(this, TABLE_ONLY, WRITING);
  }

  /** Lets readers in again; the bytes from {@code offset} may have changed. */
  void endWrite(int offset, int length) {
    forgetDigests(offset, length);
    holders = TABLE_ONLY;
  }

  private void forgetDigests(int offset, int length) {
    wholeDigest = 0;
    long[] known = digests;
    if (known != null) {
      int end = Math.ceilDiv(offset + length, DIGESTED_BYTES);
      Arrays.fill(known, offset / DIGESTED_BYTES, end, 0);
    }
  }

  @Override
  public int crc32c(long offset, int length, Crc32cDigest scratch) {
    if (length != memory.byteSize()) {
      return joined(offset, length, scratch);
    }
    long digest = wholeDigest;
    if (digest == 0) {
      digest = known(joined(0, length, scratch));
      wholeDigest = digest;
    }
    return (int) digest;
  }

  private int joined(long offset, int length, Crc32cDigest scratch) {
    int crc = 0;
    int at = (int) offset;
    int end = at + length;
    while (at < end) {
      int next = Math.min(end, (at / DIGESTED_BYTES + 1) * DIGESTED_BYTES);
      if (next - at == DIGESTED_BYTES) {
        crc = JOIN.join(crc, digestAt(at / DIGESTED_BYTES, scratch));
      } else {
        crc = Crc32c.combine(crc, compute(at, next - at, scratch), next - at);
      }
      at = next;
    }
    return crc;
  }

  private int digestAt(int index, Crc32cDigest scratch) {
    long[] known = digests;
    if (known == null) {
      known = new long[Math.toIntExact(memory.byteSize() / DIGESTED_BYTES)];
      digests = known;
    }
    long digest = known[index];
    if (digest == 0) {
      digest = known(compute(index * DIGESTED_BYTES, DIGESTED_BYTES, scratch));
      known[index] = digest;
    }
    return (int) digest;
  }

  private static long known(int crc) {
    return KNOWN | Integer.toUnsignedLong(crc);
  }

  private int compute(int offset, int length, Crc32cDigest scratch) {
    scratch.reset();
    scratch.update(memory, offset, length);
    return scratch.value();
  }

  @Override
  public void release() {
    if ((int) HOLDERS.getAndAdd(this, -1) == TABLE_ONLY) {
      pool.giveBack(this);
    }
  }
}
