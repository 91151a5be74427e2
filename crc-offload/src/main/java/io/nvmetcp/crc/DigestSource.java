package io.nvmetcp.crc;

/**
 * Who may know the CRC32C of memory without reading it, because it was computed before and the
 * memory has not changed since. May be asked on any thread, as long as the memory cannot change.
 */
@FunctionalInterface
public interface DigestSource {
  /** Nobody knows: whoever needs a digest reads the bytes, and does not ask. */
  DigestSource NONE =
      (offset, length, scratch) -> {
        throw new UnsupportedOperationException("nobody keeps a digest of this memory");
      };

  /**
   * The CRC32C of a range of the memory.
   *
   * @param offset in the memory's segment, bytes
   * @param length bytes, above 0
   * @param scratch for what is not known yet: reset before use, left in any state
   */
  int crc32c(long offset, int length, Crc32cDigest scratch);
}
