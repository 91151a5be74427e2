package io.nvmetcp.loadgen;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * What a namespace must contain, known from elsewhere than the namespace: generated from a seed, or
 * read from the file behind it by a way of its own. Safe for use by many threads; {@link #close}
 * after the last check.
 */
public final class ExpectedContent implements AutoCloseable {
  private static final int STAMP_BYTES = 16;

  private final Arena arena;
  private final MemorySegment image;

  private ExpectedContent(Arena arena, MemorySegment image) {
    this.arena = arena;
    this.image = image;
  }

  /**
   * Content made from a seed. Each block begins with its namespace and its own number, so that a
   * block in the wrong place is never right by chance; the rest is random.
   *
   * @param seed decides all of it
   * @param nsid the namespace
   * @param sizeBytes size of the namespace, whole blocks
   * @param blockBytes size of a block, at least 16
   */
  public static ExpectedContent generated(long seed, long nsid, long sizeBytes, int blockBytes) {
    Arena arena = Arena.ofShared();
    MemorySegment image = arena.allocate(sizeBytes, Long.BYTES);
    SplittableRandom random = new SplittableRandom(seed ^ nsid * 0x9E37_79B9_7F4A_7C15L);
    for (long block = 0; block * blockBytes < sizeBytes; block++) {
      long at = block * blockBytes;
      image.set(ValueLayout.JAVA_LONG, at, nsid);
      image.set(ValueLayout.JAVA_LONG, at + Long.BYTES, block);
      for (long i = STAMP_BYTES; i < blockBytes; i += Long.BYTES) {
        image.set(ValueLayout.JAVA_LONG, at + i, random.nextLong());
      }
    }
    return new ExpectedContent(arena, image.asReadOnly());
  }

  /**
   * The content of a file, mapped read-only: a way to its bytes that has nothing in common with the
   * target's.
   *
   * @throws IOException if it cannot be read
   */
  public static ExpectedContent ofFile(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment image = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new ExpectedContent(arena, image);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Size in bytes. */
  public long sizeBytes() {
    return image.byteSize();
  }

  /**
   * Compares what was read with what must stand there.
   *
   * @param position byte position in the namespace
   * @param data holds what was read; borrowed
   * @param offset where in {@code data} it starts
   * @param length its length in bytes
   * @return the first byte of the namespace that is wrong, or -1
   */
  public long firstWrongByte(long position, MemorySegment data, long offset, int length) {
    long at =
        MemorySegment.mismatch(image, position, position + length, data, offset, offset + length);
    return at < 0 ? -1 : position + at;
  }

  /** Copies what must stand at {@code position} into {@code target}. */
  public void copyTo(long position, MemorySegment target, long offset, int length) {
    MemorySegment.copy(image, position, target, offset, length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
