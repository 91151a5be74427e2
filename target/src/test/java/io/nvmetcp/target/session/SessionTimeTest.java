package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NQN;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.schedule.SchedulePolicy;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a session does because time passes; the time is a number here. */
class SessionTimeTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final SessionOptions HASTY =
      SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withTimeouts(50 * MS, 200 * MS));

  private final DeferredBackend slow = new DeferredBackend(new MemoryBackend(1 << 22));
  private final SessionHarness.World world = new SessionHarness.World(slow);

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.buffers.close();
  }

  @Test
  void endsAConnectionThatSendsNoIcReq() {
    SessionHarness silent = new SessionHarness(world, HASTY);
    assertThat(silent.session.deadlineNs()).isEqualTo(50 * MS);
    silent.pass(50 * MS - 1);
    assertThat(silent.closings).isEmpty();
    silent.pass(1);
    assertThat(silent.closings).containsExactly("no ICReq within 50 ms");
    assertThat(silent.lastWords).isFalse();
  }

  @Test
  void endsAConnectionThatSendsHalfAnIcReq() {
    SessionHarness half = new SessionHarness(world, HASTY);
    half.host.icReq(false, false, 0);
    half.deliver(Arrays.copyOf(half.host.take(), 127));
    half.pass(50 * MS);
    assertThat(half.closings).containsExactly("no ICReq within 50 ms");
  }

  @Test
  void endsAConnectionThatDoesNotConnect() {
    SessionHarness early = new SessionHarness(world, HASTY);
    early.pass(40 * MS);
    early.initialize(false, false, 0);
    early.host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, "nqn.unknown", true);
    early.turn();
    assertThat(early.session.deadlineNs()).isEqualTo(200 * MS);
    early.pass(160 * MS - 1);
    assertThat(early.closings).isEmpty();
    early.pass(1);
    assertThat(early.closings).containsExactly("no Connect within 200 ms");
  }

  @Test
  void endsAConnectWhoseDataNeverComes() {
    SessionHarness early = new SessionHarness(world, HASTY);
    early.initialize(false, false, 0);
    byte[] sqe = HostSide.connectSqe(4, 0, 31, true);
    Sgl.transport(sqe, 0, ConnectData.BYTES);
    early.host.capsule(sqe, SessionHarness.NOTHING);
    early.turn();
    assertThat(world.buffers.lentBytes()).isPositive();
    early.pass(200 * MS);
    assertThat(early.closings).containsExactly("no Connect within 200 ms");
  }

  @Test
  void hasNoDeadlineOnAnIdleIoQueue() {
    SessionHarness io = SessionHarness.io(world, HASTY, false, false, true);
    assertThat(io.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void endsAConnectionThatTakesNothingOfItsAnswers() {
    SessionHarness io =
        SessionHarness.io(
            world, HASTY.withLimits(HASTY.limits().withDataTimeout(300 * MS)), false, false, true);
    io.wire.keepLeases(true);
    io.host.read(1, 0, 1, BLOCK);
    io.host.read(2, 0, 1, BLOCK);
    io.turn();
    slow.completeAll();
    io.turn();
    assertThat(io.wire.leases()).isEqualTo(2);
    io.pass(200 * MS);
    io.wire.releaseOne();
    io.pass(300 * MS - 1);
    assertThat(io.closings).isEmpty();
    io.pass(300 * MS);
    assertThat(io.closings).containsExactly("the host took nothing of its answers for 300 ms");
    assertThat(world.buffers.lentBytes()).as("what is on its way").isEqualTo(BLOCK);
    io.wire.releaseAll();
  }

  @Test
  void hasNoDeadlineOnceTheAnswersAreTaken() {
    SessionHarness io = SessionHarness.io(world, HASTY, false, false, true);
    io.wire.keepLeases(true);
    io.host.read(1, 0, 1, BLOCK);
    io.turn();
    slow.completeAll();
    io.turn();
    io.wire.releaseAll();
    io.pass(1);
    assertThat(io.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
    io.pass(HASTY.limits().dataTimeoutNs());
    assertThat(io.closings).isEmpty();
  }

  private SessionHarness owing(int bytes) {
    SessionHarness io =
        SessionHarness.io(
            world, HASTY.withLimits(HASTY.limits().withDataTimeout(300 * MS)), false, false, true);
    io.host.writeByR2t(1, 0, bytes, BLOCK);
    io.turn();
    return io;
  }

  @Test
  void endsAConnectionThatOwesDataAndSendsNone() {
    SessionHarness io = owing(2 * BLOCK);
    HostSide.Pdu r2t = io.next();
    assertThat(io.session.deadlineNs()).isEqualTo(300 * MS);
    // Other traffic does not help; a part of the data does, even of a PDU.
    io.host.read(2, 0, 1, BLOCK);
    io.pass(200 * MS);
    io.host.h2cData(1, r2t.ttag(), 0, new byte[2 * BLOCK], true);
    byte[] data = io.host.take();
    io.deliver(Arrays.copyOf(data, 100));
    io.pass(300 * MS - 1);
    assertThat(io.closings).isEmpty();
    io.pass(1);
    assertThat(io.closings).containsExactly("nothing of the data that was asked for within 300 ms");
    assertThat(io.lastWords).isFalse();
    assertThat(world.buffers.lentBytes()).as("the read at the back end").isEqualTo(BLOCK);
    slow.completeAll();
    io.turn();
  }

  @Test
  void hasNoDeadlineOnceTheDataIsHere() {
    SessionHarness io = owing(BLOCK);
    io.host.h2cData(1, io.next().ttag(), 0, new byte[BLOCK], true);
    io.turn();
    assertThat(io.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
    io.pass(1000 * MS);
    assertThat(io.closings).isEmpty();
    slow.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
  }

  @Test
  void doesNotBlameTheHostForDataThatItDoesNotTake() {
    SessionHarness io = owing(BLOCK);
    HostSide.Pdu r2t = io.next();
    // More commands than there are entries stand before the data, and the back end is slow.
    for (int cid = 2; cid < 70; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    io.host.h2cData(1, r2t.ttag(), 0, new byte[BLOCK], true);
    io.turn();
    assertThat(io.unreadBuffers()).isPositive();
    for (int i = 0; i < 5; i++) {
      io.pass(299 * MS);
    }
    assertThat(io.closings).isEmpty();
    while (slow.waiting() > 0) {
      slow.completeAll();
      io.turn();
    }
    assertThat(io.transcript()).hasSize(2 * 68 + 1).contains("resp 1 0");
  }

  private SessionHarness admin(int katoMillis) {
    SessionHarness admin = new SessionHarness(world, HASTY);
    admin.initialize(false, false, 0);
    byte[] sqe = HostSide.connectSqe(1, 0, 31, true);
    LittleEndian.put32(sqe, 48, katoMillis);
    Sgl.inCapsule(sqe, 0, ConnectData.BYTES);
    admin.host.capsule(
        sqe,
        new ConnectData(HostSide.HOST_ID, Fabrics.CNTLID_DYNAMIC, NQN, HostSide.HOST_NQN).encode());
    assertThat(admin.turn().next().status()).isZero();
    admin.host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(admin.turn().next().status()).isZero();
    return admin;
  }

  @ParameterizedTest
  @CsvSource({"1,100", "100,100", "101,200", "5000,5000"})
  void roundsTheKeepAliveTimeoutUpToAHundredMilliseconds(int kato, long millis) {
    SessionHarness admin = admin(kato);
    assertThat(admin.session.deadlineNs()).isEqualTo(millis * MS);
    admin.pass(millis * MS);
    assertThat(admin.closings).isEmpty();
    admin.pass(millis * MS - 1);
    assertThat(admin.closings).isEmpty();
    admin.pass(1);
    assertThat(admin.closings)
        .containsExactly("nothing from the host for " + millis + " ms: keep-alive expired");
    assertThat(world.subsystem.controllerCount()).isZero();
  }

  @Test
  void waitsForEverWithoutAKeepAliveTimeout() {
    SessionHarness admin = admin(0);
    assertThat(admin.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aCommandOnAnyQueueKeepsTheControllerAlive() {
    SessionHarness admin = admin(100);
    SessionHarness io = new SessionHarness(world, HASTY);
    io.initialize(false, false, 0);
    io.connectIo(1, 1, true, 31);
    for (int i = 0; i < 10; i++) {
      io.host.read(i, 0, 1, BLOCK);
      io.turn();
      slow.completeAll();
      io.turn();
      admin.pass(100 * MS);
      assertThat(admin.closings).isEmpty();
    }
    admin.pass(100 * MS);
    assertThat(admin.closings).hasSize(1);
    assertThat(io.closings).hasSize(1).first().asString().contains("keep-alive expired");
  }

  @Test
  void aKeepAliveTimeoutSetLaterCountsFromThenOn() {
    SessionHarness admin = admin(0);
    admin.pass(1000 * MS);
    admin.host.admin(AdminOpcode.SET_FEATURES, 5, 0, FeatureId.KEEP_ALIVE_TIMER, 300, 0);
    assertThat(admin.turn().next().status()).isZero();
    assertThat(admin.session.deadlineNs()).isEqualTo(1300 * MS);
    admin.host.admin(AdminOpcode.SET_FEATURES, 6, 0, FeatureId.KEEP_ALIVE_TIMER, 0, 0);
    assertThat(admin.turn().next().status()).isZero();
    assertThat(admin.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  private SessionHarness io(String schedule) {
    return SessionHarness.io(
        world, HASTY.withSchedule(Schedule.parse(schedule)), false, false, false);
  }

  private void read(SessionHarness io, int cid) {
    io.host.read(cid, 0, 1, BLOCK);
    io.turn();
  }

  @Test
  void holdsEachSecondResponseForItsTime() {
    SessionHarness io = io("hold:2:20");
    for (int cid = 1; cid <= 4; cid++) {
      read(io, cid);
    }
    slow.completeAll();
    assertThat(io.turn().transcript()).hasSize(2);
    assertThat(io.session.deadlineNs()).isEqualTo(20 * MS);
    assertThat(io.pass(20 * MS - 1).transcript()).isEmpty();
    assertThat(io.pass(1).transcript())
        .containsExactly("data 2 4096 bytes flags c", "data 4 4096 bytes flags c");
    assertThat(io.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void doesNotHoldAGroupForABackEndThatNeverAnswers() {
    SessionHarness io = io("reverse:8");
    read(io, 1);
    read(io, 2);
    read(io, 3);
    slow.completeOne();
    slow.completeOne();
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(io.session.deadlineNs()).isEqualTo(SchedulePolicy.LONGEST_HOLD_MILLIS * MS);
    assertThat(io.pass(SchedulePolicy.LONGEST_HOLD_MILLIS * MS).transcript())
        .containsExactly("data 2 4096 bytes flags c", "data 1 4096 bytes flags c");
    slow.completeAll();
    assertThat(io.turn().transcript()).containsExactly("data 3 4096 bytes flags c");
  }

  @Test
  void givesBackWhatIsHeldWhenTheConnectionEnds() {
    SessionHarness io = io("hold:1:1000");
    read(io, 1);
    slow.completeAll();
    assertThat(io.turn().transcript()).isEmpty();
    io.session.closed("test");
    assertThat(io.counters.get(Counter.LEASES_TAKEN)).isEqualTo(1);
    assertThat(io.counters.get(Counter.LEASES_RETURNED)).isEqualTo(1);
    assertThat(io.session.deadlineNs()).isEqualTo(Long.MAX_VALUE);
  }
}
