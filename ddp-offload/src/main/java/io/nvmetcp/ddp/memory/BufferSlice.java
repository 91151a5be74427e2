package io.nvmetcp.ddp.memory;

import java.lang.foreign.MemorySegment;

/**
 * Part of a region: what a caller hands over as the buffer of an I/O.
 *
 * @param region the region
 * @param offset first byte, from the region's start
 * @param lengthBytes length
 */
public record BufferSlice(Region region, long offset, int lengthBytes) {
  /** Refuses what does not lie in the region. */
  public BufferSlice {
    if (!region.contains(offset, lengthBytes)) {
      throw new IndexOutOfBoundsException(
          "%d bytes at %d do not lie in region %d of %d bytes"
              .formatted(lengthBytes, offset, region.id(), region.sizeBytes()));
    }
  }

  /** The memory of this slice, as a view. */
  public MemorySegment segment() {
    return region.segment().asSlice(offset, lengthBytes);
  }
}
