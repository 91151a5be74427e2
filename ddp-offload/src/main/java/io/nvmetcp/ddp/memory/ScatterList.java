package io.nvmetcp.ddp.memory;

import java.util.List;

/**
 * A buffer in several pieces, filled one behind the other; the pieces may lie in several regions.
 * Immutable.
 */
public final class ScatterList {
  private final BufferSlice[] segments;
  // Where each segment starts in the buffer.
  private final int[] starts;
  private final int lengthBytes;

  private ScatterList(List<BufferSlice> slices) {
    segments = slices.toArray(BufferSlice[]::new);
    starts = new int[segments.length];
    long at = 0;
    for (int i = 0; i < segments.length; i++) {
      starts[i] = (int) at;
      at += segments[i].lengthBytes();
      if (segments[i].lengthBytes() < 1 && segments.length > 1 || at > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "segment %d of %d bytes, %d together".formatted(i, segments[i].lengthBytes(), at));
      }
    }
    lengthBytes = (int) at;
  }

  /**
   * A list of these pieces.
   *
   * @throws IllegalArgumentException if there is none, one of several is empty, or all are more
   *     than 2^31-1
   */
  public static ScatterList of(BufferSlice... slices) {
    if (slices.length == 0) {
      throw new IllegalArgumentException("a buffer has at least one segment");
    }
    return new ScatterList(List.of(slices));
  }

  /** Number of pieces. */
  public int segments() {
    return segments.length;
  }

  /** A piece, by its number. */
  public BufferSlice segment(int index) {
    return segments[index];
  }

  /** Where a piece starts in the buffer. */
  public int start(int index) {
    return starts[index];
  }

  /** Bytes of all pieces. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** The number of the piece that holds this byte of the buffer. */
  public int find(long at) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (starts[middle] <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Holds the region of every piece, or none of them: false if one is closing. */
  public boolean hold() {
    for (int i = 0; i < segments.length; i++) {
      if (!segments[i].region().hold()) {
        while (--i >= 0) {
          segments[i].region().release();
        }
        return false;
      }
    }
    return true;
  }

  /** Gives back what {@link #hold} took. */
  public void release() {
    for (BufferSlice segment : segments) {
      segment.region().release();
    }
  }
}
