package io.nvmetcp.ddp.memory;

import java.lang.foreign.MemorySegment;

/**
 * What the owner of memory that host code cannot touch must bring so that payloads can go there.
 * Offsets count from the start of the memory; ranges were checked against {@link #sizeBytes}. Calls
 * may come from many threads, for ranges that do not overlap.
 */
public interface DeviceMemory {
  /** What {@link #crc32c} answers if it cannot. */
  long NO_CRC = -1;

  /** Size in bytes. */
  long sizeBytes();

  /**
   * Where the memory lies for whoever reaches it without the host: a bus address. It names the
   * place only; host code never reads there.
   */
  long address();

  /**
   * A placing device writes here by itself, as a NIC does over the bus: done when this returns.
   *
   * @param bytes what the device received; borrowed for the call
   */
  void place(long offset, MemorySegment bytes, long from, int length);

  /**
   * The host asks for a copy of its bytes to here, because no device placed them.
   *
   * @param bytes borrowed for the call
   * @return false if there is no such way: the bytes are not delivered then
   */
  boolean copyIn(long offset, MemorySegment bytes, long from, int length);

  /** The CRC32C of what lies here, an unsigned 32-bit value, or {@link #NO_CRC}. */
  long crc32c(long offset, int length);

  /** The region is closed and nobody writes here any more. */
  void close();
}
