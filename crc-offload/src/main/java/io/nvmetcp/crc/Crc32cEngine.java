package io.nvmetcp.crc;

/**
 * A way to compute CRC32C (Castagnoli, reflected polynomial 0x82F63B78; RFC 3720 section 12.1).
 *
 * <p>Engines are stateless and safe to share between threads; the digests they hand out are not.
 */
public interface Crc32cEngine {

  /** A short name for reports: {@code jdk}, {@code commons-codec}. */
  String name();

  /** A fresh digest, owned by the caller and confined to one thread. */
  Crc32cDigest newDigest();
}
