package io.nvmetcp.pdu.channel;

import io.nvmetcp.pdu.frame.PayloadLease;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * Small payloads whose place in a chunk is kept free until several are copied there together.
 * Payloads of a namespace are rarely in the CPU's cache: with the first byte of each asked for
 * before any is copied, the waits for memory overlap. Confined to the channel's event loop.
 */
final class CopyBatch {
  /** So many payloads are copied together; more gain nothing. */
  static final int TOGETHER = 8;

  // A PDU whose payload comes in many pieces goes on to be collected up to here.
  private static final int MOST = 2 * TOGETHER;

  private final MemorySegment[] sources = new MemorySegment[MOST];
  private final long[] offsets = new long[MOST];
  private final int[] lengths = new int[MOST];
  private final int[] places = new int[MOST];
  private final PayloadLease[] leases = new PayloadLease[MOST];
  private int held;
  private int copied;
  private boolean releasing;

  // Written so that the reads before the copies are not found to be useless.
  @SuppressWarnings("UnusedVariable")
  private int touched;

  CopyBatch() {
    Arrays.fill(sources, MemorySegment.NULL);
    Arrays.fill(leases, PayloadLease.NONE);
  }

  /** True if it takes one more; while leases are given back it takes none. */
  boolean takes() {
    return held < MOST && !releasing;
  }

  /**
   * Keeps a payload for {@link #copyTo}; the lease is the batch's unless this throws.
   *
   * @param place where in the chunk it goes
   * @throws IllegalStateException if its memory is closed
   * @throws IndexOutOfBoundsException if it does not lie in {@code source}
   */
  void add(MemorySegment source, long offset, int length, int place, PayloadLease lease) {
    Objects.checkFromIndexSize(offset, length, source.byteSize());
    if (!source.scope().isAlive()) {
      throw new IllegalStateException("payload lies in memory that is closed");
    }
    sources[held] = source;
    offsets[held] = offset;
    lengths[held] = length;
    places[held] = place;
    leases[held] = lease;
    held++;
  }

  /** Copies what was not copied yet; the leases stay. */
  void copyTo(MemorySegment chunk) {
    int from = copied;
    int to = held;
    if (to - from > 1) {
      int sum = 0;
      for (int i = from; i < to; i++) {
        sum += sources[i].get(ValueLayout.JAVA_BYTE, offsets[i]);
      }
      touched = sum;
    }
    for (int i = from; i < to; i++) {
      MemorySegment.copy(sources[i], offsets[i], chunk, places[i], lengths[i]);
    }
    copied = to;
  }

  /** As many are held as are copied together. */
  boolean full() {
    return held >= TOGETHER;
  }

  /**
   * Gives all leases back, copied or not. Their owners may write to the sink, or close it, within
   * the call.
   */
  void release() {
    boolean outermost = !releasing;
    releasing = true;
    try {
      while (held > 0) {
        held--;
        copied = Math.min(copied, held);
        PayloadLease lease = leases[held];
        sources[held] = MemorySegment.NULL;
        leases[held] = PayloadLease.NONE;
        lease.release();
      }
    } finally {
      releasing = !outermost;
    }
  }
}
