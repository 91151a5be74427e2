package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reset, shutdown and disconnect, with commands under way. */
class SessionResetTest {
  private static final long ENABLED = 0x460001;
  private static final long DISABLED = 0x460000;
  private static final long SHUT_DOWN = 0x464001;
  private static final long SHUT_DOWN_ABRUPTLY = 0x468001;
  private static final String SEQUENCE_ERROR =
      "resp %d " + Integer.toHexString(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);

  private final DeferredBackend backend = new DeferredBackend(new MemoryBackend(1 << 20));
  private SessionHarness.World world;
  private AdminConsole admin;
  private SessionHarness io;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(backend);
    admin = new AdminConsole(world);
    io = admin.io(1);
  }

  @AfterEach
  void everythingIsBack() {
    io.session.closed("test");
    admin.close();
    assertThat(world.buffers.lentBytes()).isZero();
    assertThat(world.subsystem.controllerCount()).isZero();
    world.close();
  }

  private void cc(long value) {
    admin.session.host.propertySet(9, Fabrics.PROPERTY_CC, value);
    assertThat(admin.session.turn().next().status()).isZero();
  }

  private Csts csts() {
    admin.session.host.propertyGet(9, Fabrics.PROPERTY_CSTS, false);
    return Csts.decode((int) admin.session.turn().next().result());
  }

  private void write(int cid) {
    io.host.writeInCapsule(cid, 0, HostSide.pattern(BLOCK, cid), BLOCK);
    io.turn();
  }

  @Test
  void aCommandThatComesAfterItsControllerHasEndedIsNotAnswered() {
    // Told to close, but its thread has not come to it yet.
    io.turnByTurn = true;
    admin.session.session.closed("admin connection lost");
    io.host.read(5, 0, 1, BLOCK);
    io.turn();
    assertThat(io.transcript()).isEmpty();
    assertThat(io.closings).endsWith("the controller has ended");
    assertThat(io.lastWords).isFalse();
    assertThat(io.counters.get(Counter.HANG_UPS)).as("the host did nothing wrong").isZero();
  }

  @Test
  void aCommandThatComesAfterAResetIsNotAnswered() {
    // Told to close, but its thread has not come to it yet.
    io.turnByTurn = true;
    cc(DISABLED);
    io.host.read(5, 0, 1, BLOCK);
    io.turn();
    assertThat(io.transcript()).isEmpty();
    assertThat(io.closings).endsWith("the controller deleted the queue");
    assertThat(io.lastWords).isFalse();
    assertThat(io.counters.get(Counter.HANG_UPS)).as("the host did nothing wrong").isZero();
  }

  @Test
  void aResetIsCompleteWhenNothingOfBeforeCanBeWrittenAnyMore() {
    write(5);
    cc(DISABLED);
    io.turn();
    assertThat(io.closings).contains("controller reset");
    assertThat(csts().ready()).as("a write is still with its back end").isTrue();
    assertThat(admin.status(AdminOpcode.IDENTIFY, 0, 1, 0, 4096))
        .isEqualTo(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
    backend.completeAll();
    io.turn();
    assertThat(csts().ready()).isFalse();
    assertThat(io.transcript()).as("nothing is answered").isEmpty();
    cc(ENABLED);
    assertThat(csts().ready()).isTrue();
    io = admin.io(1);
  }

  @Test
  void enablingAgainBeforeTheResetIsCompleteTakesEffectWhenItIs() {
    write(5);
    cc(DISABLED);
    cc(ENABLED);
    assertThat(admin.status(AdminOpcode.KEEP_ALIVE, 0, 0, 0, 0))
        .isEqualTo(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
    io.turn();
    backend.completeAll();
    io.turn();
    assertThat(csts().ready()).isTrue();
    assertThat(admin.status(AdminOpcode.KEEP_ALIVE, 0, 0, 0, 0)).isZero();
  }

  @Test
  void aQueueThatWasLostEarlierHoldsUpAResetToo() {
    write(5);
    io.session.closed("lost");
    io.turn();
    cc(DISABLED);
    assertThat(csts().ready()).isTrue();
    backend.completeAll();
    io.turn();
    assertThat(csts().ready()).isFalse();
  }

  @Test
  void aShutdownLetsWhatRunsFinishAndTakesNothingNew() {
    write(5);
    cc(SHUT_DOWN);
    io.turn();
    assertThat(csts().shutdownStatus()).isEqualTo(Csts.SHUTDOWN_OCCURRING);
    io.host.read(6, 0, 1, BLOCK);
    assertThat(io.turn().transcript()).containsExactly(SEQUENCE_ERROR.formatted(6));
    backend.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 5 0");
    admin.session.turn();
    assertThat(csts().shutdownStatus()).isEqualTo(Csts.SHUTDOWN_COMPLETE);
    assertThat(csts().ready()).isTrue();
    assertThat(io.closings).isEmpty();
    cc(DISABLED);
    io.turn();
    assertThat(csts()).isEqualTo(new Csts(false, false, 0));
    assertThat(io.closings).contains("controller reset");
  }

  @Test
  void anAbruptShutdownIsCompleteAtOnceAndEndsTheQueues() {
    write(5);
    cc(SHUT_DOWN_ABRUPTLY);
    assertThat(csts().shutdownStatus()).isEqualTo(Csts.SHUTDOWN_COMPLETE);
    io.turn();
    assertThat(io.closings).isNotEmpty();
    backend.completeAll();
    assertThat(io.turn().transcript()).isEmpty();
  }

  @Test
  void aShutdownFlushesWhatCanBeLost() {
    CountingBackend disk = new CountingBackend(new MemoryBackend(1 << 20));
    SessionHarness.World durable = new SessionHarness.World(disk);
    AdminConsole console = new AdminConsole(durable);
    console.session.host.propertySet(9, Fabrics.PROPERTY_CC, SHUT_DOWN_ABRUPTLY);
    console.session.turn();
    assertThat(disk.flushes).isZero();
    console.session.host.propertySet(9, Fabrics.PROPERTY_CC, DISABLED);
    console.session.host.propertySet(9, Fabrics.PROPERTY_CC, ENABLED);
    console.session.host.propertySet(9, Fabrics.PROPERTY_CC, SHUT_DOWN);
    console.session.turn();
    assertThat(disk.flushes).isEqualTo(1);
    durable.close();
  }

  @Test
  void subsystemResetHasNoEffectAsCapSays() {
    admin.session.host.propertySet(9, Fabrics.PROPERTY_NSSR, 0x4E56_4D65);
    assertThat(admin.session.turn().next().status()).isZero();
    assertThat(csts()).isEqualTo(new Csts(true, false, 0));
    admin.session.host.propertyGet(9, Fabrics.PROPERTY_NSSR, false);
    assertThat(admin.session.turn().next().result()).isZero();
  }

  private void disconnect(int cid, int recordFormat) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, Fabrics.OPCODE, cid, Fabrics.DISCONNECT);
    LittleEndian.put16(sqe, Sqe.CDW10, recordFormat);
    io.host.capsule(sqe, NOTHING);
  }

  @Test
  void aDisconnectIsTheLastCommandThatItsQueueAnswers() {
    write(5);
    disconnect(6, 0);
    assertThat(io.turn().transcript()).isEmpty();
    backend.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 5 0", "resp 6 0");
    assertThat(io.closings).containsExactly("host disconnected the queue");
    assertThat(csts().ready()).as("the controller lives on").isTrue();
    io = admin.io(1);
  }

  @Test
  void aSecondDisconnectIsRefusedForEachWouldWaitForTheOther() {
    write(5);
    disconnect(6, 0);
    disconnect(7, 0);
    assertThat(io.turn().transcript()).containsExactly(SEQUENCE_ERROR.formatted(7));
    backend.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 5 0", "resp 6 0");
    assertThat(io.closings).containsExactly("host disconnected the queue");
    io = admin.io(1);
  }

  @Test
  void refusesToDisconnectWithAnotherFormatAndTheAdminQueue() {
    disconnect(6, 1);
    assertThat(io.turn().transcript())
        .containsExactly("resp 6 %x".formatted(Status.CONNECT_INCOMPATIBLE_FORMAT | Status.DNR));
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 7, 1, 0, 1), NOTHING);
    io.turn();
    backend.completeAll();
    assertThat(io.turn().transcript()).containsExactly("resp 7 0");
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, Fabrics.OPCODE, 1, Fabrics.DISCONNECT);
    assertThat(admin.answer(sqe).status()).isEqualTo(Status.INVALID_QUEUE_TYPE | Status.DNR);
  }

  @Test
  void controllersDoNotLeakHoweverTheyEnd() {
    for (int i = 0; i < 300; i++) {
      AdminConsole console = new AdminConsole(world);
      SessionHarness queue = console.io(1);
      console.requestEvent(3);
      if (i % 3 == 0) {
        console.session.host.propertySet(9, Fabrics.PROPERTY_CC, DISABLED);
        console.session.turn();
      }
      if (i % 2 == 0) {
        queue.session.closed("lost");
      }
      console.close();
      queue.turn();
      assertThat(world.subsystem.controllerCount()).as("after %d", i).isEqualTo(1);
    }
  }
}
