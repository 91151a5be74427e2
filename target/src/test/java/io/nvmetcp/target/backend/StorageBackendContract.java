package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.nvme.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every back end does. */
@Timeout(60)
abstract class StorageBackendContract {
  static final int SIZE_BYTES = 1 << 20;

  final SessionThread thread = new SessionThread();
  StorageBackend backend;

  /** A back end of {@link #SIZE_BYTES} that reads as zeros. */
  abstract StorageBackend open() throws Exception;

  /** False if it forgets what is written. */
  boolean remembers() {
    return true;
  }

  /** False if it leaves fused operations out. */
  boolean exchanges() {
    return true;
  }

  /** False if its size is fixed. */
  boolean grows() {
    return true;
  }

  @BeforeEach
  void openBackend() throws Exception {
    backend = open();
  }

  @AfterEach
  void closesOnceEverythingIsBack() throws Exception {
    backend.close().get(10, TimeUnit.SECONDS);
  }

  @Test
  void hasTheSizeItWasMadeWith() {
    assertThat(backend.sizeBytes()).isEqualTo(SIZE_BYTES);
    assertThat(backend.readOnly()).isFalse();
  }

  @Test
  void readsZerosWhereNothingWasWritten() {
    assertThat(thread.bytes(backend, 0, SIZE_BYTES)).containsOnly(0);
    assertThat(thread.bytes(backend, SIZE_BYTES - 512, 512)).containsOnly(0);
  }

  @Test
  void growsWithZerosAndForgetsWhatIsCutOff() throws Exception {
    assumeTrue(grows(), "its size is fixed");
    assertThat(thread.write(backend, SIZE_BYTES - 4096, SessionThread.pattern(4096, 1), false))
        .isZero();
    int more = SIZE_BYTES + 300 * 1024;
    backend.resize(more);
    assertThat(backend.sizeBytes()).isEqualTo(more);
    assertThat(thread.bytes(backend, SIZE_BYTES, more - SIZE_BYTES)).containsOnly(0);
    byte[] kept =
        remembers() ? Arrays.copyOf(SessionThread.pattern(4096, 1), 2048) : new byte[2048];
    backend.resize(SIZE_BYTES - 2048);
    assertThat(thread.bytes(backend, SIZE_BYTES - 4096, 2048)).isEqualTo(kept);
    backend.resize(more);
    assertThat(thread.bytes(backend, SIZE_BYTES - 4096, 2048)).isEqualTo(kept);
    assertThat(thread.bytes(backend, SIZE_BYTES - 2048, 2048)).containsOnly(0);
    assertThat(thread.write(backend, more - 4096, SessionThread.pattern(4096, 2), false)).isZero();
    backend.resize(SIZE_BYTES);
  }

