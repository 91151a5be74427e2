package io.nvmetcp.loadgen.verify;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.loadgen.job.VerifyMethod;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The checksum of a block; computed again and again without allocating anything. */
abstract class Checksum {
  /** Its number in a stamp. */
  abstract int method();

  /** Computes the checksum of a range and puts it at {@code to}. */
  abstract void write(MemorySegment data, long from, int length, long to);

  /** True if the checksum that stands at {@code at} is that of a range. */
  abstract boolean matches(MemorySegment data, long from, int length, long at);

  static Checksum of(VerifyMethod method, int blockBytes) {
    return switch (method) {
      case CRC32C -> new Crc();
      case MD5 -> new Md5(blockBytes);
      case NONE, PATTERN -> throw new IllegalArgumentException(method + " has no checksum");
    };
  }

  private static final class Crc extends Checksum {
    private static final ValueLayout.OfInt INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private final Crc32cDigest digest = JdkCrc32c.INSTANCE.newDigest();

    @Override
    int method() {
      return 1;
    }

    private int compute(MemorySegment data, long from, int length) {
      digest.reset();
      digest.update(data, from, length);
      return digest.value();
    }

    @Override
    void write(MemorySegment data, long from, int length, long to) {
      data.set(LONG, to, 0);
      data.set(LONG, to + Long.BYTES, 0);
      data.set(INT, to, compute(data, from, length));
    }

    @Override
    boolean matches(MemorySegment data, long from, int length, long at) {
      return data.get(INT, at) == compute(data, from, length);
    }
  }

  private static final class Md5 extends Checksum {
    private final MessageDigest digest;
    private final byte[] block;
    private final byte[] sum = new byte[Stamp.CHECKSUM_BYTES];
    private final byte[] found = new byte[Stamp.CHECKSUM_BYTES];

    Md5(int blockBytes) {
      try {
        digest = MessageDigest.getInstance("MD5");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has MD5", e);
      }
      block = new byte[blockBytes];
    }

    @Override
    int method() {
      return 2;
    }

    private void compute(MemorySegment data, long from, int length) {
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, block, 0, length);
      digest.update(block, 0, length);
      try {
        digest.digest(sum, 0, sum.length);
      } catch (DigestException e) {
        throw new IllegalStateException("an MD5 has 16 bytes", e);
      }
    }

    @Override
    void write(MemorySegment data, long from, int length, long to) {
      compute(data, from, length);
      MemorySegment.copy(sum, 0, data, ValueLayout.JAVA_BYTE, to, sum.length);
    }

    @Override
    boolean matches(MemorySegment data, long from, int length, long at) {
      compute(data, from, length);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, found, 0, found.length);
      return Arrays.equals(sum, found);
    }
  }
}
