package io.nvmetcp.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a file can be served as a namespace, said before anything is started. */
final class FileCheck {
  private FileCheck() {}

  /** What is wrong with {@code file}, in a sentence, or null. */
  static @Nullable String whatIsWrong(
      Path file, int blockBytes, List<ByteSize> reads, boolean write) {
    if (!Files.exists(file)) {
      return file + " does not exist";
    }
    if (!Files.isRegularFile(file)) {
      return file + " is not a regular file";
    }
    if (!Files.isReadable(file)) {
      return file + " cannot be read";
    }
    if (write && !Files.isWritable(file)) {
      return file + " cannot be written";
    }
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      return file + ": " + e.getMessage();
    }
    if (size == 0 || size % blockBytes != 0) {
      return "%s has %d bytes, which is no multiple of the block of %d bytes"
          .formatted(file, size, blockBytes);
    }
    for (ByteSize read : reads) {
      if (read.bytes() > size) {
        return "%s has %d bytes, less than one read of %s".formatted(file, size, read);
      }
    }
    return null;
  }
}
