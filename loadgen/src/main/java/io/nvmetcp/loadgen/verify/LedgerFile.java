package io.nvmetcp.loadgen.verify;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A ledger in a mapped file: the state of a verification that outlives its process, even one that
 * was killed. It does not outlive a crash of this machine, since nothing is forced to disk.
 */
public final class LedgerFile {
  private static final long HEADER_BYTES = 4096;
  private static final int FILL_BYTES = 1 << 20;
  private static final long MAGIC_VALUE = 0x3152_4544_4745_4C4EL;
  private static final int MAGIC = 0;
  private static final int NSID = 8;
  private static final int UUID_HIGH = 16;
  private static final int UUID_LOW = 24;
  private static final int FIRST_LBA = 32;
  private static final int BLOCKS = 40;
  private static final int BLOCK_BYTES = 48;
  private static final int SEED = 56;
  private static final int WRITER = 64;
  private static final int EPOCHS = 72;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LedgerFile() {}

  /**
   * What a ledger is of; a file of another one is refused.
   *
   * @param uuid of the namespace, or zeros if it has none
   * @param firstLba first block
   * @param blocks number of blocks
   * @param blockBytes size of a block
   */
  public record Scope(Identity identity, UUID uuid, long firstLba, long blocks, int blockBytes) {}

  /**
   * A new file, over an old one if there is one.
   *
   * @throws IOException if it cannot be made; the message names it
   */
  public static Ledger create(Path file, Scope scope) throws IOException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
    return map(file, scope, true);
  }

  /**
   * Goes on with the file of an earlier run. What that had in flight when it ended may show either
   * content, and {@link Ledger#inherited} says which blocks those are.
   *
   * @throws IOException if it cannot be read, or is of something else; the message names it
   */
  public static Ledger load(Path file, Scope scope) throws IOException {
    return map(file, scope, false);
  }

  private static Ledger map(Path file, Scope scope, boolean fresh) throws IOException {
    long bytes = HEADER_BYTES + scope.blocks() * Ledger.ENTRY_BYTES;
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        fresh
            ? FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW)
            : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (!fresh && channel.size() != bytes) {
        throw new IOException(
            "it is of another job or namespace (%d bytes)".formatted(channel.size()));
      }
      if (fresh) {
        fill(channel, bytes);
      }
      MemorySegment image = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      if (fresh) {
        writeHeader(image, scope);
      } else {
        checkHeader(image, scope);
      }
      var ledger =
          new Ledger(
              arena,
              image.asSlice(HEADER_BYTES),
              image.asSlice(EPOCHS, 2L * Integer.BYTES),
              scope.firstLba(),
              scope.blocks(),
              fresh);
      if (!fresh) {
        ledger.inherit();
        // Nobody knows what became of the target meanwhile.
        ledger.doubt();
      }
      return ledger;
    } catch (IOException | RuntimeException e) {
      arena.close();
      if (fresh) {
        Files.deleteIfExists(file);
      }
      throw failed(file, e);
    }
  }

  // Room that is missing must be missed now: a page of a mapping that has no place on the disk is
  // an
  // error in the middle of the load.
  private static void fill(FileChannel channel, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    for (long left = bytes; left > 0; left -= zeros.position()) {
      zeros.clear().limit((int) Math.min(FILL_BYTES, left));
      channel.write(zeros);
    }
  }

  private static IOException failed(Path file, Exception cause) {
    String reason =
        cause instanceof NoSuchFileException
            ? "there is no such file"
            : String.valueOf(cause.getMessage());
    return new IOException("verify state %s: %s".formatted(file, reason), cause);
  }

  private static void writeHeader(MemorySegment image, Scope scope) {
    image.set(LONG, NSID, scope.identity().nsid());
    image.set(LONG, UUID_HIGH, scope.uuid().getMostSignificantBits());
    image.set(LONG, UUID_LOW, scope.uuid().getLeastSignificantBits());
    image.set(LONG, FIRST_LBA, scope.firstLba());
    image.set(LONG, BLOCKS, scope.blocks());
    image.set(LONG, BLOCK_BYTES, scope.blockBytes());
    image.set(LONG, SEED, scope.identity().seed());
    image.set(LONG, WRITER, scope.identity().writer());
    image.set(LONG, MAGIC, MAGIC_VALUE);
  }

  private static void checkHeader(MemorySegment image, Scope scope) throws IOException {
    same("kind of file", image.get(LONG, MAGIC), MAGIC_VALUE);
    same("namespace", image.get(LONG, NSID), scope.identity().nsid());
    same("namespace UUID", image.get(LONG, UUID_HIGH), scope.uuid().getMostSignificantBits());
    same("namespace UUID", image.get(LONG, UUID_LOW), scope.uuid().getLeastSignificantBits());
    same("offset", image.get(LONG, FIRST_LBA), scope.firstLba());
    same("size", image.get(LONG, BLOCKS), scope.blocks());
    same("block size", image.get(LONG, BLOCK_BYTES), scope.blockBytes());
    same("randseed", image.get(LONG, SEED), scope.identity().seed());
    same("job", image.get(LONG, WRITER), scope.identity().writer());
  }

  private static void same(String what, long found, long wanted) throws IOException {
    if (found != wanted) {
      throw new IOException("it is of another " + what);
    }
  }
}
