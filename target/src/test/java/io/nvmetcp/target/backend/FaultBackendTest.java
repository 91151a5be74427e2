package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract holds with rules that concern nothing; the rest is about those that strike. */
class FaultBackendTest extends StorageBackendContract {
  private static final int BLOCK = 4096;

  @Override
  StorageBackend open() {
    return faulty(
        "read@999999-:status=2/81", "write:status=2/80:rate=1e-300", "zero:silence:script=.");
  }

  private static FaultBackend faulty(String... rules) {
    return new FaultBackend(
        new MemoryBackend(SIZE_BYTES), Stream.of(rules).map(FaultRule::parse).toList(), BLOCK);
  }

  private int readStatus(StorageBackend from, int block, int blocks) {
    MemoryPieces pieces = new MemoryPieces();
    int status = thread.read(from, (long) block * BLOCK, blocks * BLOCK, pieces);
    assertThat(pieces.count() > 0).isEqualTo(status == 0);
    pieces.release();
    return status;
  }

  @Test
  void failsWhatTouchesItsBlocks() {
    FaultBackend bad = faulty("read@10-19:status=2/81:dnr");
    assertThat(readStatus(bad, 0, 10)).isZero();
    assertThat(readStatus(bad, 0, 11)).isEqualTo(Status.UNRECOVERED_READ_ERROR | Status.DNR);
    assertThat(readStatus(bad, 19, 3)).isEqualTo(Status.UNRECOVERED_READ_ERROR | Status.DNR);
    assertThat(readStatus(bad, 20, 1)).isZero();
    assertThat(thread.write(bad, 15L * BLOCK, new byte[BLOCK], false)).isZero();
    assertThat(bad.struck()).isEqualTo(2);
    assertThat(bad.close()).isCompleted();
  }

  @Test
  void whatFailsHasNotTouchedTheStorage() {
    FaultBackend bad = faulty("write:status=2/80:times=1");
    byte[] bytes = SessionThread.pattern(BLOCK, 1);
    assertThat(thread.write(bad, 0, bytes, false)).isEqualTo(Status.WRITE_FAULT);
    assertThat(thread.bytes(bad, 0, BLOCK)).containsOnly(0);
    assertThat(thread.write(bad, 0, bytes, false)).isZero();
    assertThat(thread.bytes(bad, 0, BLOCK)).isEqualTo(bytes);
    assertThat(bad.close()).isCompleted();
  }

  @Test
  void aFlushHasNoBlocks() {
    FaultBackend bad = faulty("any@0-:status=0/06", "any@5-9:status=2/81");
    assertThat(thread.flush(bad)).isEqualTo(Status.INTERNAL_ERROR);
    FaultBackend partly = faulty("any@5-9:status=2/81");
    assertThat(thread.flush(partly)).isZero();
    assertThat(partly.close()).isCompleted();
    assertThat(bad.close()).isCompleted();
  }

  @Test
  void followsItsScriptAndBeginsAnew() {
    FaultBackend bad = faulty("read:status=2/81:script=..x", "flush+write:status=0/06:script=x.");
    List<Boolean> failed = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      failed.add(readStatus(bad, 0, 1) != 0);
    }
    assertThat(failed).containsExactly(false, false, true, false, false, true, false);
    assertThat(thread.flush(bad)).isEqualTo(Status.INTERNAL_ERROR);
    assertThat(thread.flush(bad)).isZero();
    assertThat(bad.close()).isCompleted();
  }

  @Test
  void strikesAtItsRateAndTheSameSeedStrikesTheSame() {
    List<List<Integer>> runs = new ArrayList<>();
    for (String seed : List.of("4", "4", "5")) {
      FaultBackend bad = faulty("read:status=2/81:rate=0.1:seed=" + seed);
      List<Integer> failed = new ArrayList<>();
      for (int i = 0; i < 4000; i++) {
        if (readStatus(bad, 0, 1) != 0) {
          failed.add(i);
        }
      }
      assertThat(failed).hasSizeBetween(320, 480);
      runs.add(failed);
      assertThat(bad.close()).isCompleted();
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
  }

  @Test
  void isSilentUntilItCloses() throws Exception {
    FaultBackend mute = faulty("read:silence:times=2");
    List<Integer> outcomes = new ArrayList<>();
    MemoryPieces pieces = new MemoryPieces();
    mute.read(0, BLOCK, pieces, thread, outcomes::add);
    mute.read(0, BLOCK, pieces, thread, outcomes::add);
    assertThat(readStatus(mute, 0, 1)).isZero();
    assertThat(outcomes).isEmpty();
    assertThat(mute.struck()).isEqualTo(2);
    CompletableFuture<Void> closing = mute.close();
    assertThat(closing).as("closed before everybody was told").isNotDone();
    thread.runWhatWaits();
    assertThat(outcomes).containsExactly(Status.NAMESPACE_NOT_READY, Status.NAMESPACE_NOT_READY);
    closing.get(10, TimeUnit.SECONDS);
    assertThat(thread.flush(mute)).isEqualTo(Status.NAMESPACE_NOT_READY);
    assertThat(pieces.count()).isZero();
  }

  @Test
  void isNotSilentToMoreThanItCanRemember() {
    FaultBackend mute = faulty("flush:silence");
    List<Integer> outcomes = new ArrayList<>();
    for (int i = 0; i < FaultBackend.MOST_SILENT + 3; i++) {
      mute.flush(Runnable::run, outcomes::add);
    }
    assertThat(outcomes).hasSize(3).containsOnly(Status.COMMAND_INTERRUPTED);
    assertThat(mute.close()).isCompleted();
    assertThat(outcomes).hasSize(FaultBackend.MOST_SILENT + 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "any:silence",
        "read@5:status=2/81",
        "read+write@5-:status=2/81:dnr:rate=0.25:seed=9:script=x..:times=3",
        "compare+compare-and-write@0-9:status=0/22:times=1",
      })
  void readsWhatItWrites(String text) {
    assertThat(FaultRule.parse(text).text()).isEqualTo(text);
    assertThat(FaultRule.parse(text)).isEqualTo(FaultRule.parse(FaultRule.parse(text).text()));
  }

  @ParameterizedTest
  @CsvSource({
    "read, there is neither a status nor silence",
    "format:silence, 'format' is no kind of operation",
    "read@x:silence, 'x' is no range of blocks",
    "read@9-5:silence, blocks 9 to 5",
    "read:status=281, '281' is no status",
    "read:status=0/00, a fault needs a status other than success",
    "read:silence:rate=0, rate 0.0 is not above 0",
    "read:silence:rate=2, rate 2.0 is not above 0",
    "read:silence:rate=-1, rate -1.0 is not above 0",
    "read:silence:rate=half, rate 'half' is not a number",
    "read:silence:script=1, script '1' is not made of . and x",
    "read:silence:times=0, times 0 is below 1",
    "read:silence:seed=, seed '' is not a number",
    "read:quiet, 'quiet' means nothing",
  })
  void saysWhatIsWrongWithARule(String text, String why) {
    assertThatThrownBy(() -> FaultRule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fault '" + text + "': ")
        .hasMessageContaining(why)
        .hasMessageContaining("KINDS[@FIRST-LAST]");
  }
}
