package io.nvmetcp.initiator.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.health.ReplayPolicy.Replay;
import io.nvmetcp.nvme.Status;
import org.junit.jupiter.api.Test;

/** Which commands are sent a second time. */
class ReplayPolicyTest {
  private static final ReplayPolicy NONE = new ReplayPolicy(false, false, false, 100);
  private static final ReplayPolicy READS = new ReplayPolicy(true, true, false, 100);
  private static final ReplayPolicy WRITES = new ReplayPolicy(true, false, true, 100);

  private record Sent(boolean sentBefore) implements ParkedCommands.Command {
    @Override
    public int association() {
      return 1;
    }
  }

  @Test
  void whatWasLostIsSentAgainAsItsKindMayBe() {
    assertThat(NONE.lost(true, true)).isEqualTo(Replay.NEVER);
    assertThat(NONE.lost(false, true)).isEqualTo(Replay.NEVER);
    assertThat(READS.lost(true, true)).isEqualTo(Replay.AT_ONCE);
    assertThat(READS.lost(false, true)).isEqualTo(Replay.NEVER);
    assertThat(WRITES.lost(true, true)).isEqualTo(Replay.NEVER);
    assertThat(WRITES.lost(false, true)).isEqualTo(Replay.AFTER_QUIESCE);
  }

  @Test
  void whatMustNotBeSentTwiceIsNotWhateverTheOptionsSay() {
    assertThat(READS.lost(true, false)).isEqualTo(Replay.NEVER);
    assertThat(WRITES.lost(false, false)).isEqualTo(Replay.NEVER);
  }

  @Test
  void whatWasSentBeforeWaitsAlsoWhereNewCommandsDoNot() {
    assertThat(NONE.waits(new Sent(false))).isFalse();
    assertThat(NONE.waits(new Sent(true))).isTrue();
    assertThat(READS.waits(new Sent(false))).isTrue();
  }

  @Test
  void theQuiesceIsAsLongAsTheSlowerOfBothAsks() {
    assertThat(NONE.quiesceNs(1000, false, 50)).isEqualTo(KeepAlive.quiesceNs(1000, false, 100));
    assertThat(NONE.quiesceNs(1000, true, 500)).isEqualTo(KeepAlive.quiesceNs(1000, true, 500));
  }

  @Test
  void aFailureIsTriedAgainWhileItMayBe() {
    int failed = Status.INTERNAL_ERROR;
    assertThat(ReplayPolicy.triesAgain(failed, 1, false)).isTrue();
    assertThat(ReplayPolicy.triesAgain(failed, 0, true)).isFalse();
    assertThat(ReplayPolicy.triesAgain(failed | Status.DNR, 1, true)).isFalse();
  }

  @Test
  void aWriteWhoseAnswerLeavesItInDoubtIsNotTriedAgain() {
    int doubt = Status.COMMAND_ID_CONFLICT;
    assertThat(ReplayPolicy.triesAgain(doubt, 1, false)).isFalse();
    assertThat(ReplayPolicy.triesAgain(doubt, 1, true)).isTrue();
  }
}
