package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fused Compare and Write: two commands, two slots, nothing between their capsules. */
class FusedTest {
  private static final int BLOCK = 512;
  private static final int LARGE = 16 * 1024;

  private final QueueHarness host =
      new QueueHarness(Device.NONE, true, true, TeardownMode.LAZY, 4, new ScriptedController());
  private final Outcome compare = new Outcome();
  private final Outcome write = new Outcome();

  private int submit(BufferSlice compared, BufferSlice written) {
    byte[] first = new byte[Sqe.BYTES];
    Sqe.init(first, 0, IoOpcode.COMPARE, 0, 1);
    byte[] second = new byte[Sqe.BYTES];
    Sqe.init(second, 0, IoOpcode.WRITE, 0, 1);
    return host.pair.submitFused(first, compared, compare, second, written, write);
  }

  private int submit(int bytes) {
    return submit(host.region.slice(0, bytes), host.region.slice(bytes, bytes));
  }

  private void connect() {
    host.connected().pair.granted(4096, true);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(host.close()).isZero();
  }

  @Test
  void theHalvesAreNeighboursAndEachEndsForItself() {
    connect();
    Outcome before = host.flush();
    int cid = submit(BLOCK);
    Outcome after = host.flush();
    host.exchange();
    List<Command> commands = host.controller.commands();
    assertThat(commands)
        .extracting(Command::opcode)
        .containsExactly(IoOpcode.FLUSH, IoOpcode.COMPARE, IoOpcode.WRITE, IoOpcode.FLUSH);
    assertThat(commands)
        .extracting(command -> Sqe.flags(command.sqe(), 0) & Sqe.FLAGS_FUSE_MASK)
        .containsExactly(0, Sqe.FUSE_FIRST, Sqe.FUSE_SECOND, 0);
    assertThat(commands)
        .extracting(command -> Sqe.flags(command.sqe(), 0) & Sqe.FLAGS_PSDT_MASK)
        .containsOnly(Sqe.FLAGS_SGL);
    assertThat(commands.get(1).cid()).isEqualTo(cid);
    assertThat(commands.get(1).data()).hasSize(BLOCK);
    assertThat(commands.get(2).data()).hasSize(BLOCK);
    host.controller.respond(commands.get(2).cid(), Status.FAILED_FUSED);
    host.controller.respond(cid, Status.COMPARE_FAILURE);
    host.controller.respond(before.cid, Status.SUCCESS);
    host.controller.respond(after.cid, Status.SUCCESS);
    host.exchange();
    assertThat(compare).hasToString("status 285h");
    assertThat(write).hasToString("status 009h");
    assertThat(host.pair.outstanding()).isZero();
  }

  @Test
  void largeHalvesAreAskedForOneAfterTheOtherInAnyOrder() {
    connect();
    int cid = submit(LARGE);
    host.exchange();
    List<Command> commands = host.controller.commands();
    assertThat(commands).extracting(command -> command.data().length).containsOnly(0);
    int second = commands.get(1).cid();
    host.controller.r2t(second, 2, 0, LARGE);
    host.controller.r2t(cid, 1, 0, LARGE);
    host.exchange();
    assertThat(host.controller.data())
        .filteredOn(ScriptedController.Data::last)
        .extracting(ScriptedController.Data::cid)
        .containsExactly(second, cid);
    host.controller.respond(cid, Status.SUCCESS);
    host.controller.respond(second, Status.SUCCESS);
    host.exchange();
    assertThat(compare).hasToString("success");
    assertThat(write).hasToString("success");
  }

  @Test
  void withRoomForOneNeitherIsSent() {
    connect();
    Outcome first = host.flush();
    assertThat(List.of(host.flush().cid, host.flush().cid)).allMatch(cid -> cid >= 0);
    assertThat(submit(BLOCK)).isEqualTo(QueuePair.QUEUE_FULL);
    host.exchange();
    assertThat(host.controller.commands()).hasSize(3);
    host.controller.respond(first.cid, Status.SUCCESS);
    host.exchange();
    assertThat(submit(BLOCK)).isNotNegative();
    host.exchange();
    assertThat(host.controller.commands()).hasSize(5);
  }

  @Test
  void aBufferThatCannotBeHeldLeavesNothingBehind() {
    connect();
    Region closing = host.registry.register(BLOCK);
    BufferSlice gone = closing.slice(0, BLOCK);
    closing.close();
    BufferSlice here = host.region.slice(0, BLOCK);
    assertThat(submit(gone, here)).isEqualTo(QueuePair.REGION_CLOSED);
    assertThat(submit(here, gone)).isEqualTo(QueuePair.REGION_CLOSED);
    host.exchange();
    assertThat(host.controller.commands()).isEmpty();
    assertThat(host.pair.outstanding()).isZero();
    assertThat(compare.calls).isEmpty();
    assertThat(write.calls).isEmpty();
    assertThat(host.flush().cid).isNotNegative();
  }

  @Test
  void bothAreLostWithTheConnection() {
    connect();
    assertThat(submit(LARGE)).isNotNegative();
    host.exchange();
    host.pair.connectionLost("cut");
    assertThat(compare).hasToString("lost: cut");
    assertThat(write).hasToString("lost: cut");
    assertThat(submit(BLOCK)).isEqualTo(QueuePair.CLOSED);
  }

  @Test
  void aQueueOfTwoEntriesUnderFlowControlIsTooSmallForEver() {
    QueueHarness small =
        new QueueHarness(Device.NONE, false, false, TeardownMode.LAZY, 2, new ScriptedController());
    small.connected().pair.granted(4096, false);
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.WRITE, 0, 1);
    BufferSlice buffer = small.region.slice(0, BLOCK);
    assertThat(small.pair.submitFused(sqe, buffer, compare, sqe.clone(), buffer, write))
        .isEqualTo(QueuePair.TOO_SMALL);
    assertThat(small.close()).isZero();
  }
}
