package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.DigestSource;
import io.nvmetcp.crc.engine.JdkCrc32c;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** A session for tests: its thread is the one that waits. */
final class SessionThread implements Executor {
  private static final int NOT_YET = -1;

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private int status;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs the tasks that are there. */
  void runWhatWaits() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  int await(Consumer<IoCompletion> operation) {
    Thread self = Thread.currentThread();
    status = NOT_YET;
    operation.accept(
        outcome -> {
          assertThat(Thread.currentThread()).isEqualTo(self);
          assertThat(status).as("completed twice").isEqualTo(NOT_YET);
          status = outcome;
        });
    while (status == NOT_YET) {
      try {
        Runnable task = tasks.poll(10, TimeUnit.SECONDS);
        assertThat(task).as("an operation that never completes").isNotNull();
        task.run();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return status;
  }

  int write(StorageBackend backend, long offset, byte[] bytes, boolean durable) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      MemoryPieces pieces = new MemoryPieces();
      int half = bytes.length / 2;
      pieces.add(memory, 0, half);
      pieces.add(memory, half, bytes.length - half);
      return await(done -> backend.write(offset, pieces, durable, this, done));
    }
  }

  int compare(StorageBackend backend, long offset, byte[] bytes) {
    return await(done -> backend.compare(offset, pieces(bytes), this, done));
  }

  int exchange(StorageBackend backend, long offset, byte[] with, byte[] from) {
    return await(
        done -> backend.compareAndWrite(offset, pieces(with), pieces(from), false, this, done));
  }

  private static MemoryPieces pieces(byte[] bytes) {
    MemoryPieces pieces = new MemoryPieces();
    int third = bytes.length / 3;
    MemorySegment memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    pieces.add(memory, 0, third);
    pieces.add(memory, third, bytes.length - third);
    return pieces;
  }

  int flush(StorageBackend backend) {
    return await(done -> backend.flush(this, done));
  }

  int read(StorageBackend backend, long offset, int length, MemoryPieces into) {
    return await(done -> backend.read(offset, length, into, this, done));
  }

  byte[] bytes(StorageBackend backend, long offset, int length) {
    MemoryPieces pieces = new MemoryPieces();
    assertThat(read(backend, offset, length, pieces)).isZero();
    byte[] bytes = copy(pieces);
    pieces.release();
    return bytes;
  }

  /** The bytes of a run; whoever keeps digests of its pieces must know theirs. */
  static byte[] copy(MemoryPieces pieces) {
    byte[] bytes = new byte[pieces.lengthBytes()];
    pieces.copyTo(0, MemorySegment.ofArray(bytes), 0, bytes.length);
    Crc32cDigest scratch = JdkCrc32c.INSTANCE.newDigest();
    for (int i = 0; i < pieces.count(); i++) {
      DigestSource digests = pieces.digests(i);
      if (digests != DigestSource.NONE) {
        int length = pieces.length(i);
        int kept = digests.crc32c(pieces.offset(i), length, scratch);
        CRC32C computed = new CRC32C();
        computed.update(bytes, pieces.startOf(i), length);
        assertThat(kept).as("digest of piece %d", i).isEqualTo((int) computed.getValue());
      }
    }
    return bytes;
  }

  static byte[] pattern(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
