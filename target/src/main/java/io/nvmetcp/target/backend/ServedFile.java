package io.nvmetcp.target.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A file while it is served, locked against other servers: one object per file and process. Any
 * thread; opening blocks.
 *
 * <p>Record locks of POSIX belong to a process, and closing <em>any</em> descriptor of the file
 * drops them. So a file that is served already is told from a table, before anything is opened, and
 * those who read it together share one channel. Other code of the process that opens and closes the
 * file itself still drops the lock.
 */
final class ServedFile implements AutoCloseable {
  // By the file's key, which is the same whatever path leads to it. Guarded by itself.
  private static final Map<Object, ServedFile> SERVED = new HashMap<>();

  private final Object key;
  private final FileChannel channel;
  private final boolean readOnly;
  private int users = 1;

  private ServedFile(Object key, FileChannel channel, boolean readOnly) {
    this.key = key;
    this.channel = channel;
    this.readOnly = readOnly;
  }

  /**
   * Opens and locks {@code path}; several may read one file, also from several processes.
   *
   * @throws IOException if it is no regular file, cannot be opened, or is served by others; one
   *     line that names the file
   */
  static ServedFile open(Path path, boolean readOnly) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException(path + ": no such file" + (readOnly ? "" : "; size=SIZE makes one"));
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + ": not a regular file");
    }
    if (!(readOnly ? Files.isReadable(path) : Files.isReadable(path) && Files.isWritable(path))) {
      throw new IOException(path + ": no permission to " + (readOnly ? "read" : "read and write"));
    }
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    if (key == null) {
      key = path.toRealPath();
    }
    synchronized (SERVED) {
      ServedFile served = SERVED.get(key);
      if (served == null) {
        served = new ServedFile(key, locked(path, readOnly), readOnly);
        SERVED.put(key, served);
      } else if (readOnly && served.readOnly) {
        served.users++;
      } else {
        throw new IOException(path + ": already served by this process");
      }
      return served;
    }
  }

  private static FileChannel locked(Path path, boolean readOnly) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            readOnly
                ? Set.of(StandardOpenOption.READ)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    try {
      if (channel.tryLock(0, Long.MAX_VALUE, readOnly) == null) {
        throw new IOException(path + ": in use by another process");
      }
      return channel;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException(path + ": locked by this process", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Makes a sparse file that nobody but its owner may read or write, and its name durable.
   *
   * @throws IOException if it exists or cannot be made; one line that names the file
   */
  static void create(Path path, long sizeBytes) throws IOException {
    FileAttribute<?>[] ownerOnly =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel made =
        FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      extend(made, sizeBytes);
      made.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(path + ": exists already", e);
    } catch (IOException e) {
      throw new IOException(path + ": cannot be created: " + e.getMessage(), e);
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** Makes a file longer; what is added is a hole. */
  static void extend(FileChannel channel, long sizeBytes) throws IOException {
    ByteBuffer zero = ByteBuffer.allocate(1);
    while (zero.hasRemaining()) {
      int written = channel.write(zero, sizeBytes - 1);
      if (written < 0) {
        throw new IOException("nothing was written");
      }
    }
  }

  FileChannel channel() {
    return channel;
  }

  /** One user less; the last one closes the channel and so unlocks the file. */
  @Override
  public void close() throws IOException {
    synchronized (SERVED) {
      if (--users == 0) {
        SERVED.remove(key);
        channel.close();
      }
    }
  }
}
