package io.nvmetcp.crc.engine;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

/** The JDK's {@link CRC32C}, which HotSpot replaces with the CPU's CRC instructions. */
public final class JdkCrc32c implements Crc32cEngine {

  /** The engine; it has no state. */
  public static final JdkCrc32c INSTANCE = new JdkCrc32c();

  private JdkCrc32c() {}

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public Crc32cDigest newDigest() {
    return new Digest();
  }

  private static final class Digest implements Crc32cDigest {
    // A view of a segment costs two objects; queues digest the same few segments for ever.
    private static final int VIEWS = 4;
    private final CRC32C crc = new CRC32C();
    private final MemorySegment[] viewed = new MemorySegment[VIEWS];
    private final ByteBuffer[] views = new ByteBuffer[VIEWS];
    private int nextView;

    @Override
    public void reset() {
      crc.reset();
    }

    @Override
    public void update(MemorySegment data, long offset, long length) {
      Objects.checkFromIndexSize(offset, length, data.byteSize());
      if (data.byteSize() > Integer.MAX_VALUE) {
        updateSliced(data, offset, length);
        return;
      }
      ByteBuffer view = view(data);
      view.limit((int) (offset + length)).position((int) offset);
      crc.update(view);
    }

    // Segments beyond 2 GiB cannot be viewed whole as a ByteBuffer.
    private void updateSliced(MemorySegment data, long offset, long length) {
      long at = offset;
      long end = offset + length;
      while (at < end) {
        long step = Math.min(end - at, 1 << 30);
        crc.update(data.asSlice(at, step).asByteBuffer());
        at += step;
      }
    }

    @SuppressWarnings("ReferenceEquality") // the cache is keyed by the very object that was viewed
    private ByteBuffer view(MemorySegment data) {
      for (int i = 0; i < VIEWS; i++) {
        if (viewed[i] == data) {
          return views[i];
        }
      }
      ByteBuffer view = data.asByteBuffer();
      viewed[nextView] = data;
      views[nextView] = view;
      nextView = (nextView + 1) % VIEWS;
      return view;
    }

    @Override
    public void update(byte[] data, int offset, int length) {
      crc.update(data, offset, length);
    }

    @Override
    public int value() {
      return (int) crc.getValue();
    }
  }
}
