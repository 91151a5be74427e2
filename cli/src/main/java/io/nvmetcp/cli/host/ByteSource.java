package io.nvmetcp.cli.host;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** Where bytes come from that are written or compared: a file or standard input. */
public interface ByteSource extends AutoCloseable {

  /** What it is called. */
  String name();

  /** How many bytes there are, if that is known before they are read. */
  OptionalLong size();

  /**
   * Fills {@code bytes}, unless the source ends before.
   *
   * @return how many bytes were read; fewer than there is room for only at the end
   */
  int read(MemorySegment bytes) throws IOException;

  @Override
  void close() throws IOException;

  /** A regular file, or a device or pipe, whose size is not known. */
  static ByteSource file(Path path, boolean regular) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    OptionalLong size = regular ? OptionalLong.of(channel.size()) : OptionalLong.empty();
    return new ByteSource() {
      @Override
      public String name() {
        return path.toString();
      }

      @Override
      public OptionalLong size() {
        return size;
      }

      @Override
      public int read(MemorySegment bytes) throws IOException {
        ByteBuffer buffer = bytes.asByteBuffer();
        try {
          while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Until it is full, or the file ends.
          }
        } catch (IOException e) {
          throw new IOException(path + ": " + e.getMessage(), e);
        }
        return buffer.position();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /** Standard input. */
  static ByteSource stream(InputStream in) {
    return new ByteSource() {
      @Override
      public String name() {
        return "standard input";
      }

      @Override
      public OptionalLong size() {
        return OptionalLong.empty();
      }

      @Override
      public int read(MemorySegment bytes) throws IOException {
        byte[] read = in.readNBytes((int) bytes.byteSize());
        bytes.asSlice(0, read.length).copyFrom(MemorySegment.ofArray(read));
        return read.length;
      }

      @Override
      public void close() {
        // Not ours to close.
      }
    };
  }
}
