package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.loadgen.job.Operation;
import io.vertx.core.Completable;
import org.jspecify.annotations.Nullable;

/**
 * One of a worker's outstanding I/Os, used again and again: its buffer, what it is doing, and the
 * listener of its future, so that an I/O needs no object of its own.
 */
final class Slot implements Completable<Void> {
  private final Worker worker;
  private final Region region;
  private final long offset;
  private final int unitBytes;
  // Of each length, in units, the buffer that was used last time.
  private final @Nullable BufferSlice[] slices;

  /** The oldest generation each block of a read may show; empty without verification. */
  final int[] floors;

  Operation operation = Operation.READ;
  long position;
  int lengthBytes;
  long dueNs;
  long sentNs;
  int flushNumber;

  /**
   * @param unitBytes what lengths are multiples of
   * @param mostBytes the longest I/O
   * @param mostBlocks blocks of it, or 0 without verification
   */
  Slot(Worker worker, Region region, long offset, int unitBytes, int mostBytes, int mostBlocks) {
    this.worker = worker;
    this.region = region;
    this.offset = offset;
    this.unitBytes = unitBytes;
    slices = new BufferSlice[mostBytes / unitBytes + 1];
    floors = new int[mostBlocks];
  }

  /** The buffer of the current I/O. */
  BufferSlice buffer() {
    int units = lengthBytes / unitBytes;
    BufferSlice slice = slices[units];
    if (slice == null) {
      slice = region.slice(offset, lengthBytes);
      slices[units] = slice;
    }
    return slice;
  }

  Region region() {
    return region;
  }

  long offset() {
    return offset;
  }

  @Override
  public void complete(@Nullable Void result, @Nullable Throwable failure) {
    worker.ended(this, failure);
  }
}
