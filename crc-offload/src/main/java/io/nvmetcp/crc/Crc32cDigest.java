package io.nvmetcp.crc;

import java.lang.foreign.MemorySegment;

/**
 * One running CRC32C computation. Confined to one thread; {@link #reset()} makes it ready again, so
 * a queue needs one for its whole life.
 */
public interface Crc32cDigest {

  /** Forgets all bytes seen so far. */
  void reset();

  /**
   * Adds {@code length} bytes of {@code data} from {@code offset}; the segment is borrowed for the
   * call and only read.
   *
   * @throws IndexOutOfBoundsException if the range does not lie in the segment
   */
  void update(MemorySegment data, long offset, long length);

  /** Adds {@code length} bytes of {@code data} from {@code offset}; the array is borrowed. */
  void update(byte[] data, int offset, int length);

  /** The CRC32C of the bytes since the last reset, as it stands on the wire (little-endian). */
  int value();
}
