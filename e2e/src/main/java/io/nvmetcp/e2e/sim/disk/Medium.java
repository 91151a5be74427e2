package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.target.backend.MemoryPieces;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

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
  // What is on the medium of a dirty block, where that lies; nothing of one that is not.
  private byte[] durable;
  private boolean[] soiled;
  private int dirty;
  private byte[] held;
  private final MemoryPieces heldPieces = new MemoryPieces();

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
    durable = new byte[cached ? Math.toIntExact(sizeBytes) : 0];
    soiled = new boolean[durable.length / blockBytes];
    held = new byte[blockBytes];
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
    int length = with.lengthBytes();
    if (length > held.length) {
      held = new byte[length];
    }
    store.copyOut(offset, held, 0, length);
    heldPieces.add(MemorySegment.ofArray(held), 0, length);
    boolean same = heldPieces.sameBytes(with);
    heldPieces.release();
    return same;
  }

  byte[] copy(long offset, int length) {
    byte[] bytes = new byte[length];
    store.copyOut(offset, bytes, 0, length);
    return bytes;
  }

  private void spoil(long offset, long length) {
    int end = (int) ((offset + length + blockBytes - 1) / blockBytes);
    for (int block = (int) (offset / blockBytes); block < end; block++) {
      if (!soiled[block]) {
        soiled[block] = true;
        dirty++;
      } else if (!dice.oneIn(DESTAGED_ONE_IN)) {
        continue;
      }
      int at = block * blockBytes;
      store.copyOut(at, durable, at, blockBytes);
    }
  }

  private void clean(long offset, long length) {
    int end = (int) ((offset + length + blockBytes - 1) / blockBytes);
    for (int block = (int) (offset / blockBytes); block < end && dirty > 0; block++) {
      if (soiled[block]) {
        soiled[block] = false;
        dirty--;
      }
    }
  }

  /** All that was written is on the medium. */
  void flush() {
    if (dirty > 0) {
      Arrays.fill(soiled, false);
      dirty = 0;
    }
  }

  /** The power is gone: a dirty block is what it was, or what it came to be. */
  public void powerCut() {
    for (int block = 0; block < soiled.length; block++) {
      if (soiled[block] && dice.oneIn(2)) {
        MemoryPieces pieces = new MemoryPieces();
        pieces.add(MemorySegment.ofArray(durable), (long) block * blockBytes, blockBytes);
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
      for (int block = blocks; block < soiled.length; block++) {
        if (soiled[block]) {
          dirty--;
        }
      }
      soiled = Arrays.copyOf(soiled, blocks);
      durable = Arrays.copyOf(durable, blocks * blockBytes);
    }
  }

  /** Frees it; nothing may be lent. */
  public void close() {
    store.close();
  }
}
