package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.target.backend.MemoryPieces;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a disk's bytes lie on: it outlives the target that serves it. With a volatile cache a block
 * that was written is dirty until it is flushed: a power cut brings back what was on the medium
 * before, or does not, block by block.
 */
public final class Medium {
  // A write to a dirty block finds the one before it on the medium as often.
  private static final int DESTAGED_ONE_IN = 4;

  private final Store store;
  private final int blockBytes;
  private final boolean cached;
  private final Dice dice;
  private long sizeBytes;
  // What is on the medium of a dirty block; null for one that is not.
  private byte[] @Nullable [] durable;
  private int dirty;

  /**
   * @param paged on the product's own storage in memory
   * @param cached with a volatile cache
   */
  public Medium(long sizeBytes, int blockBytes, boolean paged, boolean cached, Dice dice) {
    store = paged ? new PagedStore(sizeBytes) : new HeapStore(sizeBytes);
    this.sizeBytes = sizeBytes;
    this.blockBytes = blockBytes;
    this.cached = cached;
    this.dice = dice;
    durable = new byte[cached ? (int) (sizeBytes / blockBytes) : 0][];
  }

  /** Its size. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** True if what is written can be lost until it is flushed. */
  public boolean cached() {
    return cached;
  }

  /** Size of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Leases of it that are not back. */
  public long lent() {
    return store.lent();
  }

  /** Blocks that a power cut may change. */
  public int dirty() {
    return dirty;
  }

  void lend(long offset, int length, MemoryPieces into) {
    store.lend(offset, length, into);
  }

  boolean lendForWrite(long offset, int length, MemoryPieces into) {
    return store.lendForWrite(offset, length, into);
  }

  void write(long offset, MemoryPieces from, int fromOffset, int length, boolean forced) {
    if (cached && !forced) {
      spoil(offset, length);
    }
    store.write(offset, from, fromOffset, length);
    if (cached && forced) {
      clean(offset, length);
    }
  }

  void zero(long offset, long length, boolean forced) {
    if (cached && !forced) {
      spoil(offset, length);
    }
    store.zero(offset, length);
    if (cached && forced) {
      clean(offset, length);
    }
  }

  /** True if it holds there what {@code with} holds. */
  boolean holds(long offset, MemoryPieces with) {
    byte[] held = new byte[with.lengthBytes()];
    store.copyOut(offset, held, held.length);
    MemoryPieces pieces = new MemoryPieces();
    pieces.add(MemorySegment.ofArray(held), 0, held.length);
    return pieces.sameBytes(with);
  }

  byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    store.copyOut(offset, bytes, length);
    return bytes;
  }

  private void spoil(long offset, long length) {
    for (long at = offset; at < offset + length; at += blockBytes) {
      int block = (int) (at / blockBytes);
      byte[] before = durable[block];
      if (before == null) {
        before = new byte[blockBytes];
        durable[block] = before;
        dirty++;
      } else if (!dice.oneIn(DESTAGED_ONE_IN)) {
        continue;
      }
      store.copyOut(at, before, blockBytes);
    }
  }

  private void clean(long offset, long length) {
    for (long at = offset; at < offset + length; at += blockBytes) {
      int block = (int) (at / blockBytes);
      if (durable[block] != null) {
        durable[block] = null;
        dirty--;
      }
    }
  }

  /** All that was written is on the medium. */
  void flush() {
    Arrays.fill(durable, null);
    dirty = 0;
  }

  /** The power is gone: a dirty block is what it was, or what it came to be. */
  public void powerCut() {
    for (int block = 0; block < durable.length; block++) {
      byte[] before = durable[block];
      if (before != null && dice.oneIn(2)) {
        MemoryPieces pieces = new MemoryPieces();
        pieces.add(MemorySegment.ofArray(before), 0, blockBytes);
        store.write((long) block * blockBytes, pieces, 0, blockBytes);
      }
    }
    flush();
  }

  void resize(long newSizeBytes) {
    store.resize(newSizeBytes);
    sizeBytes = newSizeBytes;
    if (cached) {
      // A cut or a growth is on the medium at once.
      int blocks = (int) (newSizeBytes / blockBytes);
      for (int block = blocks; block < durable.length; block++) {
        if (durable[block] != null) {
          dirty--;
        }
      }
      durable = Arrays.copyOf(durable, blocks);
    }
  }

  /** Frees it; nothing may be lent. */
  public void close() {
    store.close();
  }
}
