package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A piece of memory off the heap from a {@link TransferBufferPool}; {@link #release} gives it back.
 * Its bytes are anything when it is acquired.
 */
public final class TransferBuffer implements Lease {
  private final TransferBufferPool pool;
  private final Arena arena;
  private final MemorySegment memory;
  private final int sizeClass;

  TransferBuffer(TransferBufferPool pool, Arena arena, int sizeClass, int sizeBytes) {
    this.pool = pool;
    this.sizeClass = sizeClass;
    this.arena = arena;
    memory = arena.allocate(sizeBytes, TransferBufferPool.ALIGNMENT_BYTES);
  }

  /** The memory, at least as long as was asked for; the same object each time. */
  public MemorySegment memory() {
    return memory;
  }

  int sizeClass() {
    return sizeClass;
  }

  void free() {
    arena.close();
  }

  @Override
  public void release() {
    pool.giveBack(this);
  }
}
