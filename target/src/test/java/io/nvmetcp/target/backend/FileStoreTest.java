package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** When a file's data is on the disk, told from what a power failure would leave. */
class FileStoreTest {
  private static final int BYTES = 65536;

  private final VolatileFile file = new VolatileFile(BYTES);
  private final FileStore store = new FileStore("test.img", file);

  private static MemoryPieces pieces(byte[] bytes) {
    MemorySegment memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    MemoryPieces pieces = new MemoryPieces();
    pieces.add(memory, 0, 1000);
    pieces.add(memory, 1000, bytes.length - 1000);
    return pieces;
  }

  private byte[] onDisk(int from, int length) {
    return Arrays.copyOfRange(file.disk(), from, from + length);
  }

  @Test
  void aWriteNeedNotBeOnTheDiskBeforeTheFlush() {
    byte[] bytes = SessionThread.pattern(8192, 1);
    assertThat(store.write(4096, pieces(bytes), false)).isZero();
    assertThat(onDisk(4096, 8192)).containsOnly(0);
    assertThat(store.sync()).isZero();
    assertThat(onDisk(4096, 8192)).isEqualTo(bytes);
    assertThat(file.forces()).isEqualTo(1);
  }

  @Test
  void aDurableWriteIsOnTheDiskWhenItCompletes() {
    byte[] bytes = SessionThread.pattern(4096, 2);
    assertThat(store.write(0, pieces(bytes), true)).isZero();
    assertThat(onDisk(0, 4096)).isEqualTo(bytes);
  }

  @Test
  void durableZeroesAndExchangesAreToo() {
    byte[] bytes = SessionThread.pattern(4096, 3);
    assertThat(store.write(0, pieces(bytes), true)).isZero();
    byte[] next = SessionThread.pattern(4096, 4);
    assertThat(store.compareAndWrite(0, pieces(bytes), pieces(next), true)).isZero();
    assertThat(onDisk(0, 4096)).isEqualTo(next);
    assertThat(store.zero(0, 4096, true)).isZero();
    assertThat(onDisk(0, 4096)).containsOnly(0);
  }

  @Test
  void aFailedFlushIsNotCalledASuccessLater() {
    assertThat(store.write(0, pieces(new byte[4096]), false)).isZero();
    file.breakOnce();
    assertThat(store.sync()).isEqualTo(Status.WRITE_FAULT);
    // The cache below has forgotten what it could not write: it would say yes from now on.
    assertThat(store.sync()).isEqualTo(Status.WRITE_FAULT);
    assertThat(store.write(0, pieces(new byte[4096]), true)).isEqualTo(Status.WRITE_FAULT);
  }

  @Test
  void zeroesThatAreThereAreNotWritten() {
    assertThat(store.zero(0, BYTES, true)).isZero();
    assertThat(file.forces()).isEqualTo(1);
    assertThat(file.writes()).isZero();
  }
}