  @Test
  void readsBackWhatWasWrittenAcrossAnyBoundary() {
    assumeTrue(remembers(), "it forgets what is written");
    byte[] model = new byte[SIZE_BYTES];
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 200; i++) {
      int length = 512 * (1 + random.nextInt(random.nextBoolean() ? 16 : 600));
      int offset = 512 * random.nextInt((SIZE_BYTES - length) / 512 + 1);
      if (random.nextBoolean()) {
        byte[] bytes = SessionThread.pattern(length, i);
        assertThat(thread.write(backend, offset, bytes, i % 7 == 0)).isZero();
        System.arraycopy(bytes, 0, model, offset, length);
      } else {
        assertThat(thread.bytes(backend, offset, length))
            .as("operation %d", i)
            .isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
      }
    }
    assertThat(thread.flush(backend)).isZero();
    assertThat(thread.bytes(backend, 0, SIZE_BYTES)).isEqualTo(model);
  }

  /**
   * As a session does: asks for memory, fills it bit by bit, writes it, or gives it back unused.
   */
  @Test
  void memoryThatItLendsForAWriteIsWrittenOrForgotten() throws Exception {
    assumeTrue(remembers(), "it forgets what is written");
    byte[] model = new byte[SIZE_BYTES];
    SplittableRandom random = new SplittableRandom(41);
    int page = 128 * 1024;
    for (int i = 0; i < 60; i++) {
      int length = page * (1 + random.nextInt(3)) + (i % 5 == 0 ? 4096 : 0);
      int offset = page * random.nextInt((SIZE_BYTES - length) / page + 1);
      byte[] bytes = SessionThread.pattern(length, i);
      MemoryPieces held = new MemoryPieces();
      assertThat(thread.read(backend, offset, length, held)).isZero();
      MemoryPieces lent = new MemoryPieces();
      boolean lends = backend.prepareWrite(offset, length, lent);
      assertThat(lent.lengthBytes()).isEqualTo(lends ? length : 0);
      if (!lends) {
        lent.add(Arena.ofAuto().allocate(length), 0, length);
      }
      for (int at = 0; at < length; ) {
        int step = Math.min(length - at, 1 + random.nextInt(100_000));
        lent.fill(at, MemorySegment.ofArray(bytes), at, step);
        at += step;
      }
      if (random.nextInt(4) > 0) {
        assertThat(thread.await(done -> backend.write(offset, lent, false, thread, done))).isZero();
        assertThat(SessionThread.copy(held))
            .isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
        System.arraycopy(bytes, 0, model, offset, length);
      }
      lent.release();
      held.release();
      assertThat(thread.bytes(backend, 0, SIZE_BYTES)).as("operation %d", i).isEqualTo(model);
    }
  }

  @Test
  void closingWaitsForMemoryThatItLentForAWrite() throws Exception {
    MemoryPieces lent = new MemoryPieces();
    boolean lends = backend.prepareWrite(0, 131072, lent);
    CompletableFuture<Void> closed = backend.close();
    assertThat(closed.isDone()).isEqualTo(!lends);
    lent.release();
    closed.get(10, TimeUnit.SECONDS);
    assertThat(backend.prepareWrite(0, 131072, lent)).isFalse();
    assertThat(lent.count()).isZero();
  }

  @Test
  void lentDataDoesNotChangeUnderItsReader() {
    assumeTrue(remembers(), "it forgets what is written");
    byte[] old = SessionThread.pattern(65536, 1);
    assertThat(thread.write(backend, 4096, old, false)).isZero();
    MemoryPieces lent = new MemoryPieces();
    assertThat(thread.read(backend, 4096, old.length, lent)).isZero();
    byte[] fresh = SessionThread.pattern(8192, 2);
    assertThat(thread.write(backend, 8192, fresh, false)).isZero();
    assertThat(SessionThread.copy(lent)).isEqualTo(old);
    lent.release();
    assertThat(thread.bytes(backend, 8192, fresh.length)).isEqualTo(fresh);
    assertThat(thread.bytes(backend, 4096, 4096)).isEqualTo(Arrays.copyOf(old, 4096));
  }

  @Test
  void zeroesAndDeallocatesAcrossAnyBoundary() {
    assumeTrue(remembers(), "it forgets what is written");
    byte[] model = SessionThread.pattern(SIZE_BYTES, 21);
    assertThat(thread.write(backend, 0, model, false)).isZero();
    SplittableRandom random = new SplittableRandom(22);
    for (int i = 0; i < 20; i++) {
      int length = 512 * (1 + random.nextInt(400));
      int offset = 512 * random.nextInt((SIZE_BYTES - length) / 512 + 1);
      boolean hint = random.nextBoolean();
      int status =
          thread.await(
              done -> {
                if (hint) {
                  backend.deallocate(offset, length, thread, done);
                } else {
                  backend.zero(offset, length, true, thread, done);
                }
              });
      assertThat(status).isZero();
      Arrays.fill(model, offset, offset + length, (byte) 0);
      assertThat(thread.bytes(backend, 0, SIZE_BYTES)).as("operation %d", i).isEqualTo(model);
    }
  }

  @Test
  void comparesWithWhatItHolds() {
    byte[] bytes = new byte[8192];
    assertThat(thread.compare(backend, 4096, bytes)).isZero();
    bytes[8191] = 1;
    assertThat(thread.compare(backend, 4096, bytes)).isEqualTo(Status.COMPARE_FAILURE);
  }

  /** Two threads add to one counter; an addition that does not take is tried again. */
  @Test
  void nothingComesBetweenCompareAndWrite() throws Exception {
    assertThat(backend.comparesAndWrites()).isEqualTo(exchanges());
    assumeTrue(remembers() && exchanges(), "it forgets what is written, or has no such operation");
    int additions = 200;
    Runnable adder =
        () -> {
          SessionThread own = new SessionThread();
          for (int done = 0; done < additions; ) {
            byte[] now = own.bytes(backend, 512, 512);
            ByteBuffer next = ByteBuffer.wrap(now.clone());
            next.putInt(0, next.getInt(0) + 1);
            int status = own.exchange(backend, 512, now, next.array());
            done += status == Status.SUCCESS ? 1 : 0;
          }
        };
    Thread other = Thread.ofPlatform().start(adder);
    adder.run();
    other.join();
    assertThat(ByteBuffer.wrap(thread.bytes(backend, 512, 512)).getInt(0)).isEqualTo(2 * additions);
  }

  @Test
  void growsUnderItsReaders() throws Exception {
    assumeTrue(grows(), "its size is fixed");
    byte[] bytes = SessionThread.pattern(4096, 31);
    assertThat(thread.write(backend, SIZE_BYTES - 4096, bytes, false)).isZero();
    MemoryPieces lent = new MemoryPieces();
    assertThat(thread.read(backend, SIZE_BYTES - 4096, 4096, lent)).isZero();
    backend.resize(2L * SIZE_BYTES + 4096);
    assertThat(backend.sizeBytes()).isEqualTo(2L * SIZE_BYTES + 4096);
    byte[] held = SessionThread.copy(lent);
    assertThat(held).isEqualTo(remembers() ? bytes : new byte[4096]);
    lent.release();
    assertThat(thread.bytes(backend, SIZE_BYTES - 4096, 4096)).isEqualTo(held);
    assertThat(thread.bytes(backend, SIZE_BYTES, SIZE_BYTES + 4096)).containsOnly(0);
    assertThat(thread.write(backend, 2L * SIZE_BYTES, bytes, true)).isZero();
    assertThat(thread.bytes(backend, 2L * SIZE_BYTES, 4096)).isEqualTo(held);
  }

  @Test
  void servesNothingBeyondItsEndAndForgetsWhatItCutOff() throws Exception {
    assumeTrue(grows(), "its size is fixed");
    byte[] bytes = SessionThread.pattern(SIZE_BYTES, 32);
    assertThat(thread.write(backend, 0, bytes, false)).isZero();
    int half = SIZE_BYTES / 2 + 4096;
    backend.resize(half);
    MemoryPieces pieces = new MemoryPieces();
    assertThat(thread.read(backend, half - 4096, 8192, pieces)).isEqualTo(Status.LBA_OUT_OF_RANGE);
    assertThat(pieces.count()).isZero();
    assertThat(thread.write(backend, half, new byte[4096], false))
        .isEqualTo(Status.LBA_OUT_OF_RANGE);
    assertThat(thread.await(done -> backend.zero(half, 4096, false, thread, done)))
        .isEqualTo(Status.LBA_OUT_OF_RANGE);
    backend.resize(SIZE_BYTES);
    assertThat(thread.bytes(backend, 0, half))
        .isEqualTo(remembers() ? Arrays.copyOf(bytes, half) : new byte[half]);
    assertThat(thread.bytes(backend, half, SIZE_BYTES - half)).containsOnly(0);
  }

  @Test
  void keepsItsSizeIfItCannotHaveAnother() {
    for (long size : new long[] {0, -4096}) {
      assertThatThrownBy(() -> backend.resize(size))
          .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class);
    }
    assertThat(backend.sizeBytes()).isEqualTo(SIZE_BYTES);
  }

  @Test
  void closingWaitsForTheLastLease() throws Exception {
    MemoryPieces lent = new MemoryPieces();
    assertThat(thread.read(backend, 0, 131072, lent)).isZero();
    CompletableFuture<Void> closed = backend.close();
    assertThat(closed).isNotDone();
    assertThat(SessionThread.copy(lent)).containsOnly(0);
    lent.release();
    closed.get(10, TimeUnit.SECONDS);
    assertThat(backend.close()).isCompleted();
  }

  @Test
  void refusesEverythingOnceClosed() throws Exception {
    backend.close().get(10, TimeUnit.SECONDS);
    MemoryPieces pieces = new MemoryPieces();
    assertThat(thread.read(backend, 0, 4096, pieces)).isEqualTo(Status.NAMESPACE_NOT_READY);
    assertThat(pieces.count()).isZero();
    assertThat(thread.write(backend, 0, new byte[4096], false))
        .isEqualTo(Status.NAMESPACE_NOT_READY);
    assertThat(thread.flush(backend)).isEqualTo(Status.NAMESPACE_NOT_READY);
  }

  /** Each writer fills whole blocks with one value: a reader must never see two in one block. */
  @Test
  void neverShowsHalfOfABlockToAReader() throws Exception {
    int blocks = 64;
    int rounds = 600;
    Thread[] writers = new Thread[2];
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (int w = 0; w < writers.length; w++) {
      int seed = w;
      writers[w] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    SessionThread own = new SessionThread();
                    SplittableRandom random = new SplittableRandom(seed);
                    byte[] bytes = new byte[4096];
                    for (int i = 0; i < rounds; i++) {
                      Arrays.fill(bytes, (byte) random.nextInt(1, 100));
                      int status = own.write(backend, 4096L * random.nextInt(blocks), bytes, false);
                      if (status != 0) {
                        failed.completeExceptionally(new AssertionError("status " + status));
                      }
                    }
                  });
    }
    SplittableRandom random = new SplittableRandom(99);
    while (writers[0].isAlive() || writers[1].isAlive()) {
      int count = 1 + random.nextInt(8);
      int first = random.nextInt(blocks - count + 1);
      byte[] seen = thread.bytes(backend, 4096L * first, 4096 * count);
      for (int b = 0; b < count; b++) {
        for (int i = 1; i < 4096; i++) {
          if (seen[b * 4096 + i] != seen[b * 4096]) {
            throw new AssertionError("block " + (first + b) + " is torn at " + i);
          }
        }
      }
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failed).isNotCompletedExceptionally();
  }
}
