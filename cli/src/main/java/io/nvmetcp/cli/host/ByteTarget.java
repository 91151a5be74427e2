package io.nvmetcp.cli.host;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where bytes go that were read: a file or standard output. */
public interface ByteTarget extends AutoCloseable {

  /** Takes all of these bytes. */
  void write(MemorySegment bytes) throws IOException;

  /** Everything was written; tells if it cannot be kept. */
  @Override
  void close() throws IOException;

  /** A file, which is made, or emptied first; a device or a pipe is written to as it is. */
  static ByteTarget file(Path path) throws IOException {
    FileChannel channel = open(path);
    return new ByteTarget() {
      @Override
      public void write(MemorySegment bytes) throws IOException {
        ByteBuffer buffer = bytes.asByteBuffer();
        try {
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        } catch (IOException e) {
          throw new IOException(path + ": " + e.getMessage(), e);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private static FileChannel open(Path path) throws IOException {
    try {
      return Files.exists(path) && !Files.isRegularFile(path)
          ? FileChannel.open(path, StandardOpenOption.WRITE)
          : FileChannel.open(
              path,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING);
    } catch (NoSuchFileException e) {
      throw new IOException(path + ": there is no such folder", e);
    } catch (AccessDeniedException e) {
      throw new IOException(path + " cannot be written", e);
    } catch (IOException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** Standard output. */
  static ByteTarget stream(PrintStream out) {
    return new ByteTarget() {
      @Override
      public void write(MemorySegment bytes) throws IOException {
        out.write(bytes.toArray(ValueLayout.JAVA_BYTE), 0, (int) bytes.byteSize());
        check();
      }

      private void check() throws IOException {
        if (out.checkError()) {
          throw new IOException(
              "standard output cannot be written: its reader is gone, or its disk is full");
        }
      }

      @Override
      public void close() throws IOException {
        out.flush();
        check();
      }
    };
  }
}
