package io.nvmetcp.target.backend;

import static io.nvmetcp.target.backend.MemoryBackend.PAGE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryBackendTest extends StorageBackendContract {
  private MemoryBackend memory() {
    return (MemoryBackend) backend;
  }

  @Override
  StorageBackend open() {
    return new MemoryBackend(SIZE_BYTES);
  }

  @Test
  void takesNoPageBeforeTheFirstWrite() {
    assertThat(thread.bytes(backend, 0, SIZE_BYTES)).containsOnly(0);
    assertThat(memory().pagesInUse()).isZero();
    assertThat(thread.write(backend, PAGE_BYTES - 512, new byte[1024], false)).isZero();
    assertThat(memory().pagesInUse()).isEqualTo(2);
  }

  @Test
  void lendsPagesWithoutACopy() {
    byte[] bytes = SessionThread.pattern(PAGE_BYTES, 1);
    assertThat(thread.write(backend, 0, bytes, false)).isZero();
    MemoryPieces one = new MemoryPieces();
    MemoryPieces two = new MemoryPieces();
    assertThat(thread.read(backend, 0, PAGE_BYTES, one)).isZero();
    assertThat(thread.read(backend, 4096, 4096, two)).isZero();
    assertThat(two.segment(0)).isSameAs(one.segment(0));
    assertThat(two.offset(0)).isEqualTo(4096);
    one.release();
    two.release();
  }

  @Test
  void swapsAPageThatIsReadAndReusesItAfterTheLastReader() {
    assertThat(thread.write(backend, 0, SessionThread.pattern(PAGE_BYTES, 1), false)).isZero();
    MemoryPieces first = new MemoryPieces();
    MemoryPieces second = new MemoryPieces();
    assertThat(thread.read(backend, 0, 4096, first)).isZero();
    assertThat(thread.read(backend, 0, 4096, second)).isZero();
    assertThat(thread.write(backend, 0, SessionThread.pattern(512, 2), false)).isZero();
    assertThat(memory().pagesInUse()).isEqualTo(2);
    first.release();
    assertThat(memory().pagesInUse()).isEqualTo(2);
    second.release();
    assertThat(memory().pagesInUse()).isEqualTo(1);
  }

  @Test
  void aReusedPageShowsNothingOfItsPast() {
    assertThat(thread.write(backend, 0, SessionThread.pattern(PAGE_BYTES, 1), false)).isZero();
    MemoryPieces lent = new MemoryPieces();
    assertThat(thread.read(backend, 0, 4096, lent)).isZero();
    assertThat(thread.write(backend, 0, SessionThread.pattern(512, 2), false)).isZero();
    lent.release();
    assertThat(thread.write(backend, PAGE_BYTES, SessionThread.pattern(512, 3), false)).isZero();
    assertThat(thread.bytes(backend, PAGE_BYTES + 512, PAGE_BYTES - 512)).containsOnly(0);
  }

  /** Leases are held across the writes of another thread, as a slow socket would. */
  @Test
  void whatIsLentStaysAsItWasWhileAnotherThreadWrites() throws Exception {
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  SessionThread own = new SessionThread();
                  SplittableRandom random = new SplittableRandom(3);
                  for (int i = 0; i < 3000; i++) {
                    int length = 512 << random.nextInt(6);
                    long offset = 512L * random.nextInt((SIZE_BYTES - length) / 512);
                    if (own.write(backend, offset, SessionThread.pattern(length, i), false) != 0) {
                      throw new AssertionError("a write failed");
                    }
                  }
                });
    record Lent(MemoryPieces pieces, byte[] before) {}
    ArrayDeque<Lent> held = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(4);
    while (writer.isAlive()) {
      MemoryPieces pieces = new MemoryPieces();
      int length = 4096 * (1 + random.nextInt(40));
      long offset = 512L * random.nextInt((SIZE_BYTES - length) / 512);
      assertThat(thread.read(backend, offset, length, pieces)).isZero();
      held.add(new Lent(pieces, SessionThread.copy(pieces)));
      if (held.size() > 16) {
        Lent oldest = held.remove();
        assertThat(SessionThread.copy(oldest.pieces)).isEqualTo(oldest.before);
        oldest.pieces.release();
      }
    }
    writer.join();
    held.forEach(lent -> lent.pieces.release());
    assertThat(memory().pagesInUse()).isLessThanOrEqualTo(SIZE_BYTES / PAGE_BYTES);
  }

  @Test
  void aPageThatItLentForAWriteBecomesThePageOfTheNamespace() {
    MemoryPieces lent = new MemoryPieces();
    assertThat(memory().prepareWrite(PAGE_BYTES, 2 * PAGE_BYTES, lent)).isTrue();
    assertThat(memory().pagesInUse()).isEqualTo(2);
    lent.fill(0, MemorySegment.ofArray(SessionThread.pattern(PAGE_BYTES, 1)), 0, PAGE_BYTES);
    assertThat(thread.await(done -> backend.write(PAGE_BYTES, lent, false, thread, done))).isZero();
    MemoryPieces read = new MemoryPieces();
    assertThat(thread.read(backend, PAGE_BYTES, 4096, read)).isZero();
    assertThat(read.segment(0)).isSameAs(lent.segment(0));
    lent.release();
    read.release();
    assertThat(memory().pagesInUse()).isEqualTo(2);
    assertThat(memory().prepareWrite(512, PAGE_BYTES, lent)).isFalse();
    assertThat(memory().prepareWrite(0, 4096, lent)).isFalse();
  }

  @Test
  void lendsSoManySparePagesAndNoMore() {
    int most = SIZE_BYTES / PAGE_BYTES + 512;
    MemoryPieces lent = new MemoryPieces();
    assertThat(memory().prepareWrite(0, SIZE_BYTES, lent)).isTrue();
    List<MemoryPieces> more = new ArrayList<>();
    MemoryPieces next = new MemoryPieces();
    while (memory().prepareWrite(0, 4 * PAGE_BYTES, next)) {
      more.add(next);
      next = new MemoryPieces();
    }
    assertThat(next.count()).isZero();
    assertThat(memory().pagesInUse()).isEqualTo(most);
    more.removeLast().release();
    assertThat(memory().prepareWrite(0, 2 * PAGE_BYTES, next)).isTrue();
    next.release();
    lent.release();
    more.forEach(MemoryPieces::release);
    assertThat(memory().pagesInUse()).isZero();
  }

  @Test
  void whatWasLentForAWriteAndComesBackUnusedIsReused() {
    MemoryPieces lent = new MemoryPieces();
    assertThat(memory().prepareWrite(0, PAGE_BYTES, lent)).isTrue();
    lent.release();
    assertThat(memory().pagesInUse()).isZero();
    assertThat(thread.bytes(backend, 0, PAGE_BYTES)).containsOnly(0);
  }

  @Test
  void readsForDigestsWhatChangedSinceTheyWereAskedForAndNothingElse() {
    assertThat(thread.write(backend, 0, SessionThread.pattern(PAGE_BYTES, 1), false)).isZero();
    CountingDigest digest = new CountingDigest();
    assertThat(bytesRead(digest, 0, PAGE_BYTES)).isEqualTo(PAGE_BYTES);
    assertThat(bytesRead(digest, 0, PAGE_BYTES)).isZero();
    assertThat(bytesRead(digest, 8192, 16384)).isZero();
    assertThat(thread.write(backend, 4096 + 512, SessionThread.pattern(512, 2), false)).isZero();
    assertThat(bytesRead(digest, 0, PAGE_BYTES)).isEqualTo(4096);
    assertThat(thread.await(done -> backend.zero(6144, 4096, false, thread, done))).isZero();
    assertThat(bytesRead(digest, 0, PAGE_BYTES)).isEqualTo(8192);
    // What is not whole 4096 bytes is read each time.
    assertThat(bytesRead(digest, 512, 8192)).isEqualTo(4096);
    assertThat(bytesRead(digest, 512, 8192)).isEqualTo(4096);
  }

  /** A page that was lent, given back and lent again, and one that takes another's place. */
  @Test
  void keepsNoDigestOfAPagesPast() {
    CountingDigest digest = new CountingDigest();
    for (int round = 0; round < 4; round++) {
      MemoryPieces held = new MemoryPieces();
      assertThat(thread.read(backend, 0, PAGE_BYTES, held)).isZero();
      if (round % 2 == 0) {
        byte[] bytes = SessionThread.pattern(PAGE_BYTES, round);
        assertThat(thread.write(backend, 0, bytes, false)).isZero();
      } else {
        MemoryPieces lent = new MemoryPieces();
        assertThat(memory().prepareWrite(0, PAGE_BYTES, lent)).isTrue();
        byte[] bytes = SessionThread.pattern(PAGE_BYTES, round);
        lent.fill(0, MemorySegment.ofArray(bytes), 0, PAGE_BYTES);
        assertThat(thread.await(done -> backend.write(0, lent, false, thread, done))).isZero();
        lent.release();
      }
      held.release();
      assertThat(bytesRead(digest, 0, PAGE_BYTES)).isEqualTo(PAGE_BYTES);
      assertThat(bytesRead(digest, 0, PAGE_BYTES)).isZero();
    }
  }

  // How much the digest of a range takes to read, after it was found to be right.
  private int bytesRead(CountingDigest digest, long offset, int length) {
    MemoryPieces pieces = new MemoryPieces();
    assertThat(thread.read(backend, offset, length, pieces)).isZero();
    digest.bytes = 0;
    int kept = pieces.digests(0).crc32c(pieces.offset(0), length, digest);
    int read = digest.bytes;
    digest.reset();
    digest.update(pieces.segment(0), pieces.offset(0), length);
    assertThat(kept).isEqualTo(digest.value());
    pieces.release();
    return read;
  }

  @Test
  void refusesASizeThatCannotBe() {
    assertThatThrownBy(() -> new MemoryBackend(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MemoryBackend(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesASizeWhosePagesTheHeapCannotList() throws Exception {
    long heapBytes = Runtime.getRuntime().maxMemory();
    assumeTrue(heapBytes < 8L << 30, "so large a heap lists as many as there may be");
    long large = heapBytes / 4 * PAGE_BYTES;
    assertThatThrownBy(() -> new MemoryBackend(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no room for the list of its pages");
    assertThatThrownBy(() -> memory().resize(large)).isInstanceOf(IllegalArgumentException.class);
    assertThat(backend.sizeBytes()).isEqualTo(SIZE_BYTES);
  }
}
