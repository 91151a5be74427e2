package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are aborted wherever they are, and event requests that are answered. */
class SessionAbortTest {
  private static final String ABORTED = " %x".formatted(Status.ABORT_REQUESTED);

  private final DeferredBackend slow = new DeferredBackend(new MemoryBackend(1 << 22));
  private final SessionHarness.World world = new SessionHarness.World(slow);

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private SessionHarness io(SessionOptions options) {
    return SessionHarness.io(world, options, false, false, true);
  }

  private SessionHarness io() {
    return io(SessionOptions.DEFAULT);
  }

  private static SessionOptions schedule(String text) {
    return SessionOptions.DEFAULT.withSchedule(Schedule.parse(text));
  }

  private static boolean abort(SessionHarness io, int cid) {
    return io.session.abort(cid);
  }

  @Test
  void knowsNothingOfACommandThatIsNotOutstanding() {
    SessionHarness io = io();
    assertThat(abort(io, 1)).isFalse();
    io.host.read(1, 0, 1, BLOCK);
    io.turn();
    slow.completeAll();
    io.turn().transcript();
    assertThat(abort(io, 1)).isFalse();
  }

  @Test
  void aReadAtTheBackEndIsAnsweredAtOnceAndItsSlotFreedLater() {
    SessionHarness io = io();
    io.host.read(1, 0, 1, BLOCK);
    io.turn();
    assertThat(abort(io, 1)).isTrue();
    assertThat(io.turn().transcript()).containsExactly("resp 1" + ABORTED);
    // The identifier may come again while the back end still works on the old command.
    io.host.read(1, 4, 1, BLOCK);
    io.turn();
    slow.completeAll();
    assertThat(io.turn().transcript()).containsExactly("data 1 4096 bytes flags 4", "resp 1 0");
    assertThat(io.counters.get(Counter.LEASES_TAKEN)).isEqualTo(2);
    assertThat(io.counters.get(Counter.LEASES_RETURNED)).isEqualTo(2);
  }

  @Test
  void aReadIsAbortedOnce() {
    SessionHarness io = io();
    io.host.read(1, 0, 1, BLOCK);
    io.turn();
    assertThat(abort(io, 1)).isTrue();
    assertThat(abort(io, 1)).isFalse();
    assertThat(io.turn().transcript()).containsExactly("resp 1" + ABORTED);
    assertThat(io.counters.get(Counter.ERRORS)).isEqualTo(1);
    slow.completeAll();
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(io.counters.get(Counter.ERRORS)).isEqualTo(1);
    assertThat(io.counters.get(Counter.READS)).isZero();
  }

  @Test
  void aWriteAtTheBackEndGoesOn() {
    SessionHarness io = io();
    io.host.writeInCapsule(1, 0, HostSide.pattern(BLOCK, 1), BLOCK);
    io.turn();
    assertThat(abort(io, 1)).isFalse();
    slow.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
  }

