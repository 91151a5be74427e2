package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Abort command, from the admin queue to the queue of the command it is for. */
class AbortCommandTest {
  private static final int BLOCK = SessionHarness.BLOCK;
  private static final String ABORTED = "resp %d " + Integer.toHexString(Status.ABORT_REQUESTED);
  private static final long DONE = 0;
  private static final long NOT_ABORTED = 1;

  private DeferredBackend backend;
  private SessionHarness.World world;
  private AdminConsole admin;
  private SessionHarness io;

  @BeforeEach
  void setUp() {
    backend = new DeferredBackend(new MemoryBackend(1 << 22));
    world = new SessionHarness.World(backend);
    admin = new AdminConsole(world);
    io = admin.io(1);
  }

  @AfterEach
  void everythingIsBack() {
    io.session.closed("test");
    admin.close();
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private void abort(int cid, int sqid, int victim) {
    admin.session.host.admin(AdminOpcode.ABORT, cid, 0, sqid | (long) victim << 16, 0, 0);
    admin.session.turn();
  }

  /** The outcome of an abort of a command of the I/O queue. */
  private long abort(int victim) {
    abort(8, 1, victim);
    io.turn();
    HostSide.Pdu answer = admin.session.turn().next();
    assertThat(answer.cid()).isEqualTo(8);
    assertThat(answer.status()).isZero();
    return answer.result();
  }

  private List<String> answers() {
    return io.turn().transcript();
  }

  @Test
  void aWriteThatWaitsForItsDataEndsOnceTheDataIsHereAndWritesNothing() {
    io.host.writeByR2t(5, 0, BLOCK, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    assertThat(abort(5)).isEqualTo(DONE);
    io.host.h2cData(5, PduFields.ttag(r2t.header()), 0, HostSide.pattern(BLOCK, 1), true);
    assertThat(answers()).containsExactly(ABORTED.formatted(5));
    io.host.read(6, 0, 1, BLOCK);
    io.turn();
    backend.completeAll();
    assertThat(io.turn().next().data()).containsOnly(0);
    io.transcript();
  }

  @Test
  void aReadAtItsBackEndEndsAndAWriteGoesOn() {
    io.host.read(5, 0, 1, BLOCK);
    io.host.writeInCapsule(6, 8, HostSide.pattern(BLOCK, 1), BLOCK);
    assertThat(answers()).isEmpty();
    assertThat(abort(6)).isEqualTo(NOT_ABORTED);
    assertThat(abort(5)).isEqualTo(DONE);
    assertThat(answers()).containsExactly(ABORTED.formatted(5));
    backend.completeAll();
    assertThat(answers()).containsExactly("resp 6 0");
  }

  @Test
  void aReadThatIsHeldBackEndsWithoutDataAndAWriteGoesOn() {
    io.session.closed("test");
    io =
        new SessionHarness(world, SessionOptions.DEFAULT.withSchedule(Schedule.parse("reverse:4")));
    io.initialize(false, false, 0);
    io.connectIo(2, admin.cntlid, true, 31);
    io.host.read(5, 0, 1, BLOCK);
    io.host.writeInCapsule(6, 8, HostSide.pattern(BLOCK, 1), BLOCK);
    io.host.read(7, 0, 1, BLOCK);
    io.turn();
    // The third is still with the back end, so that the policy waits for it.
    backend.completeFirst(2);
    assertThat(answers()).isEmpty();
    abort(8, 2, 5);
    abort(9, 2, 6);
    assertThat(answers()).containsExactlyInAnyOrder(ABORTED.formatted(5), "resp 6 0");
    assertThat(admin.takeEvents()).containsExactly("8 0 0", "9 0 1");
    backend.completeAll();
    assertThat(answers()).containsExactly("data 7 4096 bytes flags 4", "resp 7 0");
  }

  @Test
  void anEventRequestEndsAtOnce() {
    admin.requestEvent(20);
    abort(8, 0, 20);
    assertThat(admin.takeEvents()).containsExactly("20 7 0", "8 0 0");
    admin.requestEvent(20);
    assertThat(admin.takeEvents()).as("its identifier and its place are free").isEmpty();
  }

  @Test
  void whatIsNotThereIsNotAborted() {
    abort(8, 1, 77);
    io.turn();
    abort(9, 5, 1);
    abort(10, 0, 10);
    assertThat(admin.takeEvents()).containsExactly("8 0 1", "9 0 1", "10 0 1");
  }

  @Test
  void refusesMoreAbortsThanItSaid() {
    for (int cid = 10; cid < 15; cid++) {
      abort(cid, 1, 77);
    }
    assertThat(admin.takeEvents())
        .containsExactly("14 %x 0".formatted(Status.ABORT_LIMIT_EXCEEDED | Status.DNR));
    io.turn();
    assertThat(admin.takeEvents()).containsExactly("10 0 1", "11 0 1", "12 0 1", "13 0 1");
    abort(15, 1, 77);
    io.turn();
    assertThat(admin.takeEvents()).containsExactly("15 0 1");
  }

  @Test
  void anAbortThatIsUnderWayWhenItsQueueEndsIsForgotten() {
    abort(8, 1, 77);
    admin.close();
    io.turn();
    assertThat(admin.takeEvents()).isEmpty();
  }
}
