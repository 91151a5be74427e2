package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A namespace in a file. Each operation runs on a virtual thread of its own and comes back to its
 * session in one hop. The file is locked while it is open: one process may write it, or several may
 * read it.
 *
 * <p>Flush, and a write that asks for it, reach the disk ({@code fdatasync}). A write excludes what
 * overlaps it, so a read never sees half of one.
 */
public final class FileBackend extends GatedBackend {
  private static final Logger LOG = LoggerFactory.getLogger(FileBackend.class);
  private static final long TRANSFER_LIMIT_BYTES = 1L << 30;
  private static final long TRANSFER_IDLE_BYTES = 64L << 20;

  private final Path path;
  private final ServedFile file;
  private final FileStore store;
  private final boolean readOnly;
  private final TransferBufferPool buffers =
      new TransferBufferPool(TRANSFER_LIMIT_BYTES, TRANSFER_IDLE_BYTES);

  private FileBackend(Path path, ServedFile file, boolean readOnly, long sizeBytes) {
    super("a namespace in file " + path, sizeBytes);
    this.path = path;
    this.file = file;
    this.readOnly = readOnly;
    store = new FileStore(path.toString(), file.channel());
  }

  /**
   * Opens and locks an existing file, whose size is the namespace's. Blocks: not for an event loop.
   *
   * @param readOnly opens the file for reading only and lets other readers in
   * @param blockBytes what its size must be a multiple of
   * @throws IllegalArgumentException if the size is 0 or no multiple of the block
   * @throws IOException if it is no regular file, cannot be opened, or is in use by another server;
   *     the message names the file
   */
  public static FileBackend open(Path path, boolean readOnly, int blockBytes) throws IOException {
    ServedFile file = ServedFile.open(path, readOnly);
    try {
      long size = file.channel().size();
      if (size == 0 || size % blockBytes != 0) {
        throw new IllegalArgumentException(
            "%s: its size, %d bytes, is not a positive multiple of the block size, %d bytes"
                .formatted(path, size, blockBytes));
      }
      return new FileBackend(path, file, readOnly, size);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file of a given size for reading and writing: makes it, sparse and for its owner alone,
   * if there is none, and makes it longer if it is too short. Blocks: not for an event loop.
   *
   * @param sizeBytes the namespace's size, a positive multiple of {@code blockBytes}
   * @throws IllegalArgumentException if it is not
   * @throws IOException as {@link #open} does, and if the file is longer: nothing is ever cut off
   */
  public static FileBackend openOrCreate(Path path, long sizeBytes, int blockBytes)
      throws IOException {
    if (sizeBytes <= 0 || sizeBytes % blockBytes != 0) {
      throw new IllegalArgumentException(
          "%s: %d bytes is not a positive multiple of the block size, %d bytes"
              .formatted(path, sizeBytes, blockBytes));
    }
    if (!Files.exists(path)) {
      ServedFile.create(path, sizeBytes);
    }
    ServedFile file = ServedFile.open(path, false);
    try {
      long size = file.channel().size();
      if (size > sizeBytes) {
        throw new IOException(
            "%s: it has %d bytes, and is not cut to %d".formatted(path, size, sizeBytes));
      }
      if (size < sizeBytes) {
        ServedFile.extend(file.channel(), sizeBytes);
      }
      return new FileBackend(path, file, false, sizeBytes);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
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
    if (!admit(offsetBytes, lengthBytes, completion)) {
      return;
    }
    TransferBuffer buffer = buffers.acquire(lengthBytes);
    if (buffer == null) {
      leave();
      completion.complete(Status.COMMAND_INTERRUPTED);
      return;
    }
    away(
        sessionThread,
        () -> store.read(offsetBytes, lengthBytes, buffer.memory()),
        status -> {
          if (Status.isSuccess(status)) {
            into.add(buffer.memory(), 0, lengthBytes);
            into.lease(buffer);
            stayFor(into);
          } else {
            buffer.release();
            leave();
          }
          completion.complete(status);
        },
        () -> {
          buffer.release();
          leave();
        });
  }

  @Override
  public void write(
      long offsetBytes,
      MemoryPieces from,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    change(
        offsetBytes,
        from.lengthBytes(),
        sessionThread,
        () -> store.write(offsetBytes, from, durable),
        completion);
  }

  @Override
  public void zero(
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    change(
        offsetBytes,
        lengthBytes,
        sessionThread,
        () -> store.zero(offsetBytes, lengthBytes, durable),
        completion);
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
    change(
        offsetBytes,
        from.lengthBytes(),
        sessionThread,
        () -> store.compareAndWrite(offsetBytes, with, from, durable),
        completion);
  }

  @Override
  public void flush(Executor sessionThread, IoCompletion completion) {
    if (!admit(completion)) {
      return;
    }
    if (readOnly) {
      leave();
      completion.complete(Status.SUCCESS);
    } else {
      run(sessionThread, store::sync, completion);
    }
  }

  private void change(
      long offsetBytes,
      long lengthBytes,
      Executor sessionThread,
      IntSupplier work,
      IoCompletion completion) {
    if (readOnly) {
      completion.complete(Status.NAMESPACE_WRITE_PROTECTED);
    } else if (admit(offsetBytes, lengthBytes, completion)) {
      run(sessionThread, work, completion);
    }
  }

  private void run(Executor sessionThread, IntSupplier work, IoCompletion completion) {
    away(
        sessionThread,
        work,
        status -> {
          leave();
          completion.complete(status);
        },
        this::leave);
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

  /** A file that is as long already, because somebody else changed it, is taken as it is. */
  @Override
  void changeSize(long newSizeBytes) throws IOException {
    long now = file.channel().size();
    if (now != newSizeBytes && readOnly) {
      throw new IOException(
          "%s: it has %d bytes and is served read-only, so it cannot have %d"
              .formatted(path, now, newSizeBytes));
    }
    // Readers are kept out of what goes before it goes, and let in to what comes when it is there.
    if (newSizeBytes < sizeBytes()) {
      resized(newSizeBytes);
    }
    if (now < newSizeBytes) {
      ServedFile.extend(file.channel(), newSizeBytes);
    } else if (now > newSizeBytes) {
      file.channel().truncate(newSizeBytes);
    }
    resized(newSizeBytes);
  }

  @Override
  void free() {
    buffers.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": close failed", e);
    }
  }
}
