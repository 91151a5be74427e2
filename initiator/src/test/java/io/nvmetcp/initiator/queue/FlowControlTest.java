package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SQ flow control on a queue of four entries: what the head that the controller tells allows. */
class FlowControlTest {
  private static final int ENTRIES = 4;

  private final QueueHarness host =
      new QueueHarness(
          Device.NONE, false, false, TeardownMode.LAZY, ENTRIES, new ScriptedController());

  private void connect(boolean flowControl) {
    host.pair.initialize();
    host.exchange();
    host.pair.granted(4096, !flowControl);
  }

  private List<Outcome> flushes(int count) {
    List<Outcome> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(host.flush());
    }
    host.exchange();
    return sent;
  }

  private void respond(Outcome to, int sqhd) {
    host.controller.respond(to.cid, Status.SUCCESS, 0, sqhd);
    host.exchange();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(host.close()).isZero();
  }

  @Test
  void withFlowControlOneEntryStaysFree() {
    connect(true);
    List<Outcome> sent = flushes(4);
    assertThat(sent.get(2).cid).isNotNegative();
    assertThat(sent.get(3).cid).isEqualTo(QueuePair.QUEUE_FULL);
    assertThat(host.controller.commands()).hasSize(3);
  }

  @Test
  void aResponseWhoseHeadStandsStillMakesNoRoom() {
    connect(true);
    List<Outcome> sent = flushes(3);
    respond(sent.get(0), 0);
    assertThat(sent.get(0)).hasToString("success");
    assertThat(host.flush().cid).isEqualTo(QueuePair.QUEUE_FULL);
    respond(sent.get(1), 2);
    assertThat(host.pair.room()).isEqualTo(2);
    assertThat(flushes(3))
        .extracting(outcome -> outcome.cid < 0)
        .containsExactly(false, false, true);
  }

  @Test
  void aControllerThatKeepsNoHeadDoesNotStopTheQueue() {
    connect(true);
    for (int round = 0; round < 10; round++) {
      List<Outcome> sent = flushes(3);
      sent.forEach(outcome -> respond(outcome, 0));
      assertThat(sent).allSatisfy(outcome -> assertThat(outcome).hasToString("success"));
    }
  }

  @Test
  void aHeadOutsideTheQueueIsAFault() {
    connect(true);
    Outcome sent = flushes(1).getFirst();
    respond(sent, ENTRIES);
    assertThat(host.events)
        .contains(
            "fault: invalid PDU header field (FES 1, FEI 16): SQHD 4 in a queue of 4 entries");
    assertThat(sent.calls).isEmpty();
  }

  @Test
  void withoutFlowControlTheHeadIsNotLookedAt() {
    connect(false);
    List<Outcome> sent = flushes(5);
    assertThat(sent.get(4).cid).isEqualTo(QueuePair.QUEUE_FULL);
    respond(sent.get(1), 0x7777);
    assertThat(host.flush().cid).isNotNegative();
    assertThat(host.events).containsExactly("initialized");
  }

  @Test
  void aControllerThatAnswersWhatItWasNotSentDoesNotMakeThisHostEmitForEver() {
    connect(false);
    int emitted = 0;
    while (emitted < 100) {
      Outcome sent = host.flush();
      if (sent.cid < 0) {
        break;
      }
      emitted++;
      // Nothing has left: the identifier is guessed.
      host.controller.respond(sent.cid, Status.SUCCESS, 0, 0);
      host.deliver(host.controller.take());
      assertThat(sent).hasToString("success");
    }
    assertThat(emitted).isEqualTo(2 * ENTRIES);
    assertThat(host.pair.outstanding()).isZero();
    assertThat(host.pair.awaitsFlush()).isTrue();
    int freed = host.slotsFreed;
    byte[] left = host.flushWire();
    assertThat(left).as("what was emitted").hasSizeGreaterThan(2 * ENTRIES * 64);
    assertThat(host.slotsFreed).as("told that there is room again").isEqualTo(freed + 1);
    assertThat(host.flush().cid).isNotNegative();
  }
}
