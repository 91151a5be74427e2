package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.buffer.Buffer;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Retries are made when asked for, and only of what may be repeated. */
class RetryShellTest extends ShellTest {
  private final AtomicInteger seen = new AtomicInteger();

  /** Answers this many reads and writes with a status, then all with success. */
  private Namespace namespace(int failures, int status, int retries) {
    ScriptedServer server = serve("nio");
    server.script =
        (connection, command) -> {
          boolean io =
              connection.qid > 0
                  && (command.opcode() == IoOpcode.READ || command.opcode() == IoOpcode.WRITE);
          if (!io) {
            return false;
          }
          boolean fails = seen.getAndIncrement() < failures;
          if (fails) {
            connection.controller.respond(command.cid(), status);
          } else if (command.opcode() == IoOpcode.READ) {
            connection.controller.answer(command.cid(), new byte[BLOCK]);
          } else {
            connection.controller.respond(command.cid(), Status.SUCCESS);
          }
          return true;
        };
    controller = connect(options().setRetries(retries));
    return controller.namespace(1).orElseThrow();
  }

  private Controller controller;

  private void end(Region region, long retried) {
    assertThat(await(controller.statistics()).retried()).isEqualTo(retried);
    await(controller.close());
    region.close();
    assertThat(liveRegions()).isZero();
  }

  @Test
  void aReadThatMayBeRepeatedIsRepeatedUpToTheLimit() {
    Namespace namespace = namespace(3, Status.TRANSIENT_TRANSPORT_ERROR, 3);
    Region region = region(BLOCK);
    await(namespace.read(0, region.slice(0, BLOCK)));
    assertThat(seen).hasValue(4);
    end(region, 3);
  }

  @Test
  void oneFailureTooManyIsTheReadsEnd() {
    Namespace namespace = namespace(3, Status.TRANSIENT_TRANSPORT_ERROR, 2);
    Region region = region(BLOCK);
    assertThat(failure(namespace.read(0, region.slice(0, BLOCK))))
        .isInstanceOf(NvmeException.CommandFailed.class);
    assertThat(seen).hasValue(3);
    end(region, 2);
  }

  @Test
  void nothingIsRepeatedUnlessAskedFor() {
    Namespace namespace = namespace(1, Status.TRANSIENT_TRANSPORT_ERROR, 0);
    Region region = region(BLOCK);
    assertThat(failure(namespace.read(0, region.slice(0, BLOCK))))
        .isInstanceOf(NvmeException.CommandFailed.class);
    assertThat(seen).hasValue(1);
    end(region, 0);
  }

  @Test
  void whatTheControllerForbidsToRepeatIsNotRepeated() {
    Namespace namespace = namespace(1, Status.UNRECOVERED_READ_ERROR | Status.DNR, 5);
    Region region = region(BLOCK);
    assertThat(failure(namespace.read(0, region.slice(0, BLOCK))))
        .isInstanceOf(NvmeException.CommandFailed.class);
    assertThat(seen).hasValue(1);
    end(region, 0);
  }

  @Test
  void aWriteThatTheControllerHasTwiceIsInDoubtAndIsNotRepeated() {
    Namespace namespace = namespace(1, Status.COMMAND_ID_CONFLICT, 3);
    Region region = region(BLOCK);
    assertThat(failure(namespace.write(0, region.slice(0, BLOCK))))
        .isInstanceOf(NvmeException.OutcomeUnknown.class)
        .hasMessageStartingWith("Command ID Conflict");
    assertThat(seen).hasValue(1);
    end(region, 0);
  }

  @Test
  void aReadThatTheControllerHasTwiceMayBeRepeated() {
    Namespace namespace = namespace(1, Status.COMMAND_ID_CONFLICT, 3);
    Region region = region(BLOCK);
    await(namespace.read(0, region.slice(0, BLOCK)));
    assertThat(seen).hasValue(2);
    end(region, 1);
  }

  @Test
  void aReadThatTheControllerHasTwiceIsInDoubtIfItMayNotBeRepeated() {
    Namespace namespace = namespace(1, Status.COMMAND_ID_CONFLICT | Status.DNR, 3);
    Region region = region(BLOCK);
    assertThat(failure(namespace.read(0, region.slice(0, BLOCK))))
        .isInstanceOf(NvmeException.OutcomeUnknown.class);
    assertThat(seen).hasValue(1);
    end(region, 0);
  }

  @ParameterizedTest
  @EnumSource(DeviceSpec.Kind.class)
  void aReadThatCameDamagedIsReadAgain(DeviceSpec.Kind device) {
    byte[] content = new byte[8192];
    new SplittableRandom(1).nextBytes(content);
    ScriptedServer server = serve("nio");
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 || command.opcode() != IoOpcode.READ) {
            return false;
          }
          connection.controller.data(command.cid(), 0, content, PduFlags.LAST | PduFlags.SUCCESS);
          boolean damaged = seen.getAndIncrement() < 2;
          byte[] pdu = connection.controller.take();
          pdu[pdu.length / 2] ^= (byte) (damaged ? 1 : 0);
          connection.socket.write(Buffer.buffer(pdu));
          return true;
        };
    long parameter = device == DeviceSpec.Kind.NONE ? 0 : 4096;
    controller =
        connect(
            options()
                .setDataDigest(true)
                .setRetries(2)
                .setDevice(new DeviceSpec(device, parameter)));
    Region region = region(content.length);
    await(controller.namespace(1).orElseThrow().read(0, region.slice(0, content.length)));
    assertThat(region.segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
    InitiatorStatistics counted = await(controller.statistics());
    assertThat(counted.digestOverrides()).isEqualTo(2);
    assertThat(counted.offload(DdpCounter.DATA_DIGEST_ERRORS)).isEqualTo(2);
    end(region, 2);
  }
}
