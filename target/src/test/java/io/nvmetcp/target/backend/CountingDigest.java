package io.nvmetcp.target.backend;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import java.lang.foreign.MemorySegment;

/** A digest that counts the bytes it reads. */
final class CountingDigest implements Crc32cDigest {
  private final Crc32cDigest digest = JdkCrc32c.INSTANCE.newDigest();
  int bytes;

  @Override
  public void reset() {
    digest.reset();
  }

  @Override
  public void update(MemorySegment data, long offset, long length) {
    bytes += (int) length;
    digest.update(data, offset, length);
  }

  @Override
  public void update(byte[] data, int offset, int length) {
    bytes += length;
    digest.update(data, offset, length);
  }

  @Override
  public int value() {
    return digest.value();
  }
}
