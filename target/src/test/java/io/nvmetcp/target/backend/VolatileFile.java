package io.nvmetcp.target.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A file with a cache before its disk, as a machine has it: what was written is read back at once,
 * and is on the disk when it was forced there. {@link #disk} is what a power failure leaves.
 */
final class VolatileFile extends FileChannel {
  private final byte[] cache;
  private final byte[] disk;
  private boolean broken;
  private int forces;
  private int writes;

  VolatileFile(int sizeBytes) {
    cache = new byte[sizeBytes];
    disk = new byte[sizeBytes];
  }

  synchronized byte[] disk() {
    return disk.clone();
  }

  synchronized int forces() {
    return forces;
  }

  synchronized int writes() {
    return writes;
  }

  /** The next force fails, and the cache forgets that there was anything to write. */
  synchronized void breakOnce() {
    broken = true;
  }

  @Override
  public synchronized int read(ByteBuffer to, long position) {
    int length = (int) Math.min(to.remaining(), cache.length - position);
    to.put(cache, (int) position, length);
    return length;
  }

  @Override
  public synchronized int write(ByteBuffer from, long position) {
    writes++;
    // One byte less than asked now and then: writes may be short.
    int length = from.remaining() > 1 ? from.remaining() - 1 : 1;
    from.get(cache, (int) position, length);
    return length;
  }

  @Override
  public synchronized void force(boolean metaData) throws IOException {
    forces++;
    if (broken) {
      broken = false;
      throw new IOException("Input/output error");
    }
    System.arraycopy(cache, 0, disk, 0, cache.length);
  }

  @Override
  public long size() {
    return cache.length;
  }

  @Override
  protected void implCloseChannel() {}

  @Override
  public int read(ByteBuffer to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel position(long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel truncate(long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
