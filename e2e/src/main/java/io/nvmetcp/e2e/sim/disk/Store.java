package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.target.backend.MemoryPieces;

/** Bytes that can be read and written at once. What is added when it grows reads as zeros. */
interface Store {
  /** Lends a range, as it is now; it does not change until its leases are back. */
  void lend(long offset, int length, MemoryPieces into);

  /**
   * Lends memory in which a write is collected.
   *
   * @return false if it has none
   */
  boolean lendForWrite(long offset, int length, MemoryPieces into);

  /** Copies a range out. */
  void copyOut(long offset, byte[] to, int at, int length);

  /** Writes part of {@code from}. */
  void write(long offset, MemoryPieces from, int fromOffset, int length);

  /** Makes a range read as zeros. */
  void zero(long offset, long length);

  /** Grows or shrinks. */
  void resize(long sizeBytes);

  /** Leases that are not back. */
  long lent();

  /** Frees it. */
  void close();
}
