package io.nvmetcp.target.backend;

/** What an operation does; decorators choose by it. */
public enum IoKind {
  /** {@link StorageBackend#read}. */
  READ,
  /** {@link StorageBackend#write}. */
  WRITE,
  /** {@link StorageBackend#zero} and {@link StorageBackend#deallocate}. */
  ZERO,
  /** {@link StorageBackend#compare}. */
  COMPARE,
  /** {@link StorageBackend#compareAndWrite}. */
  COMPARE_AND_WRITE,
  /** {@link StorageBackend#flush}, which has no range. */
  FLUSH
}
