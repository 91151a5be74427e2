package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a socket was given to send and its pipe did not take yet, as a channel's outbound buffer:
 * small pieces are copied, large ones stay where they are until the pipe took them, and only then
 * is their lease given back. Nothing leaves before {@link #flush}.
 */
public final class Outbox implements TransmitSink {
  private record Awaiting(long afterBytes, Runnable action) {}

  private static final int FIRST_PIECES = 32;
  private static final int FIRST_COPY_BYTES = 1024;

  private final Pipe pipe;
  private final int copyLimitBytes;
  private final long highBytes;
  private final long lowBytes;
  private final Runnable writabilityChanged;
  private final LeaseFault fault;
  // Pieces in order; one without a segment stands for so many copied bytes.
  private @Nullable MemorySegment[] segments = new MemorySegment[FIRST_PIECES];
  private @Nullable PayloadLease[] leases = new PayloadLease[FIRST_PIECES];
  private long[] offsets = new long[FIRST_PIECES];
  private int[] lengths = new int[FIRST_PIECES];
  private int first;
  private int count;
  private int flushed;
  private byte[] copies = new byte[FIRST_COPY_BYTES];
  private long copied;
  private long copiesSent;
  private long pendingBytes;
  private long leasesHeld;
  private boolean writable = true;
  // What was sent and stays, if that is what goes wrong.
  private long keptBytes;
  private long sentBytes;
  // What waits until the pipe took all that was written before it.
  private final ArrayDeque<Awaiting> awaiting = new ArrayDeque<>();
  private boolean pumping;
  private boolean closed;

  /**
   * @param copyLimitBytes pieces up to this are copied
   * @param highBytes with more than this waiting it is no longer writable
   * @param lowBytes with less than this waiting it is again
   * @param writabilityChanged told of both, within the call that caused it
   * @param fault what goes wrong with leases on purpose
   */
  Outbox(
      Pipe pipe,
      int copyLimitBytes,
      long highBytes,
      long lowBytes,
      Runnable writabilityChanged,
      LeaseFault fault) {
    this.pipe = pipe;
    this.copyLimitBytes = copyLimitBytes;
    this.highBytes = highBytes;
    this.lowBytes = lowBytes;
    this.writabilityChanged = writabilityChanged;
    this.fault = fault;
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    if (closed) {
      return;
    }
    int at = copyRoom(length);
    int here = Math.min(length, copies.length - at);
    System.arraycopy(source, offset, copies, at, here);
    System.arraycopy(source, offset + here, copies, 0, length - here);
    appendCopied(length);
  }

  @Override
  public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
    if (closed) {
      lease.release();
      return;
    }
    if (length > copyLimitBytes) {
      append(source, offset, length, lease);
      leasesHeld++;
      if (fault == LeaseFault.EARLY) {
        lease.release();
      }
      return;
    }
    int at = copyRoom(length);
    int here = Math.min(length, copies.length - at);
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, copies, at, here);
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset + here, copies, 0, length - here);
    appendCopied(length);
    lease.release();
  }

  // Where the next copied byte goes.
  private int copyRoom(int length) {
    int held = (int) (copied - copiesSent);
    if (held + length > copies.length) {
      byte[] larger = new byte[Integer.highestOneBit(held + length - 1) << 1];
      for (int i = 0; i < held; i++) {
        long at = copiesSent + i;
        larger[(int) at & larger.length - 1] = copies[(int) at & copies.length - 1];
      }
      copies = larger;
    }
    return (int) copied & copies.length - 1;
  }

  private void appendCopied(int length) {
    copied += length;
    int last = first + count - 1 & segments.length - 1;
    if (count > flushed && segments[last] == null) {
      lengths[last] += length;
      added(length);
    } else {
      append(null, 0, length, null);
    }
  }

  private void append(
      @Nullable MemorySegment source, long offset, int length, @Nullable PayloadLease lease) {
    if (count == segments.length) {
      grow();
    }
    int at = first + count & segments.length - 1;
    segments[at] = source;
    offsets[at] = offset;
    lengths[at] = length;
    leases[at] = lease;
    count++;
    added(length);
  }

  private void grow() {
    int larger = 2 * segments.length;
    @Nullable MemorySegment[] newSegments = new MemorySegment[larger];
    @Nullable PayloadLease[] newLeases = new PayloadLease[larger];
    long[] newOffsets = new long[larger];
    int[] newLengths = new int[larger];
    for (int i = 0; i < count; i++) {
      int from = first + i & segments.length - 1;
      newSegments[i] = segments[from];
      newLeases[i] = leases[from];
      newOffsets[i] = offsets[from];
      newLengths[i] = lengths[from];
    }
    first = 0;
    segments = newSegments;
    leases = newLeases;
    offsets = newOffsets;
    lengths = newLengths;
  }

  private void added(int bytes) {
    pendingBytes += bytes;
    if (writable && pendingBytes > highBytes) {
      writable = false;
      writabilityChanged.run();
    }
  }

  /** What was given so far may leave, now and as the pipe has room. */
  public void flush() {
    flushed = count;
    pump();
  }

  /** The pipe may have room. */
  void pump() {
    // A lease that is given back may make its owner write more.
    if (pumping || closed) {
      return;
    }
    pumping = true;
    int room = pipe.room();
    while (flushed > 0 && room > 0 && !closed) {
      int step = Math.min(room, lengths[first]);
      send(step);
      room -= step;
      pendingBytes -= step;
      keptBytes += fault == LeaseFault.KEPT ? step : 0;
      sentBytes += step;
      lengths[first] -= step;
      if (lengths[first] == 0) {
        PayloadLease lease = leases[first];
        segments[first] = null;
        leases[first] = null;
        first = first + 1 & segments.length - 1;
        count--;
        flushed--;
        if (lease != null) {
          release(lease);
        }
      }
    }
    pumping = false;
    pipe.push();
    tellIfSent();
    if (!writable && !closed && pendingBytes < lowBytes) {
      writable = true;
      writabilityChanged.run();
    }
  }

  private void tellIfSent() {
    Awaiting next;
    while (!closed && (next = awaiting.peek()) != null && next.afterBytes <= sentBytes) {
      awaiting.remove();
      next.action.run();
    }
  }

  /**
   * Does something once the pipe took all that was given so far, which may be now; never if the
   * socket closes before.
   */
  public void whenSent(Runnable action) {
    awaiting.add(new Awaiting(sentBytes + pendingBytes, action));
    tellIfSent();
  }

  private void send(int length) {
    MemorySegment source = segments[first];
    if (source != null) {
      pipe.write(source, offsets[first], length);
      offsets[first] += length;
      return;
    }
    int at = (int) copiesSent & copies.length - 1;
    int here = Math.min(length, copies.length - at);
    pipe.write(copies, at, here);
    if (here < length) {
      pipe.write(copies, 0, length - here);
    }
    copiesSent += length;
  }

  private void release(PayloadLease lease) {
    leasesHeld--;
    if (fault != LeaseFault.LOST && fault != LeaseFault.EARLY) {
      lease.release();
    }
  }

  /** True if something waits for the pipe. */
  boolean blocked() {
    return flushed > 0;
  }

  /** True while less waits than there should. */
  public boolean writable() {
    return writable;
  }

  /** How much more may be given before it is no longer writable; 0 or less if it is not. */
  public long bytesBeforeUnwritable() {
    return writable ? highBytes - pendingBytes + 1 : 0;
  }

  /** With more than this waiting it is not writable. */
  public long highBytes() {
    return highBytes;
  }

  /** Bytes that wait, and take memory. */
  public long pendingBytes() {
    return pendingBytes + keptBytes;
  }

  /** Leases that are not given back. */
  public long leasesHeld() {
    return leasesHeld;
  }

  /** Gives up what waits, and everything that comes. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    int held = count;
    count = 0;
    flushed = 0;
    pendingBytes = 0;
    for (int i = 0; i < held; i++) {
      PayloadLease lease = leases[first + i & leases.length - 1];
      if (lease != null) {
        release(lease);
      }
    }
    Arrays.fill(segments, null);
    Arrays.fill(leases, null);
  }
}