  @Test
  void aWriteWhoseDataWasAskedForEndsOnceTheDataIsHere() {
    SessionHarness io = io();
    io.host.writeByR2t(1, 0, 2 * BLOCK, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    io.host.h2cData(1, r2t.ttag(), 0, new byte[BLOCK], false);
    io.turn();
    assertThat(abort(io, 1)).isTrue();
    assertThat(io.turn().transcript()).isEmpty();
    io.host.h2cData(1, r2t.ttag(), BLOCK, new byte[BLOCK], true);
    assertThat(io.turn().transcript()).containsExactly("resp 1" + ABORTED);
    assertThat(slow.waiting()).isZero();
  }

  @Test
  void aWriteWhoseR2tIsHeldEndsAtOnce() {
    SessionHarness io = io(schedule("r2t:hold:1:1000"));
    io.host.writeByR2t(1, 0, BLOCK, BLOCK);
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(abort(io, 1)).isTrue();
    assertThat(io.turn().transcript()).containsExactly("resp 1" + ABORTED);
  }

  @Test
  void aWriteThatWaitsForMemoryEndsAtOnce() {
    SessionHarness io =
        io(SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withMemoryBytes(BLOCK)));
    io.host.writeByR2t(1, 0, BLOCK, BLOCK);
    io.host.writeByR2t(2, 0, BLOCK, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    assertThat(abort(io, 2)).isTrue();
    assertThat(io.turn().transcript()).containsExactly("resp 2" + ABORTED);
    io.host.h2cData(1, r2t.ttag(), 0, new byte[BLOCK], true);
    io.turn();
    slow.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
  }

  @Test
  void aWriteWhoseCapsuleIsHalfHereEndsWithIt() {
    SessionHarness io = io();
    io.host.writeInCapsule(1, 0, new byte[BLOCK], BLOCK);
    byte[] capsule = io.host.take();
    io.deliver(Arrays.copyOf(capsule, 1000));
    assertThat(abort(io, 1)).isTrue();
    assertThat(io.turn().transcript()).isEmpty();
    io.deliver(Arrays.copyOfRange(capsule, 1000, capsule.length));
    assertThat(io.transcript()).containsExactly("resp 1" + ABORTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hold:1:1000", "reverse:8", "interleave:8"})
  void aReadThatIsHeldLeavesAtOnceWithoutItsData(String policy) {
    SessionHarness io = io(schedule(policy));
    io.host.read(1, 0, 1, BLOCK);
    io.host.read(2, 0, 1, BLOCK);
    io.host.read(3, 0, 1, BLOCK);
    io.turn();
    slow.completeOne();
    slow.completeOne();
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(abort(io, 1)).isTrue();
    assertThat(io.turn().transcript()).containsExactly("resp 1" + ABORTED);
    slow.completeAll();
    io.turn().pass(2_000_000_000);
    assertThat(io.transcript()).hasSize(4).noneMatch(text -> text.contains(" 1 "));
  }

  @Test
  void aCommandThatHasFailedEndsAsItWouldHave() {
    SessionHarness io = SessionHarness.io(world, schedule("hold:1:1000"), false, true, true);
    io.host.writeInCapsule(1, 0, new byte[BLOCK], BLOCK);
    byte[] bad = io.host.take();
    bad[200] ^= 1;
    io.deliver(bad);
    assertThat(io.transcript()).isEmpty();
    assertThat(abort(io, 1)).isFalse();
    assertThat(io.pass(1_000_000_000).transcript())
        .containsExactly("resp 1 %x".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
  }

  @Test
  void aWriteThatIsHeldWasDoneAndSaysSo() {
    SessionHarness io = io(schedule("hold:1:1000"));
    io.host.writeInCapsule(1, 0, HostSide.pattern(BLOCK, 1), BLOCK);
    io.turn();
    slow.completeAll();
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(abort(io, 1)).isFalse();
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
  }

  @Test
  void aGroupDoesNotWaitForWhatWasAborted() {
    SessionHarness io = io(schedule("reverse:8"));
    io.host.read(1, 0, 1, BLOCK);
    io.host.read(2, 0, 1, BLOCK);
    io.turn();
    slow.completeOne();
    assertThat(io.turn().transcript()).isEmpty();
    assertThat(abort(io, 2)).isTrue();
    assertThat(io.turn().transcript())
        .containsExactly("resp 2" + ABORTED, "data 1 4096 bytes flags 4", "resp 1 0");
    slow.completeAll();
    io.turn();
  }

  @Test
  void halvesOfAFusedPairAreNotAborted() {
    SessionHarness.World memory = new SessionHarness.World(new MemoryBackend(1 << 22));
    SessionHarness io = SessionHarness.io(memory, SessionOptions.DEFAULT, false, false, true);
    byte[] compare = HostSide.ioSqe(IoOpcode.COMPARE, 1, 1, 0, 1);
    compare[Sqe.FLAGS] |= 1;
    Sgl.inCapsule(compare, 0, BLOCK);
    io.host.capsule(compare, new byte[BLOCK]);
    io.turn();
    assertThat(abort(io, 1)).isFalse();
    io.session.closed("test");
    memory.close();
  }

  @Test
  void theQueueHeadCountsAbortedCommandsOnce() {
    SessionHarness io = io();
    io.host.read(1, 0, 1, BLOCK);
    io.turn();
    assertThat(abort(io, 1)).isTrue();
    assertThat(io.turn().next().sqhd()).isEqualTo(2);
    slow.completeAll();
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 3, 1, 0, 1), NOTHING);
    io.turn();
    slow.completeAll();
    assertThat(io.turn().next().sqhd()).isEqualTo(3);
  }

  @Test
  void answersTheOldestEventRequestFirst() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    assertThat(admin.admin(false, false)).isPositive();
    assertThat(admin.session.postEvent(0x40002)).isFalse();
    for (int cid = 10; cid < 15; cid++) {
      admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, cid, 0, 0, 0, 0);
    }
    // The fifth is one too many.
    assertThat(admin.turn().next().status()).isEqualTo(Status.AER_LIMIT_EXCEEDED | Status.DNR);
    assertThat(admin.session.postEvent(0x40002)).isTrue();
    assertThat(admin.session.postEvent(0x70F002)).isTrue();
    admin.turn();
    HostSide.Pdu first = admin.next();
    assertThat(first).hasToString("resp 10 0");
    assertThat(first.result()).isEqualTo(0x40002);
    assertThat(admin.next()).hasToString("resp 11 0");
    admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, 10, 0, 0, 0, 0);
    assertThat(admin.turn().transcript()).isEmpty();
    assertThat(admin.session.postEvent(1)).isTrue();
    assertThat(admin.turn().next()).hasToString("resp 12 0");
  }

  @Test
  void nothingIsAbortedOrAnsweredOnceTheSessionIsOver() {
    SessionHarness io = io();
    io.host.read(1, 0, 1, BLOCK);
    io.turn();
    io.session.closed("test");
    assertThat(abort(io, 1)).isFalse();
    assertThat(io.session.postEvent(1)).isFalse();
    slow.completeAll();
    io.turn();
  }
}
