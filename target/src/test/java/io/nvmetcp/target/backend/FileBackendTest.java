package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
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
  void takesTheLengthThatOthersGaveIt() throws Exception {
    Files.write(path, new byte[8192], StandardOpenOption.APPEND);
    backend.resize(SIZE_BYTES + 8192);
    assertThat(Files.size(path)).isEqualTo(SIZE_BYTES + 8192);
    assertThat(backend.sizeBytes()).isEqualTo(SIZE_BYTES + 8192);
  }

  @Test
  void aReadOnlyFileKeepsItsSize() throws Exception {
    backend.close().get(10, TimeUnit.SECONDS);
    FileBackend readOnly = FileBackend.open(path, true, 4096);
    assertThatThrownBy(() -> readOnly.resize(SIZE_BYTES + 4096))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("disk.img")
        .hasMessageContaining("read-only");
    assertThat(readOnly.sizeBytes()).isEqualTo(SIZE_BYTES);
    assertThat(Files.size(path)).isEqualTo(SIZE_BYTES);
    readOnly.close().get(10, TimeUnit.SECONDS);
  }

  @Test
  void makesASparseFileThatOnlyItsOwnerMayOpenAndFindsItAgain() throws Exception {
    Path made = folder.resolve("made.img");
    FileBackend first = FileBackend.openOrCreate(made, 1L << 30, 4096);
    assertThat(Files.size(made)).isEqualTo(1L << 30);
    assertThat(Files.getPosixFilePermissions(made))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    byte[] bytes = SessionThread.pattern(4096, 3);
    assertThat(thread.write(first, 1 << 29, bytes, true)).isZero();
    first.close().get(10, TimeUnit.SECONDS);
    FileBackend longer = FileBackend.openOrCreate(made, (1L << 30) + 4096, 4096);
    assertThat(thread.bytes(longer, 1 << 29, 4096)).isEqualTo(bytes);
    longer.close().get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> FileBackend.openOrCreate(made, 4096, 4096))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not cut");
    FileBackend.open(made, true, 4096).close().get(10, TimeUnit.SECONDS);
  }

  @Test
  void manyMayReadAFileButNobodyWritesItMeanwhile() throws Exception {
    backend.close().get(10, TimeUnit.SECONDS);
    FileBackend one = FileBackend.open(path, true, 4096);
    Path link = Files.createLink(folder.resolve("other-name.img"), path);
    FileBackend other = FileBackend.open(link, true, 512);
    one.close().get(10, TimeUnit.SECONDS);
    assertThat(thread.bytes(other, 0, 4096)).containsOnly(0);
    assertThatThrownBy(() -> FileBackend.open(path, false, 4096))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already served");
    other.close().get(10, TimeUnit.SECONDS);
    FileBackend.open(path, false, 4096).close().get(10, TimeUnit.SECONDS);
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
