package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SubmissionWindowTest {
  private static final int ENTRIES = 8;

  private final SubmissionWindow window = new SubmissionWindow(ENTRIES);

  private void submit(int commands) {
    for (int i = 0; i < commands; i++) {
      window.submitted();
    }
  }

  @Test
  void withoutFlowControlEveryEntryMayBeOutstanding() {
    window.flowControl(false);
    assertThat(window.limit()).isEqualTo(ENTRIES);
    submit(5);
    assertThat(window.room(5)).isEqualTo(3);
    assertThat(window.head(3)).isTrue();
    assertThat(window.head(0x1234)).as("reserved then").isTrue();
    assertThat(window.room(0)).isEqualTo(ENTRIES);
  }

  @Test
  void anEntryIsNotUsedAgainBeforeTheHeadPassedIt() {
    assertThat(window.room(0)).isEqualTo(7);
    submit(7);
    assertThat(window.room(7)).isZero();
    assertThat(window.head(0)).isTrue();
    assertThat(window.room(6)).as("one has ended, but its entry is not free").isZero();
    assertThat(window.head(3)).isTrue();
    assertThat(window.room(5)).as("identifiers for two, entries for three").isEqualTo(2);
    assertThat(window.room(0)).isEqualTo(3);
  }

  @Test
  void anOlderHeadMovesNothing() {
    submit(6);
    assertThat(window.head(5)).isTrue();
    assertThat(window.head(2)).isTrue();
    assertThat(window.room(1)).isEqualTo(6);
  }

  @Test
  void aHeadOutsideTheQueueIsNone() {
    submit(1);
    assertThat(window.head(ENTRIES)).isFalse();
    assertThat(window.head(0xFFFE)).isFalse();
    assertThat(window.head(0xFFFF)).as("what Connect may answer").isTrue();
    assertThat(window.room(1)).isEqualTo(6);
  }

  @Test
  void noMoreIsEmittedThanTwiceTheEntriesBeforeTheSocketTookIt() {
    window.flowControl(false);
    submit(ENTRIES - 1);
    assertThat(window.awaitsFlush()).isFalse();
    submit(1);
    assertThat(window.awaitsFlush()).as("in time, so that nobody has to wait").isTrue();
    assertThat(window.room(0)).isEqualTo(ENTRIES);
    submit(ENTRIES - 2);
    assertThat(window.room(0)).isEqualTo(2);
    submit(2);
    assertThat(window.room(0)).isZero();
    assertThat(window.flushed()).isTrue();
    assertThat(window.awaitsFlush()).isFalse();
    assertThat(window.room(0)).isEqualTo(ENTRIES);
    submit(1);
    assertThat(window.flushed()).as("nobody waited").isFalse();
  }

  @Test
  void keepsToTheHeadOverManyRounds() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    long tail = 0;
    long head = 0;
    for (int step = 0; step < 20_000; step++) {
      int live = random.nextInt((int) (tail - head) + 1);
      int room = window.room(live);
      assertThat(tail + room - head).as("seed %d", seed).isLessThanOrEqualTo(ENTRIES - 1);
      assertThat(live + room).as("seed %d", seed).isLessThanOrEqualTo(ENTRIES - 1);
      int sent = random.nextInt(room + 1);
      submit(sent);
      boolean unused = window.flushed();
      tail += sent;
      head += random.nextLong(tail - head + 1);
      assertThat(window.head((int) (head % ENTRIES))).isTrue();
    }
    assertThat(tail).isGreaterThan(ENTRIES);
  }
}
