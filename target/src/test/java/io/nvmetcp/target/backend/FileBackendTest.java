package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBackendTest extends StorageBackendContract {
  @TempDir private Path folder;
  private Path path;

  @Override
  StorageBackend open() throws IOException {
    path = Files.write(folder.resolve("disk.img"), new byte[SIZE_BYTES]);
    return FileBackend.open(path, false, 4096);
  }

  @Test
  void writesReachTheFile() throws Exception {
    byte[] bytes = SessionThread.pattern(8192, 5);
    assertThat(thread.write(backend, 4096, bytes, true)).isZero();
    assertThat(thread.flush(backend)).isZero();
    byte[] file = Files.readAllBytes(path);
    assertThat(Arrays.copyOfRange(file, 4096, 12288)).isEqualTo(bytes);
  }

  @Test
  void isVolatileUntilFlushed() {
    assertThat(backend.writesAreVolatile()).isTrue();
  }

  @Test
  void readOnlyRefusesWritesAndLeavesTheFileAlone() throws Exception {
    Path other = Files.write(folder.resolve("ro.img"), SessionThread.pattern(8192, 1));
    StorageBackend readOnly = FileBackend.open(other, true, 512);
    assertThat(readOnly.readOnly()).isTrue();
    assertThat(readOnly.writesAreVolatile()).isFalse();
    assertThat(thread.write(readOnly, 0, new byte[4096], false))
        .isEqualTo(Status.NAMESPACE_WRITE_PROTECTED);
    assertThat(thread.bytes(readOnly, 0, 8192)).isEqualTo(Files.readAllBytes(other));
    assertThat(thread.flush(readOnly)).isZero();
    readOnly.close().get(10, TimeUnit.SECONDS);
    assertThat(Files.readAllBytes(other)).isEqualTo(SessionThread.pattern(8192, 1));
  }

  @Test
  void locksTheFileWhileItIsOpen() throws Exception {
    assertThatThrownBy(() -> FileBackend.open(path, false, 4096))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("disk.img")
        .hasMessageContaining("already served");
    backend.close().get(10, TimeUnit.SECONDS);
    FileBackend.open(path, false, 4096).close().get(10, TimeUnit.SECONDS);
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    Path odd = Files.write(folder.resolve("odd.img"), new byte[1000]);
    assertThatThrownBy(() -> FileBackend.open(odd, true, 512))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(odd.toString())
        .hasMessageContaining("1000 bytes")
        .hasMessageContaining("512 bytes");
    Path empty = Files.write(folder.resolve("empty.img"), new byte[0]);
    assertThatThrownBy(() -> FileBackend.open(empty, true, 512))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FileBackend.open(folder.resolve("none.img"), true, 512))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> FileBackend.open(folder, true, 512))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void answersAReadThatTheFileNoLongerHolds() throws Exception {
    Files.write(path, new byte[4096]);
    MemoryPieces pieces = new MemoryPieces();
    assertThat(thread.read(backend, SIZE_BYTES - 4096, 4096, pieces))
        .isEqualTo(Status.UNRECOVERED_READ_ERROR);
    assertThat(pieces.count()).isZero();
  }
}
