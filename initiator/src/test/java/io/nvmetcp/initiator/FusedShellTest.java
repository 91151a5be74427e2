package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Compare and a Write that are one: sent as neighbours, ended together, by the right reason. */
@Timeout(30)
class FusedShellTest extends ShellTest {
  private static final int MISMATCH = Status.COMPARE_FAILURE | Status.DNR;

  private final List<Command> seen = new CopyOnWriteArrayList<>();
  private ScriptedServer server;
  private Controller controller;
  private Region region;

  @BeforeEach
  void supported() {
    server = serve("nio");
    LittleEndian.put16(server.model.identify, IdentifyController.ONCS, ControllerBits.ONCS_COMPARE);
    LittleEndian.put16(
        server.model.identify, IdentifyController.FUSES, ControllerBits.FUSES_COMPARE_AND_WRITE);
  }

  /** Both halves are answered, the first with the first status; the second half first if asked. */
  private Future<Void> pair(int first, int second, boolean secondFirst) {
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 || command.opcode() == 0x7F) {
            return false;
          }
          seen.add(command);
          if (seen.size() == 2) {
            int a = seen.getFirst().cid();
            connection.controller.respond(
                secondFirst ? command.cid() : a, secondFirst ? second : first);
            connection.controller.respond(
                secondFirst ? a : command.cid(), secondFirst ? first : second);
          }
          return true;
        };
    return start(options());
  }

  private Future<Void> start(InitiatorOptions options) {
    controller = connect(options);
    region = region(2 * BLOCK);
    Namespace namespace = controller.namespace(1).orElseThrow();
    return namespace.compareAndWrite(9, region.slice(0, BLOCK), region.slice(BLOCK, BLOCK));
  }

  @AfterEach
  void nothingIsLeft() {
    await(controller.close());
    region.close();
    assertThat(liveRegions()).isZero();
  }

  private static int code(Future<Void> future) {
    Throwable cause = failure(future);
    assertThat(cause).isInstanceOf(NvmeException.CommandFailed.class);
    return ((NvmeException.CommandFailed) cause).code();
  }

  @Test
  void theHalvesAreNeighboursAndBothSucceed() {
    await(pair(Status.SUCCESS, Status.SUCCESS, true));
    assertThat(seen).hasSize(2);
    List<Integer> opcodes = new ArrayList<>();
    List<Integer> fused = new ArrayList<>();
    for (Command command : seen) {
      opcodes.add(command.opcode());
      fused.add(Sqe.flags(command.sqe(), 0) & Sqe.FLAGS_FUSE_MASK);
      assertThat(Sqe.slba(command.sqe(), 0)).isEqualTo(9);
      assertThat(Sqe.blocks(command.sqe(), 0)).isOne();
    }
    assertThat(opcodes).containsExactly(IoOpcode.COMPARE, IoOpcode.WRITE);
    assertThat(fused).containsExactly(1, 2);
  }

  @Test
  void whyTheCompareFailedIsWhyThePairDid() {
    assertThat(code(pair(MISMATCH, Status.FAILED_FUSED, false))).isEqualTo(Status.COMPARE_FAILURE);
  }

  @Test
  void thatHoldsIfTheWriteIsAnsweredFirst() {
    assertThat(code(pair(MISMATCH, Status.FAILED_FUSED, true))).isEqualTo(Status.COMPARE_FAILURE);
  }

  @Test
  void aWriteMayFailForItself() {
    assertThat(code(pair(Status.SUCCESS, Status.WRITE_FAULT, false))).isEqualTo(Status.WRITE_FAULT);
  }

  @Test
  void aConnectionThatEndsLeavesTheOutcomeUnknown() {
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 || command.opcode() == 0x7F) {
            return false;
          }
          seen.add(command);
          if (seen.size() == 2) {
            connection.controller.respond(seen.getFirst().cid(), Status.SUCCESS);
            connection.flush();
            connection.socket.close();
          }
          return true;
        };
    assertThat(failure(start(options()))).isInstanceOf(NvmeException.OutcomeUnknown.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriteThatTheControllerHasTwiceLeavesTheOutcomeUnknown(boolean writeFirst) {
    assertThat(failure(pair(Status.FAILED_FUSED, Status.COMMAND_ID_CONFLICT, writeFirst)))
        .isInstanceOf(NvmeException.OutcomeUnknown.class);
  }

  @Test
  void aQueueOfOneCommandHasNoRoomForAPair() {
    // Two entries with SQ flow control are one command at a time.
    Future<Void> pair = start(options().setDisableFlowControl(false));
    assertThat(failure(pair))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("the queue has no room for two commands at a time");
  }
}
