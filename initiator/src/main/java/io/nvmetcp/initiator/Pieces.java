package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a buffer in pieces, in order and at ends of blocks, into buffers that one command each can
 * have.
 */
final class Pieces {
  private final ScatterList buffer;
  private final int blockBytes;
  private final int maxBytes;
  private final int maxSegments;
  private int segment;
  private int offset;
  private int taken;

  /**
   * @param buffer whole blocks, at least one
   * @param maxBytes most bytes of a part, at least one block
   * @param maxSegments most pieces of a part, unless it is a single block that has more
   */
  Pieces(ScatterList buffer, int blockBytes, int maxBytes, int maxSegments) {
    this.buffer = buffer;
    this.blockBytes = blockBytes;
    this.maxBytes = maxBytes;
    this.maxSegments = maxSegments;
  }

  /** Bytes of all parts so far. */
  int taken() {
    return taken;
  }

  /** The next part, or null at the end. */
  @Nullable ScatterList next() {
    if (taken == buffer.lengthBytes()) {
      return null;
    }
    long fitting = fitting();
    return take((int) Math.max(blockBytes, fitting - fitting % blockBytes));
  }

  // Bytes from here on that both limits allow.
  private long fitting() {
    long bytes = 0;
    int skip = offset;
    for (int i = segment;
        i < buffer.segments() && i - segment < maxSegments && bytes < maxBytes;
        i++) {
      bytes += buffer.segment(i).lengthBytes() - skip;
      skip = 0;
    }
    return Math.min(bytes, maxBytes);
  }

  private ScatterList take(int bytes) {
    List<BufferSlice> part = new ArrayList<>();
    int left = bytes;
    while (left > 0) {
      BufferSlice from = buffer.segment(segment);
      int step = Math.min(left, from.lengthBytes() - offset);
      part.add(from.region().slice(from.offset() + offset, step));
      left -= step;
      offset += step;
      if (offset == from.lengthBytes()) {
        segment++;
        offset = 0;
      }
    }
    taken += bytes;
    return ScatterList.of(part.toArray(BufferSlice[]::new));
  }
}
