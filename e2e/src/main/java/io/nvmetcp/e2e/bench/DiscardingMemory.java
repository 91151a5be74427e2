package io.nvmetcp.e2e.bench;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.memory.DeviceMemory;
import java.lang.foreign.MemorySegment;

/**
 * Memory that takes everything and keeps nothing. A read into it through device {@code none} costs
 * what no placing can save: the bytes are received, digested where they lie if there is a digest,
 * and thrown away. For one event loop, and payloads that come whole, one after the other.
 */
final class DiscardingMemory implements DeviceMemory {
  private final long sizeBytes;
  private final Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
  private final boolean digesting;

  DiscardingMemory(long sizeBytes, boolean digesting) {
    this.sizeBytes = sizeBytes;
    this.digesting = digesting;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long address() {
    return 0;
  }

  @Override
  public void place(long offset, MemorySegment bytes, long from, int length) {
    throw new IllegalStateException("nobody places here");
  }

  @Override
  public boolean copyIn(long offset, MemorySegment bytes, long from, int length) {
    if (digesting) {
      crc.update(bytes, from, length);
    }
    return true;
  }

  @Override
  public long crc32c(long offset, int length) {
    long value = Integer.toUnsignedLong(crc.value());
    crc.reset();
    return value;
  }

  @Override
  public void close() {}
}
