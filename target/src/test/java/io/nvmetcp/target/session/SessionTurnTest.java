package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much a connection takes at a time, and what makes it stop and go on. */
class SessionTurnTest {
  private final DeferredBackend slow = new DeferredBackend(new MemoryBackend(1 << 24));
  private final SessionHarness.World slowWorld = new SessionHarness.World(slow);
  private final SessionHarness.World world = new SessionHarness.World(new MemoryBackend(1 << 24));

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    assertThat(slowWorld.buffers.lentBytes()).isZero();
    world.close();
    slowWorld.buffers.close();
  }

  private static SessionOptions turn(int commands, int bytes) {
    return SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withTurn(commands, bytes));
  }

  private static SessionHarness io(SessionHarness.World world, SessionOptions options) {
    return SessionHarness.io(world, options, false, false, false);
  }

  @Test
  void takesNoMoreCommandsInATurnThanItsShare() {
    SessionHarness io = io(world, turn(10, 1 << 30));
    for (int cid = 0; cid < 25; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    io.turnByTurn = true;
    assertThat(io.turn().transcript()).hasSize(10);
    assertThat(io.nextTurn().transcript()).hasSize(10);
    assertThat(io.nextTurn().transcript()).hasSize(5);
    assertThat(io.tasks).isEmpty();
    assertThat(io.counters.get(Counter.TURNS_CUT)).isEqualTo(2);
    assertThat(io.counters.get(Counter.STALLS)).isZero();
  }

  @Test
  void countsTheBytesOfBothDirectionsInATurn() {
    SessionHarness io = io(world, turn(1000, 5 * BLOCK));
    for (int cid = 0; cid < 10; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    io.turnByTurn = true;
    assertThat(io.turn().transcript()).hasSize(5);
    assertThat(io.nextTurn().transcript()).hasSize(5);

    for (int cid = 0; cid < 10; cid++) {
      io.host.writeInCapsule(cid, 0, new byte[BLOCK], BLOCK);
    }
    assertThat(io.turn().transcript()).hasSize(4);
    List<String> rest = new ArrayList<>();
    while (!io.tasks.isEmpty()) {
      rest.addAll(io.nextTurn().transcript());
    }
    assertThat(rest).hasSize(6);
  }

  @Test
  void takesNoNewCommandsWhileTheHostDoesNotTakeItsAnswers() {
    SessionHarness io = io(world, SessionOptions.DEFAULT);
    for (int cid = 0; cid < 10; cid++) {
      io.host.read(cid, 0, 256, BLOCK);
    }
    io.turnByTurn = true;
    io.outputRoomBytes = 0;
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(io.tasks).isEmpty();
    assertThat(io.counters.get(Counter.OUTPUT_STALLS)).isEqualTo(1);
    io.session.turnEnd(0);
    assertThat(io.tasks).as("the output is still full").isEmpty();
    io.outputRoomBytes = Long.MAX_VALUE;
    io.session.turnEnd(0);
    int answers = 0;
    while (!io.tasks.isEmpty()) {
      answers += io.nextTurn().transcript().size();
    }
    assertThat(answers).isEqualTo(10);
    assertThat(io.closings).isEmpty();
  }

  @Test
  void takesOnlySoManyCommandsAtATimeAsTheOutputHasRoomForTheirLargestAnswers() {
    SessionHarness io = io(world, SessionOptions.DEFAULT);
    for (int cid = 0; cid < 10; cid++) {
      io.host.read(cid, 0, 256, BLOCK);
    }
    byte[] stream = io.host.take();
    io.outputRoomBytes = 3 << 20;
    // The machine asks again after each step: a shell that fills up shows it.
    io.outputShrinks = true;
    io.deliver(stream);
    assertThat(io.transcript()).hasSizeLessThanOrEqualTo(4).isNotEmpty();
    assertThat(io.counters.get(Counter.OUTPUT_STALLS)).isEqualTo(1);
    io.session.closed("test");
  }

  @Test
  void takesNoNewCommandsWhileItsReadsAtTheBackEndHoldWhatAConnectionMay() {
    SessionHarness io =
        io(
            slowWorld,
            SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withMemoryBytes(4L * BLOCK)));
    for (int cid = 0; cid < 10; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    io.turn();
    assertThat(slow.waiting()).isEqualTo(4);
    assertThat(io.counters.get(Counter.OUTPUT_STALLS)).isEqualTo(1);
    // Not when they are done at the back end, but when the host has them.
    io.wire.keepLeases(true);
    slow.completeAll();
    assertThat(io.turn().transcript()).hasSize(4);
    assertThat(slow.waiting()).isZero();
    io.wire.releaseOne();
    io.turn();
    assertThat(slow.waiting()).isEqualTo(1);
    io.wire.keepLeases(false);
    io.wire.releaseAll();
    int answers = 4;
    do {
      slow.completeAll();
      answers += io.turn().transcript().size();
    } while (slow.waiting() > 0);
    assertThat(answers).isEqualTo(10);
    assertThat(io.closings).isEmpty();
  }

  @Test
  void goesOnWithTheReadThatMakesRoomAndNotWithTheFirstThatComesBack() {
    SessionHarness io =
        io(
            slowWorld,
            SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withMemoryBytes(4L * BLOCK)));
    for (int cid = 0; cid < 3; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    // One answer more than there is room for may be there.
    io.host.read(3, 0, 4, BLOCK);
    io.host.read(4, 0, 1, BLOCK);
    io.turn();
    io.wire.keepLeases(true);
    slow.completeAll();
    assertThat(io.turn().transcript()).hasSize(4);
    for (int back = 0; back < 3; back++) {
      io.wire.releaseOne();
      assertThat(io.turn().transcript()).isEmpty();
      assertThat(slow.waiting()).isZero();
    }
    io.wire.keepLeases(false);
    io.wire.releaseAll();
    io.turn();
    assertThat(slow.waiting()).isEqualTo(1);
    slow.completeAll();
    assertThat(io.turn().transcript()).hasSize(1);
  }

  @Test
  void readsBeyondWhatAllMayHoldAreToldToRetryAndTheFirstOfAnotherIsServed() {
    SessionHarness greedy = io(slowWorld, SessionOptions.DEFAULT);
    SessionHarness modest = io(slowWorld, SessionOptions.DEFAULT);
    int megabyte = (1 << 20) / BLOCK;
    for (int cid = 0; cid < 20; cid++) {
      greedy.host.read(cid, 0, megabyte, BLOCK);
    }
    List<String> refused = greedy.turn().transcript();
    assertThat(slow.waiting()).isEqualTo(14);
    assertThat(slowWorld.buffers.lentBytes()).isEqualTo(14L << 20);
    assertThat(refused)
        .hasSize(6)
        .allSatisfy(line -> assertThat(line).endsWith(" %x".formatted(Status.COMMAND_INTERRUPTED)));
    modest.host.read(1, 0, 1, BLOCK);
    modest.turn();
    assertThat(slow.waiting()).isEqualTo(15);
    // What is lent for a read that nobody waits for any more comes back with it.
    greedy.session.closed("test");
    assertThat(slowWorld.buffers.lentBytes()).isGreaterThan(14L << 20);
    slow.completeAll();
    greedy.turn();
    assertThat(modest.turn().transcript()).containsExactly("data 1 4096 bytes flags c");
  }

  @Test
  void dataOfCommandsIsTakenWhileTheSlotsAreFull() {
    SessionHarness io = new SessionHarness(slowWorld, SessionOptions.DEFAULT);
    int cntlid = new SessionHarness(slowWorld, SessionOptions.DEFAULT).admin(false, false);
    io.initialize(false, false, 0);
    io.connectIo(1, cntlid, true, 3);
    int slots = 4 + 32;
    io.host.writeByR2t(500, 0, BLOCK, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    assertThat(r2t.type()).isEqualTo(PduType.R2T);
    for (int cid = 1; cid < slots; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    io.turn();
    io.host.h2cData(500, r2t.ttag(), 0, new byte[BLOCK], true);
    io.turn();
    // It went to the back end although no slot is free.
    assertThat(slow.waiting()).isEqualTo(slots);
    assertThat(io.counters.get(Counter.STALLS)).isZero();
    io.host.read(600, 0, 1, BLOCK);
    io.turn();
    assertThat(io.counters.get(Counter.STALLS)).isEqualTo(1);
    slow.completeAll();
    io.turn();
    slow.completeAll();
    assertThat(io.turn().transcript()).contains("resp 500 0", "resp 600 0");
  }

  @Test
  void aHeldAnswerIsAReasonToWaitAndNotToHangUp() {
    SessionHarness io =
        SessionHarness.io(
            world,
            SessionOptions.DEFAULT.withSchedule(Schedule.parse("hold:1:10")),
            false,
            false,
            true);
    for (int cid = 0; cid < 80; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(io.counters.get(Counter.STALLS)).isEqualTo(1);
    assertThat(io.closings).isEmpty();
    assertThat(io.pass(10_000_000).transcript()).hasSize(2 * 64);
    assertThat(io.pass(10_000_000).transcript()).hasSize(2 * 16);
  }

  @Test
  void aDrainedQueueFinishesWhatItHasAndTakesNothingNew() {
    SessionHarness io = io(slowWorld, SessionOptions.DEFAULT);
    io.host.read(1, 0, 1, BLOCK);
    io.host.writeByR2t(2, 0, BLOCK, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    io.session.drain();
    io.pass(0);
    assertThat(io.closings).isEmpty();
    io.host.h2cData(2, r2t.ttag(), 0, new byte[BLOCK], true);
    io.host.read(3, 0, 1, BLOCK);
    io.turn();
    slow.completeOne();
    assertThat(io.turn().transcript()).containsExactly("data 1 4096 bytes flags c");
    assertThat(io.closings).isEmpty();
    slow.completeOne();
    assertThat(io.turn().transcript()).containsExactly("resp 2 0");
    assertThat(io.closings).containsExactly("drained");
    assertThat(io.lastWords).isTrue();
    assertThat(slow.waiting()).isZero();
  }

  @Test
  void aDrainedQueueDoesNotWaitForDataBehindANewCommand() {
    SessionHarness io = io(slowWorld, SessionOptions.DEFAULT);
    io.host.writeByR2t(2, 0, BLOCK, BLOCK);
    io.turn();
    io.session.drain();
    io.pass(0);
    assertThat(io.closings).isEmpty();
    io.host.read(3, 0, 1, BLOCK);
    io.turn();
    assertThat(io.closings).containsExactly("drained");
  }

  @Test
  void anIdleQueueIsDrainedAtOnceEventRequestsNotwithstanding() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    assertThat(admin.admin(false, false)).isPositive();
    admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, 7, 0, 0, 0, 0);
    assertThat(admin.turn().transcript()).isEmpty();
    admin.session.drain();
    admin.pass(0);
    assertThat(admin.closings).containsExactly("drained");
  }

  @Test
  void aConnectionThatDidNotConnectIsDrainedAtOnce() {
    SessionHarness early = new SessionHarness(world, SessionOptions.DEFAULT);
    early.initialize(false, false, 0);
    early.session.drain();
    early.pass(0);
    assertThat(early.closings).containsExactly("drained");
  }

  // A page that an answer holds is copied by whoever changes it, all 128 KiB of it.
  @Test
  void smallAnswersLetGoOfTheirMemoryBeforeACommandThatMayChangeIt() {
    SessionHarness io = io(world, SessionOptions.DEFAULT);
    io.host.read(1, 0, 1, BLOCK);
    io.host.read(2, 0, 1, BLOCK);
    int before = io.wire.settles();
    io.turn();
    int ofTurn = io.wire.settles() - before;
    io.host.read(1, 0, 1, BLOCK);
    io.host.writeInCapsule(2, 0, new byte[BLOCK], BLOCK);
    before = io.wire.settles();
    io.turn();
    assertThat(io.wire.settles() - before).isEqualTo(ofTurn + 1);
  }
}
