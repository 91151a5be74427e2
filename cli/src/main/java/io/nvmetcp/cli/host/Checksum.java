package io.nvmetcp.cli.host;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A checksum over the bytes of a copy, in their order. */
public interface Checksum {

  /** Which checksums there are. */
  enum Kind {
    /** As {@code sha256sum} prints it. */
    SHA256,
    /** The one that NVMe/TCP's digests use. */
    CRC32C,
    /** None. */
    NONE
  }

  /** Adds bytes. */
  void update(MemorySegment bytes);

  /** The checksum of all bytes, in hexadecimal; "" if there is none. */
  String value();

  /** A checksum of no bytes yet. */
  static Checksum of(Kind kind) {
    return switch (kind) {
      case SHA256 -> sha256();
      case CRC32C -> crc32c();
      case NONE -> none();
    };
  }

  private static Checksum sha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    return new Checksum() {
      @Override
      public void update(MemorySegment bytes) {
        digest.update(bytes.asByteBuffer());
      }

      @Override
      public String value() {
        return HexFormat.of().formatHex(digest.digest());
      }
    };
  }

  private static Checksum crc32c() {
    Crc32cDigest digest = JdkCrc32c.INSTANCE.newDigest();
    return new Checksum() {
      @Override
      public void update(MemorySegment bytes) {
        digest.update(bytes, 0, (int) bytes.byteSize());
      }

      @Override
      public String value() {
        return HexFormat.of().toHexDigits(digest.value());
      }
    };
  }

  private static Checksum none() {
    return new Checksum() {
      @Override
      public void update(MemorySegment bytes) {}

      @Override
      public String value() {
        return "";
      }
    };
  }
}
