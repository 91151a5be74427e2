package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.DeviceSpec.Kind;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.Future;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A controller's placing device in the hands of the application, under load. */
class ControllerDeviceShellTest extends ShellTest {
  private static final int BYTES = 64 * 1024;
  private static final int ROUNDS = 120;

  private static final byte[] CONTENT = new byte[BYTES];

  static {
    new SplittableRandom(1).nextBytes(CONTENT);
  }

  private void answerAll(ScriptedServer server) {
    server.script =
        (connection, command) -> {
          if (connection.qid == 0 || command.opcode() > IoOpcode.READ) {
            return false;
          }
          if (command.opcode() == IoOpcode.READ) {
            connection.controller.data(command.cid(), 0, CONTENT, PduFlags.LAST | PduFlags.SUCCESS);
          } else {
            if (command.opcode() == IoOpcode.WRITE) {
              connection.controller.r2t(command.cid(), 5, 0, BYTES);
            }
            connection.controller.respond(command.cid(), Status.SUCCESS);
          }
          return true;
        };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatTheDeviceIsWantedToDoChangesUnderLoadAndFailsNothing(Kind kind) {
    answerAll(serve(transports()[0]));
    Controller controller =
        connect(
            options()
                .setHeaderDigest(true)
                .setDataDigest(true)
                .setQueueEntries(8)
                .setDevice(new DeviceSpec(kind, kind == Kind.NONE ? 0 : 4096)));
    DdpDevice device = controller.device();
    assertThat(device.name()).isEqualTo(controller.info().device());
    Namespace namespace = controller.namespace(1).orElseThrow();
    Region region = region(2 * BYTES);
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < ROUNDS; round++) {
      region.segment().asSlice(0, BYTES).fill((byte) 0);
      Future<Void> read = namespace.read(0, region.slice(0, BYTES));
      Future<Void> write = namespace.write(0, region.slice(BYTES, BYTES));
      // While both are under way, from a thread that is not theirs.
      Set<Capability> wanted = EnumSet.allOf(Capability.class);
      wanted.removeIf(capability -> random.nextInt(3) == 0);
      device.capabilities().want(wanted);
      if (random.nextInt(10) == 0) {
        device.down();
      } else if (random.nextInt(5) == 0) {
        device.up();
      }
      await(read);
      await(write);
      byte[] bytes = region.slice(0, BYTES).segment().toArray(ValueLayout.JAVA_BYTE);
      assertThat(Arrays.equals(bytes, CONTENT)).isTrue();
    }
    device.up();
    await(controller.close());
    InitiatorStatistics counted = await(controller.statistics());
    assertThat(counted.balanced()).isTrue();
    assertThat(counted.lost()).isZero();
    boolean places = kind != Kind.NONE;
    assertThat(counted.offload(DdpCounter.DDP_BYTES) > 0).isEqualTo(places);
    assertThat(counted.offload(DdpCounter.COPIED_PDUS)).isPositive();
    assertThat(counted.offload(DdpCounter.DIGEST_BY_FALLBACK)).isPositive();
    assertThat(counted.offload(DdpCounter.DIGEST_TX_BY_SOFTWARE)).isPositive();
    assertThat(counted.offload(DdpCounter.DIGEST_TX_BY_DEVICE) > 0)
        .isEqualTo(kind == Kind.SIMULATED);
    region.close();
    assertThat(liveRegions()).isZero();
  }

  @Test
  void theAdminQueueIsNeverOffloadedAndEveryIoQueueIs() {
    answerAll(serve(transports()[0]));
    Controller controller =
        connect(options().setIoQueues(2).setDevice(new DeviceSpec(Kind.SIMULATED, 1)));
    SimulatedDevice device = (SimulatedDevice) controller.device();
    assertThat(controller.contexts()).hasSize(2);
    assertThat(device.queues()).isEqualTo(2);
    assertThat(await(controller.admin().identifyController())).isNotEmpty();
    InitiatorStatistics counted = await(controller.statistics());
    assertThat(counted.offload(DdpCounter.QUEUE_ADD)).isEqualTo(2);
    assertThat(counted.offload(DdpCounter.QUEUE_ADD_FAIL)).isZero();
    assertThat(counted.offload(DdpCounter.PACKETS)).as("of Connect's answers").isPositive();
    assertThat(counted.offload(DdpCounter.SETUP)).isZero();
    await(controller.close());
    assertThat(device.queues()).isZero();
    assertThat(await(controller.statistics()).offload(DdpCounter.QUEUE_DEL)).isEqualTo(2);
  }
}
