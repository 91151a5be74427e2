package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A namespace in an existing file. Each operation runs on a virtual thread of its own and comes
 * back to its session in one hop. The file is locked against a second server while it is open.
 *
 * <p>Flush, and a write that asks for it, reach the disk ({@code fsync}). A write excludes what
 * overlaps it, so a read never sees half of one.
 */
public final class FileBackend implements StorageBackend {
  private static final Logger LOG = LoggerFactory.getLogger(FileBackend.class);
  private static final int ERASE_BYTES = 128 * 1024;
  private static final long TRANSFER_LIMIT_BYTES = 1L << 30;
  private static final long TRANSFER_IDLE_BYTES = 64L << 20;

  private final Path path;
  private final FileChannel channel;
  private final boolean readOnly;
  private volatile long sizeBytes;
  private final RangeLocks ranges = new RangeLocks();
  private final TransferBufferPool buffers =
      new TransferBufferPool(TRANSFER_LIMIT_BYTES, TRANSFER_IDLE_BYTES);
  private final UseGate gate = new UseGate(this::closeFile);

  private FileBackend(Path path, FileChannel channel, boolean readOnly, long sizeBytes) {
    this.path = path;
    this.channel = channel;
    this.readOnly = readOnly;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Opens and locks {@code path}. Blocks: not for an event loop.
   *
   * @param readOnly opens the file for reading only and lets other readers in
   * @param blockBytes what its size must be a multiple of
   * @throws IllegalArgumentException if the size is 0 or no multiple of the block
   * @throws IOException if it is no regular file, cannot be opened, or is in use by another server;
   *     the message names the file
   */
  public static FileBackend open(Path path, boolean readOnly, int blockBytes) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException(path + ": no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + ": not a regular file");
    }
    if (!(readOnly ? Files.isReadable(path) : Files.isReadable(path) && Files.isWritable(path))) {
      throw new IOException(path + ": no permission to " + (readOnly ? "read" : "read and write"));
    }
    FileChannel channel =
        readOnly
            ? FileChannel.open(path, StandardOpenOption.READ)
            : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(path, channel, readOnly);
      long size = channel.size();
      if (size == 0 || size % blockBytes != 0) {
        throw new IllegalArgumentException(
            "%s: its size, %d bytes, is not a positive multiple of the block size, %d bytes"
                .formatted(path, size, blockBytes));
      }
      return new FileBackend(path, channel, readOnly, size);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path path, FileChannel channel, boolean shared) throws IOException {
    try {
      if (channel.tryLock(0, Long.MAX_VALUE, shared) == null) {
        throw new IOException(path + ": in use by another process");
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException(path + ": already served by this process", e);
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A file that is longer or shorter already, because somebody else changed it, is taken as it
   * is.
   */
  @Override
  public void resize(long newSizeBytes) throws IOException {
    if (!gate.enter()) {
      throw new IOException(path + ": closed");
    }
    try {
      long now = channel.size();
      if (now != newSizeBytes && readOnly) {
        throw new IOException(
            "%s: it has %d bytes, and is served read-only".formatted(path, now));
      }
      if (now < newSizeBytes) {
        // One byte at the end: what lies before it stays a hole.
        channel.write(ByteBuffer.allocate(1), newSizeBytes - 1);
      } else if (now > newSizeBytes) {
        channel.truncate(newSizeBytes);
      }
      sizeBytes = newSizeBytes;
    } finally {
      gate.release();
    }
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean writesAreVolatile() {
    return !readOnly;
  }

  @Override
  public void read(
      long offsetBytes,
      int lengthBytes,
      MemoryPieces into,
      Executor sessionThread,
      IoCompletion completion) {
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    TransferBuffer buffer = buffers.acquire(lengthBytes);
    if (buffer == null) {
      gate.release();
      completion.complete(Status.COMMAND_INTERRUPTED);
      return;
    }
    away(
        sessionThread,
        () -> load(offsetBytes, lengthBytes, buffer.memory()),
        status -> {
          if (Status.isSuccess(status)) {
            into.add(buffer.memory(), 0, lengthBytes);
            into.lease(buffer);
            into.lease(gate);
          } else {
            buffer.release();
            gate.release();
          }
          completion.complete(status);
        },
        () -> {
          buffer.release();
          gate.release();
        });
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    if (readOnly) {
      completion.complete(Status.NAMESPACE_WRITE_PROTECTED);
      return;
    }
    run(sessionThread, () -> store(offsetBytes, from, durable), completion);
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    if (readOnly) {
      completion.complete(Status.NAMESPACE_WRITE_PROTECTED);
      return;
    }
    run(sessionThread, () -> erase(offsetBytes, lengthBytes, durable), completion);
  }

  @Override
  public boolean comparesAndWrites() {
    return !readOnly;
  }

  @Override
  public void compareAndWrite(
      long offsetBytes,
      MemoryPieces with,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    if (readOnly) {
      completion.complete(Status.NAMESPACE_WRITE_PROTECTED);
      return;
    }
    run(sessionThread, () -> exchange(offsetBytes, with, from, durable), completion);
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    if (readOnly) {
      completion.complete(Status.SUCCESS);
      return;
    }
    run(sessionThread, this::sync, completion);
  }

  private void run(Executor sessionThread, IntSupplier work, IoCompletion completion) {
    if (!gate.enter()) {
      completion.complete(Status.NAMESPACE_NOT_READY);
      return;
    }
    away(
        sessionThread,
        work,
        status -> {
          gate.release();
          completion.complete(status);
        },
        gate::release);
  }

  /** Work on a virtual thread, then back; {@code abandoned} if the session's thread is gone. */
  private static void away(
      Executor sessionThread, IntSupplier work, IoCompletion back, Runnable abandoned) {
    Thread.ofVirtual()
        .name("nvme-file-io")
        .start(
            () -> {
              int status = Status.INTERNAL_ERROR;
              try {
                status = work.getAsInt();
              } catch (RuntimeException e) {
                LOG.error("a file operation failed unexpectedly", e);
              }
              int outcome = status;
              try {
                sessionThread.execute(() -> back.complete(outcome));
              } catch (RejectedExecutionException e) {
                abandoned.run();
              }
            });
  }

  private int load(long offset, int length, MemorySegment to) {
    ranges.lock(offset, length, false);
    try {
      ByteBuffer view = to.asSlice(0, length).asByteBuffer();
      long at = offset;
      while (view.hasRemaining()) {
        int got = channel.read(view, at);
        if (got < 0) {
          LOG.warn("{}: the file ends at {}, it was shortened while served", path, at);
          return Status.UNRECOVERED_READ_ERROR;
        }
        at += got;
      }
      return Status.SUCCESS;
    } catch (IOException e) {
      LOG.warn("{}: read of {} bytes at {} failed", path, length, offset, e);
      return Status.UNRECOVERED_READ_ERROR;
    } finally {
      ranges.unlock(offset, length, false);
    }
  }

  private int store(long offset, MemoryPieces from, boolean durable) {
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
      LOG.warn("{}: write of {} bytes at {} failed", path, length, offset, e);
      return Status.WRITE_FAULT;
    } finally {
      ranges.unlock(offset, length, true);
    }
    return durable ? sync() : Status.SUCCESS;
  }

  private int exchange(long offset, MemoryPieces with, MemoryPieces from, boolean durable) {
    int length = from.lengthBytes();
    ranges.lock(offset, length, true);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(length);
      int status = load(offset, length, memory);
      if (!Status.isSuccess(status)) {
        return status;
      }
      MemoryPieces held = new MemoryPieces();
      held.add(memory, 0, length);
      if (!held.sameBytes(with)) {
        return Status.COMPARE_FAILURE;
      }
      status = store(offset, from, false);
      if (!Status.isSuccess(status)) {
        return status;
      }
    } finally {
      ranges.unlock(offset, length, true);
    }
    return durable ? sync() : Status.SUCCESS;
  }

  private int erase(long offset, long length, boolean durable) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(ERASE_BYTES);
      MemorySegment zeros = arena.allocate(ERASE_BYTES);
      long end = offset + length;
      for (long at = offset; at < end; ) {
        int step = (int) Math.min(end - at, ERASE_BYTES - at % ERASE_BYTES);
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
      int status = load(at, length, chunk);
      if (!Status.isSuccess(status) || chunk.mismatch(zeros) < 0) {
        return status;
      }
      MemoryPieces pieces = new MemoryPieces();
      pieces.add(zeros, 0, length);
      return store(at, pieces, false);
    } finally {
      ranges.unlock(at, length, true);
    }
  }

  private int sync() {
    try {
      channel.force(true);
      return Status.SUCCESS;
    } catch (IOException e) {
      LOG.warn("{}: flush failed", path, e);
      return Status.WRITE_FAULT;
    }
  }

  private void closeFile() {
    buffers.close();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": close failed", e);
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    return gate.close();
  }
}
