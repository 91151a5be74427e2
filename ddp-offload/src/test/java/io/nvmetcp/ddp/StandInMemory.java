package io.nvmetcp.ddp;

import io.nvmetcp.ddp.memory.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Stands in for an accelerator's memory: bytes that host code has no segment of. */
public final class StandInMemory implements DeviceMemory {
  public final byte[] bytes;
  private final boolean copies;
  private final boolean digests;
  public int placed;
  public int copied;
  public int digested;
  public boolean closed;

  /**
   * @param copies the provider can copy host bytes in
   * @param digests the provider can compute a CRC
   */
  public StandInMemory(int size, boolean copies, boolean digests) {
    bytes = new byte[size];
    this.copies = copies;
    this.digests = digests;
  }

  public byte[] range(int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public long address() {
    return 0x7000_0000_0000L;
  }

  private void put(long offset, MemorySegment source, long from, int length) {
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, bytes, (int) offset, length);
  }

  @Override
  public void place(long offset, MemorySegment source, long from, int length) {
    placed += length;
    put(offset, source, from, length);
  }

  @Override
  public boolean copyIn(long offset, MemorySegment source, long from, int length) {
    if (copies) {
      copied += length;
      put(offset, source, from, length);
    }
    return copies;
  }

  @Override
  public long crc32c(long offset, int length) {
    if (!digests) {
      return NO_CRC;
    }
    digested += length;
    CRC32C crc = new CRC32C();
    crc.update(bytes, (int) offset, length);
    return crc.getValue();
  }

  @Override
  public void close() {
    closed = true;
  }
}
