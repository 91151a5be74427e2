package io.nvmetcp.crc.engine;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.apache.commons.codec.digest.PureJavaCrc32C;

/**
 * Apache Commons Codec's table-driven CRC32C: slow, and written independently of the JDK's, which
 * makes it the reference that the fast engine is checked against.
 */
public final class CommonsCodecCrc32c implements Crc32cEngine {

  /** The engine; it has no state. */
  public static final CommonsCodecCrc32c INSTANCE = new CommonsCodecCrc32c();

  private CommonsCodecCrc32c() {}

  @Override
  public String name() {
    return "commons-codec";
  }

  @Override
  public Crc32cDigest newDigest() {
    return new Digest();
  }

  private static final class Digest implements Crc32cDigest {
    private static final int CHUNK_BYTES = 8192;
    private final PureJavaCrc32C crc = new PureJavaCrc32C();
    private final byte[] chunk = new byte[CHUNK_BYTES];

    @Override
    public void reset() {
      crc.reset();
    }

    @Override
    public void update(MemorySegment data, long offset, long length) {
      Objects.checkFromIndexSize(offset, length, data.byteSize());
      long at = offset;
      long end = offset + length;
      while (at < end) {
        int step = (int) Math.min(end - at, CHUNK_BYTES);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, chunk, 0, step);
        crc.update(chunk, 0, step);
        at += step;
      }
    }

    @Override
    public void update(byte[] data, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, data.length);
      crc.update(data, offset, length);
    }

    @Override
    public int value() {
      return (int) crc.getValue();
    }
  }
}
