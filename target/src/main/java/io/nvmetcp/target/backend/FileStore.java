package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations on a file, each a call that blocks and returns a status. Any thread. A write
 * excludes what overlaps it, so a read never sees half of one.
 */
final class FileStore {
  private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
  private static final int ERASE_BYTES = 128 * 1024;

  private final String name;
  private final FileChannel channel;
  private final RangeLocks ranges = new RangeLocks();
  private final AtomicBoolean lost = new AtomicBoolean();

  /**
   * @param name of the file, for the log
   */
  FileStore(String name, FileChannel channel) {
    this.name = name;
    this.channel = channel;
  }

  int read(long offset, int length, MemorySegment to) {
    ranges.lock(offset, length, false);
    try {
      ByteBuffer view = to.asSlice(0, length).asByteBuffer();
      long at = offset;
      while (view.hasRemaining()) {
        int got = channel.read(view, at);
        if (got < 0) {
          LOG.warn("{}: the file ends at {}, it was shortened while served", name, at);
          return Status.UNRECOVERED_READ_ERROR;
        }
        at += got;
      }
      return Status.SUCCESS;
    } catch (IOException e) {
      LOG.warn("{}: read of {} bytes at {} failed: {}", name, length, offset, e.toString());
      return Status.UNRECOVERED_READ_ERROR;
    } finally {
      ranges.unlock(offset, length, false);
    }
  }

  int write(long offset, MemoryPieces from, boolean durable) {
    int length = from.lengthBytes();
    ranges.lock(offset, length, true);
    try {
      long at = offset;
      for (int i = 0; i < from.count(); i++) {
        ByteBuffer view = from.segment(i).asSlice(from.offset(i), from.length(i)).asByteBuffer();
        while (view.hasRemaining()) {
          at += channel.write(view, at);
        }
      }
    } catch (IOException e) {
      LOG.warn("{}: write of {} bytes at {} failed: {}", name, length, offset, e.toString());
      return Status.WRITE_FAULT;
    } finally {
      ranges.unlock(offset, length, true);
    }
    return durable ? sync() : Status.SUCCESS;
  }

  int compareAndWrite(long offset, MemoryPieces with, MemoryPieces from, boolean durable) {
    int length = from.lengthBytes();
    ranges.lock(offset, length, true);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(length);
      int status = read(offset, length, memory);
      if (!Status.isSuccess(status)) {
        return status;
      }
      MemoryPieces held = new MemoryPieces();
      held.add(memory, 0, length);
      if (!held.sameBytes(with)) {
        return Status.COMPARE_FAILURE;
      }
      status = write(offset, from, false);
      if (!Status.isSuccess(status)) {
        return status;
      }
    } finally {
      ranges.unlock(offset, length, true);
    }
    return durable ? sync() : Status.SUCCESS;
  }

  int zero(long offset, long length, boolean durable) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(ERASE_BYTES);
      MemorySegment zeros = arena.allocate(ERASE_BYTES);
      long end = offset + length;
      for (long at = offset; at < end; ) {
        int step = GatedBackend.step(at, end, ERASE_BYTES);
        int status = erase(at, chunk.asSlice(0, step), zeros.asSlice(0, step));
        if (!Status.isSuccess(status)) {
          return status;
        }
        at += step;
      }
    }
    return durable ? sync() : Status.SUCCESS;
  }

  // What reads as zeros is not written, so a sparse file stays sparse. Java cannot punch holes.
  private int erase(long at, MemorySegment chunk, MemorySegment zeros) {
    int length = (int) chunk.byteSize();
    ranges.lock(at, length, true);
    try {
      int status = read(at, length, chunk);
      if (!Status.isSuccess(status) || chunk.mismatch(zeros) < 0) {
        return status;
      }
      MemoryPieces pieces = new MemoryPieces();
      pieces.add(zeros, 0, length);
      return write(at, pieces, false);
    } finally {
      ranges.unlock(at, length, true);
    }
  }

  /**
   * What has been written is on the disk ({@code fdatasync}). After a failure the system may have
   * dropped what it could not write and call the next attempt a success: so no later one is.
   */
  int sync() {
    if (lost.get()) {
      return Status.WRITE_FAULT;
    }
    try {
      channel.force(false);
      return lost.get() ? Status.WRITE_FAULT : Status.SUCCESS;
    } catch (IOException e) {
      lost.set(true);
      LOG.error(
          "{}: a flush failed, and so will all until the file is reopened: {}", name, e.toString());
      return Status.WRITE_FAULT;
    }
  }
}
