package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransferBufferPoolTest {
  private final TransferBufferPool pool = new TransferBufferPool(64 * 1024, 16 * 1024);

  private TransferBuffer acquire(int bytes) {
    return Objects.requireNonNull(pool.acquire(bytes));
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void roundsUpToItsSizeClass() {
    int[][] cases = {{1, 4096}, {4096, 4096}, {4097, 8192}, {8192, 8192}, {20000, 32768}};
    for (int[] pair : cases) {
      TransferBuffer buffer = acquire(pair[0]);
      assertThat(buffer.memory().byteSize()).isEqualTo(pair[1]);
      buffer.release();
    }
  }

  @Test
  void reusesWhatComesBack() {
    TransferBuffer first = acquire(4096);
    first.release();
    assertThat(acquire(1000)).isSameAs(first);
    first.release();
  }

  @Test
  void lendsNoMoreThanItsLimit() {
    TransferBuffer half = acquire(32 * 1024);
    TransferBuffer other = acquire(32 * 1024);
    assertThat(pool.acquire(1)).isNull();
    assertThat(pool.lentBytes()).isEqualTo(64 * 1024);
    half.release();
    acquire(4096).release();
    other.release();
    assertThat(pool.lentBytes()).isZero();
  }

  @Test
  void theLastEighthIsForThoseWhoHoldNothing() {
    assertThat(pool.grant(56 * 1024, true)).isTrue();
    assertThat(pool.grant(1, true)).isFalse();
    assertThat(pool.acquire(4096, true)).isNull();
    assertThat(pool.reserve(4096, true)).isNull();
    TransferBuffer first = acquire(4096);
    assertThat(pool.grant(4096, false)).isTrue();
    assertThat(pool.grant(1, false)).isFalse();
    first.release();
    pool.takeBack(60 * 1024);
    assertThat(pool.lentBytes()).isZero();
  }

  @Test
  void memoryOfOthersCountsAgainstItsLimit() {
    Lease reserved = Objects.requireNonNull(pool.reserve(60 * 1024, false));
    assertThat(pool.lentBytes()).isEqualTo(60 * 1024);
    assertThat(pool.acquire(8192)).isNull();
    assertThat(pool.reserve(8192, false)).isNull();
    acquire(4096).release();
    reserved.release();
    assertThat(pool.lentBytes()).isZero();
    pool.close();
    assertThat(pool.reserve(1, false)).isNull();
  }

  @Test
  void freesWhatComesBackBeyondWhatItKeeps() {
    TransferBuffer large = acquire(32 * 1024);
    large.release();
    assertThat(large.memory().scope().isAlive()).isFalse();
  }

  @Test
  void freesWhatComesBackAfterItWasClosed() {
    TransferBuffer kept = acquire(4096);
    TransferBuffer lent = acquire(4096);
    kept.release();
    pool.close();
    assertThat(kept.memory().scope().isAlive()).isFalse();
    assertThat(lent.memory().scope().isAlive()).isTrue();
    lent.release();
    assertThat(lent.memory().scope().isAlive()).isFalse();
    assertThat(pool.acquire(1)).isNull();
  }

  @Test
  void refusesSizesThatNoClassHas() {
    assertThatThrownBy(() -> pool.acquire(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pool.acquire((16 << 20) + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
