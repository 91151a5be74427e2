package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Retry;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any command can be sent on any queue, with data both ways, and its result comes back. */
class AnyCommandShellTest extends ShellTest {
  private static final int LARGE = 100_000;
  private static final int VENDOR_READ = 0xC2;
  private static final int VENDOR_WRITE = 0xC1;
  private static final int INVALID = Status.INVALID_FIELD | Status.DNR;

  private ScriptedServer server;
  private ControllerShell controller;

  @BeforeEach
  void connected() {
    server = serve("nio");
    controller = (ControllerShell) connect(options());
  }

  @AfterEach
  void nothingIsLeft() {
    await(controller.close());
    assertThat(liveRegions()).isZero();
  }

  private static byte[] sqe(int opcode) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, 0, 1);
    return sqe;
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  private void script(int opcode, Predicate<ScriptedServer.Connection> answer) {
    // An event request has the opcode of Verify, and one is always outstanding.
    server.script =
        (connection, command) ->
            command.opcode() == opcode
                && (connection.qid > 0 || opcode != AdminOpcode.ASYNC_EVENT_REQUEST)
                && answer.test(connection);
  }

  private boolean respond(ScriptedServer.Connection connection, int status, long result) {
    connection.controller.respond(connection.controller.lastCommand().cid(), status, result, 0);
    return true;
  }

  @Test
  void anIoCommandWithoutDataBringsBothResultDwords() {
    byte[] sqe = sqe(IoOpcode.VERIFY);
    for (int n = 10; n <= 15; n++) {
      Sqe.cdw(sqe, 0, n, 0x1000_0000L * n & 0xFFFF_FFFFL | n);
    }
    script(IoOpcode.VERIFY, it -> respond(it, Status.SUCCESS, 0x1122_3344_5566_7788L));
    assertThat(await(controller.submit(sqe, null))).isEqualTo(0x1122_3344_5566_7788L);
    byte[] seen = server.queue(1).controller.lastCommand().sqe();
    assertThat(Arrays.copyOfRange(seen, Sqe.CDW10, Sqe.BYTES))
        .isEqualTo(Arrays.copyOfRange(sqe, Sqe.CDW10, Sqe.BYTES));
    assertThat(Sqe.nsid(seen, 0)).isEqualTo(1);
  }

  @Test
  void anIoCommandSendsDataOrReceivesItAsItsOpcodeSays() {
    Region region = region(2 * BLOCK);
    region.segment().asByteBuffer().put(content(BLOCK));
    script(IoOpcode.COMPARE, it -> respond(it, Status.SUCCESS, 0));
    assertThat(await(controller.submit(sqe(IoOpcode.COMPARE), region.slice(0, BLOCK)))).isZero();
    assertThat(server.queue(1).controller.lastCommand().data()).isEqualTo(content(BLOCK));

    script(
        IoOpcode.RESERVATION_REPORT,
        it -> {
          it.controller.answer(it.controller.lastCommand().cid(), content(BLOCK));
          return true;
        });
    byte[] report = sqe(IoOpcode.RESERVATION_REPORT);
    assertThat(await(controller.submit(report, region.slice(BLOCK, BLOCK)))).isZero();
    assertThat(region.segment().asSlice(BLOCK, BLOCK).mismatch(region.segment().asSlice(0, BLOCK)))
        .isEqualTo(-1);
    region.close();
  }

  @Test
  void aRefusalOfAnIoCommandIsNotRepeated() {
    AtomicInteger seen = new AtomicInteger();
    script(
        IoOpcode.VERIFY,
        it -> {
          seen.incrementAndGet();
          return respond(it, Status.INTERNAL_ERROR, 0);
        });
    assertThat(failure(controller.submit(sqe(IoOpcode.VERIFY), null)))
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> assertThat(failed.status()).isEqualTo(Status.INTERNAL_ERROR));
    assertThat(seen).hasValue(1);
  }

  @Test
  void aRefusalSaysHowLongToWait() {
    await(controller.close());
    LittleEndian.put16(server.model.identify, IdentifyController.CRDT2, 7);
    controller = (ControllerShell) connect(options());
    script(IoOpcode.VERIFY, it -> respond(it, Status.COMMAND_INTERRUPTED | 2 << 11, 0));
    assertThat(failure(controller.submit(sqe(IoOpcode.VERIFY), null)))
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> {
              assertThat(failed.retry()).isEqualTo(Retry.AFTER_DELAY);
              assertThat(failed.retryDelay()).isEqualTo(Duration.ofMillis(700));
            });
  }

  @Test
  void anAdminCommandBringsStatusResultAndDataSmallAndLarge() {
    for (int length : new int[] {4, AdminQueue.SLOT_BYTES, LARGE}) {
      script(
          AdminOpcode.GET_FEATURES,
          it -> {
            int cid = it.controller.lastCommand().cid();
            it.controller.data(cid, 0, content(length), 0x04);
            return respond(it, Status.SUCCESS, 0xABCD);
          });
      AdminQueue.Answer answer =
          await(controller.admin(sqe(AdminOpcode.GET_FEATURES), new byte[length]));
      assertThat(answer.status()).isEqualTo(Status.SUCCESS);
      assertThat(answer.result()).isEqualTo(0xABCD);
      assertThat(answer.data()).isEqualTo(content(length));
    }
  }

  @Test
  void anAdminCommandSendsDataInItsCapsuleOrWhenAsked() {
    script(VENDOR_WRITE, it -> respond(it, INVALID, 7));
    AdminQueue.Answer answer = await(controller.admin(sqe(VENDOR_WRITE), content(100)));
    assertThat(answer.status()).isEqualTo(INVALID);
    assertThat(answer.result()).isEqualTo(7);
    ScriptedServer.Connection admin = server.queue(0);
    assertThat(admin.controller.lastCommand().data()).isEqualTo(content(100));

    script(
        VENDOR_WRITE,
        it -> {
          it.controller.r2t(it.controller.lastCommand().cid(), 5, 0, LARGE);
          return respond(it, Status.SUCCESS, 0);
        });
    assertThat(await(controller.admin(sqe(VENDOR_WRITE), content(LARGE))).status()).isZero();
    // What follows on the same connection is behind the data.
    script(VENDOR_READ, it -> respond(it, INVALID, 0));
    answer = await(controller.admin(sqe(VENDOR_READ), new byte[4]));
    assertThat(answer.status()).isEqualTo(INVALID);
    assertThat(admin.controller.data().stream().mapToInt(it -> it.bytes().length).sum())
        .isEqualTo(LARGE);
  }

  @Test
  void afterTheCloseNeitherKindIsSent() {
    await(controller.close());
    assertThat(failure(controller.submit(sqe(IoOpcode.VERIFY), null)))
        .isInstanceOf(NvmeException.NeverSent.class);
    assertThat(failure(controller.admin(sqe(AdminOpcode.GET_FEATURES), new byte[4])))
        .isInstanceOf(NvmeException.NeverSent.class);
  }
}
