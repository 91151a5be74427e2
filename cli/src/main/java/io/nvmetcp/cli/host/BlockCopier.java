package io.nvmetcp.cli.host;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Moves the blocks of a range between a namespace and a file, in order, several commands at a time,
 * through one region of registered memory. Runs on the calling thread, which waits.
 */
public final class BlockCopier implements AutoCloseable {
  private final Namespace namespace;
  private final BlockRange range;
  private final int blockBytes;
  private final int chunkBytes;
  private final Checksum checksum;
  private final ProgressBar progress;
  private final Region region;
  private final List<Future<Void>> slots = new ArrayList<>();
  private long movedBytes;

  /**
   * @param range what is moved, or at most
   * @param chunkBytes bytes of a command; rounded to whole blocks
   * @param depth commands under way at a time
   * @param checksum told of the bytes in their order
   * @param progress told how far it is
   */
  public BlockCopier(
      NvmeInitiator initiator,
      Namespace namespace,
      BlockRange range,
      int chunkBytes,
      int depth,
      Checksum checksum,
      ProgressBar progress) {
    this.namespace = namespace;
    this.range = range;
    blockBytes = namespace.blockBytes();
    this.chunkBytes = Math.max(1, chunkBytes / blockBytes) * blockBytes;
    this.checksum = checksum;
    this.progress = progress;
    region = initiator.regions().register((long) this.chunkBytes * depth);
    for (int i = 0; i < depth; i++) {
      slots.add(Future.succeededFuture());
    }
  }

  /** Bytes that were read, written or compared. */
  public long movedBytes() {
    return movedBytes;
  }

  private long lba(long chunk) {
    return range.lba() + chunk * (chunkBytes / blockBytes);
  }

  private BufferSlice slice(long chunk, int bytes) {
    return region.slice(chunk % slots.size() * chunkBytes, bytes);
  }

  private int slot(long chunk) {
    return (int) (chunk % slots.size());
  }

  // Bytes of a chunk of the range; none behind its end.
  private int bytes(long chunk) {
    long left = (range.end() - lba(chunk)) * blockBytes;
    return Math.clamp(left, 0, chunkBytes);
  }

  private void moved(long chunk, int bytes) {
    checksum.update(slice(chunk, bytes).segment());
    movedBytes += bytes;
    progress.update(movedBytes);
  }

  /** Reads the range. */
  public void read(ByteTarget target) throws IOException {
    for (long chunk = 0; chunk < slots.size() && bytes(chunk) > 0; chunk++) {
      startRead(chunk);
    }
    for (long chunk = 0; bytes(chunk) > 0; chunk++) {
      HostSession.await(slots.get(slot(chunk)));
      MemorySegment read = slice(chunk, bytes(chunk)).segment();
      target.write(read);
      moved(chunk, bytes(chunk));
      if (bytes(chunk + slots.size()) > 0) {
        startRead(chunk + slots.size());
      }
    }
  }

  private void startRead(long chunk) {
    slots.set(slot(chunk), namespace.read(lba(chunk), slice(chunk, bytes(chunk))));
  }

  /** What is done with a chunk that was read from a file. */
  private interface Use {
    Future<Void> of(long lba, BufferSlice buffer);
  }

  /**
   * Writes what the source has, up to the end of the range.
   *
   * @param whole the range is to be filled: a source that ends before is an error; else one that
   *     has more than fits
   */
  public void write(ByteSource source, boolean whole, IoFlag... flags) throws IOException {
    fromSource(source, whole, (lba, buffer) -> namespace.write(lba, buffer, flags));
  }

  private void fromSource(ByteSource source, boolean wholeRange, Use use) throws IOException {
    long chunk = 0;
    int read;
    do {
      int wanted = bytes(chunk);
      HostSession.await(slots.get(slot(chunk)));
      read = wanted == 0 ? 0 : source.read(slice(chunk, wanted).segment());
      int whole = read - read % blockBytes;
      if (whole > 0) {
        moved(chunk, whole);
        slots.set(slot(chunk), use.of(lba(chunk), slice(chunk, whole)));
        chunk++;
      }
    } while (read > 0 && read == chunkBytes);
    finish();
    if (read % blockBytes != 0) {
      throw new IOException(
          "%s ends within a block: %d bytes are left over after %d blocks of %d bytes"
              .formatted(source.name(), read % blockBytes, movedBytes / blockBytes, blockBytes));
    }
    checkEnd(source, wholeRange);
  }

  private void checkEnd(ByteSource source, boolean whole) throws IOException {
    long room = range.blocks() * blockBytes;
    if (whole && movedBytes < room) {
      throw new IOException(
          "%s ends after %d of %d bytes".formatted(source.name(), movedBytes, room));
    }
    if (!whole && movedBytes == room && source.read(slice(0, blockBytes).segment()) > 0) {
      throw new IOException(
          "%s has more than the %d bytes that there is room for".formatted(source.name(), room));
    }
  }

  private void finish() {
    for (Future<Void> slot : slots) {
      HostSession.await(slot);
    }
  }

  /**
   * Compares what the source has with the range, by the controller.
   *
   * @param whole as for {@link #write}
   * @return the first block that differs, if one does
   */
  public OptionalLong compare(ByteSource source, boolean whole) throws IOException {
    try {
      fromSource(source, whole, namespace::compare);
      return OptionalLong.empty();
    } catch (NvmeException.CommandFailed e) {
      if (e.code() != Status.COMPARE_FAILURE) {
        throw e;
      }
      return OptionalLong.of(firstDifference());
    }
  }

  // The chunks that are in memory are those under way, and one of them differs.
  private long firstDifference() {
    long last = Math.max(0, Math.ceilDiv(movedBytes, chunkBytes) - 1);
    for (long chunk = Math.max(0, last - slots.size() + 1); chunk <= last; chunk++) {
      int bytes = (int) Math.min(chunkBytes, movedBytes - chunk * chunkBytes);
      HostSession.await(slots.get(slot(chunk)).otherwiseEmpty());
      for (int at = 0; at < bytes && !slots.get(slot(chunk)).succeeded(); at += blockBytes) {
        BufferSlice block = region.slice(chunk % slots.size() * chunkBytes + at, blockBytes);
        if (differs(lba(chunk) + at / blockBytes, block)) {
          return lba(chunk) + at / blockBytes;
        }
      }
    }
    throw new IllegalStateException("what differed a moment ago does not differ any more");
  }

  private boolean differs(long lba, BufferSlice block) {
    try {
      HostSession.await(namespace.compare(lba, block));
      return false;
    } catch (NvmeException.CommandFailed e) {
      if (e.code() == Status.COMPARE_FAILURE) {
        return true;
      }
      throw e;
    }
  }

  /** Gives the memory back, once no command uses it. */
  @Override
  public void close() {
    region.close();
  }
}
