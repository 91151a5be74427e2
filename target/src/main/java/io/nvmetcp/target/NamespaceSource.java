package io.nvmetcp.target;

import io.nvmetcp.target.backend.FileBackend;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.backend.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What is behind a namespace, before it is opened. Values. */
sealed interface NamespaceSource {

  /** Opens it; may block. */
  StorageBackend open(int blockBytes) throws IOException;

  /** What it is, in a word or two: {@code memory:1073741824}. */
  String describe();

  /** How large it is to be, if that can be told; may look at the file system. */
  OptionalLong wantedBytes() throws IOException;

  /** True if {@code other} is the same storage, be it of another size. */
  boolean isSameStorage(NamespaceSource other);

  /**
   * Sparse memory.
   *
   * @param sizeBytes its size
   */
  record Memory(long sizeBytes) implements NamespaceSource {
    @Override
    public StorageBackend open(int blockBytes) {
      return new MemoryBackend(sizeBytes);
    }

    @Override
    public String describe() {
      return "memory:" + sizeBytes;
    }

    @Override
    public OptionalLong wantedBytes() {
      return OptionalLong.of(sizeBytes);
    }

    @Override
    public boolean isSameStorage(NamespaceSource other) {
      return other instanceof Memory;
    }
  }

  /**
   * Nothing.
   *
   * @param sizeBytes its size
   */
  record Null(long sizeBytes) implements NamespaceSource {
    @Override
    public StorageBackend open(int blockBytes) {
      return new NullBackend(sizeBytes);
    }

    @Override
    public String describe() {
      return "null:" + sizeBytes;
    }

    @Override
    public OptionalLong wantedBytes() {
      return OptionalLong.of(sizeBytes);
    }

    @Override
    public boolean isSameStorage(NamespaceSource other) {
      return other instanceof Null;
    }
  }

  /**
   * A file that exists.
   *
   * @param path of the file
   * @param readOnly opened for reading only
   */
  record ExistingFile(Path path, boolean readOnly) implements NamespaceSource {
    @Override
    public StorageBackend open(int blockBytes) throws IOException {
      return FileBackend.open(path, readOnly, blockBytes);
    }

    @Override
    public String describe() {
      return "file:" + path + (readOnly ? ",ro" : "");
    }

    @Override
    public OptionalLong wantedBytes() throws IOException {
      return OptionalLong.of(Files.size(path));
    }

    @Override
    public boolean isSameStorage(NamespaceSource other) {
      return equals(other)
          || (other instanceof SizedFile(Path same, long ignored)
              && same.equals(path)
              && !readOnly);
    }
  }

  /**
   * A file that is made if there is none.
   *
   * @param path of the file
   * @param sizeBytes its size
   */
  record SizedFile(Path path, long sizeBytes) implements NamespaceSource {
    @Override
    public StorageBackend open(int blockBytes) throws IOException {
      return FileBackend.openOrCreate(path, sizeBytes, blockBytes);
    }

    @Override
    public String describe() {
      return "file:" + path + ",size=" + sizeBytes;
    }

    @Override
    public OptionalLong wantedBytes() throws IOException {
      if (Files.exists(path) && Files.size(path) > sizeBytes) {
        throw new IOException(
            "%s: it has %d bytes, and is not cut to %d"
                .formatted(path, Files.size(path), sizeBytes));
      }
      return OptionalLong.of(sizeBytes);
    }

    @Override
    public boolean isSameStorage(NamespaceSource other) {
      return switch (other) {
        case SizedFile(Path same, long ignored) -> same.equals(path);
        case ExistingFile file -> file.isSameStorage(this);
        default -> false;
      };
    }
  }

  /**
   * Of the caller's making.
   *
   * @param describe for logs
   * @param factory opens it
   */
  record Custom(String describe, BackendFactory factory) implements NamespaceSource {
    @Override
    public StorageBackend open(int blockBytes) throws IOException {
      return factory.open(blockBytes);
    }

    @Override
    public OptionalLong wantedBytes() {
      return OptionalLong.empty();
    }

    @Override
    public boolean isSameStorage(NamespaceSource other) {
      return equals(other);
    }
  }
}
