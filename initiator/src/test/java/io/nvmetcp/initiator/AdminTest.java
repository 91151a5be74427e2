package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AnaLog;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.ErrorLogEntry;
import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Retry;
import io.nvmetcp.nvme.SmartLog;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Admin commands as they leave, and what is made of their answers. */
class AdminTest implements Admin.Port {
  private static final int PIECE = 4096;

  private final Admin admin = new Admin(this);
  private final List<byte[]> sent = new ArrayList<>();
  private final List<byte[]> sentData = new ArrayList<>();
  private int attributes = ControllerBits.LPA_EXTENDED_DATA;
  private int oncs = ControllerBits.ONCS_SAVE_SELECT;
  private int status = Status.SUCCESS;
  private long result;
  private Function<byte[], byte[]> content = sqe -> new byte[0];

  @Override
  public Future<AdminQueue.Answer> admin(byte[] sqe, byte[] data) {
    sent.add(sqe);
    sentData.add(data.clone());
    byte[] page = content.apply(sqe);
    System.arraycopy(page, 0, data, 0, Math.min(page.length, data.length));
    return Future.succeededFuture(new AdminQueue.Answer(status, result, 0, data));
  }

  @Override
  public int maxAdminBytes() {
    return PIECE;
  }

  @Override
  public int logPageAttributes() {
    return attributes;
  }

  @Override
  public int oncs() {
    return oncs;
  }

  @Override
  public Duration retryDelay(int status) {
    return Duration.ofMillis(Status.retryDelay(status) * 700L);
  }

  private static <T> T got(Future<T> future) {
    if (future.failed()) {
      throw new AssertionError(future.cause());
    }
    return future.result();
  }

  private static String dwords(byte[] sqe) {
    StringBuilder text =
        new StringBuilder("%02X nsid=%X".formatted(Sqe.opcode(sqe, 0), Sqe.nsid(sqe, 0)));
    for (int n = 10; n <= 15; n++) {
      text.append(" %X".formatted(Sqe.cdw(sqe, 0, n)));
    }
    return text.toString();
  }

  private String last() {
    return dwords(sent.getLast());
  }

  private void refused(Future<?> future, Class<?> type, String text) {
    assertThat(future.cause()).isInstanceOf(type).hasMessageContaining(text);
    assertThat(sent).isEmpty();
  }

  @Test
  void identifyNamesStructureNamespaceControllerAndCommandSet() {
    assertThat(got(admin.identifyController())).hasSize(4096);
    assertThat(last()).isEqualTo("06 nsid=0 1 0 0 0 0 0");
    assertThat(got(admin.identifyNamespace(5))).hasSize(4096);
    assertThat(last()).isEqualTo("06 nsid=5 0 0 0 0 0 0");
    assertThat(got(admin.identify(Cns.CONTROLLERS, 0, 9, 2))).hasSize(4096);
    assertThat(last()).isEqualTo("06 nsid=0 90013 2000000 0 0 0 0");
  }

  @Test
  void aLogPageIsReadInPartsAndAcknowledgedWithTheLast() {
    byte[] page = new byte[10_000];
    for (int i = 0; i < page.length; i++) {
      page[i] = (byte) (i / 7);
    }
    content =
        sqe -> {
          int at = (int) Sqe.cdw(sqe, 0, 12) - 8;
          return Arrays.copyOfRange(page, at, at + PIECE);
        };
    LogPage wanted =
        new LogPage(0xC0, page.length)
            .setOffset(8)
            .setNamespaceId(3)
            .setSpecificField(5)
            .setSpecificIdentifier(0x1234)
            .setCommandSet(2);
    assertThat(got(admin.logPage(wanted))).isEqualTo(page);
    assertThat(sent.stream().map(AdminTest::dwords))
        .containsExactly(
            "02 nsid=3 3FF85C0 12340000 8 0 2000000 0",
            "02 nsid=3 3FF85C0 12340000 1008 0 2000000 0",
            "02 nsid=3 1C305C0 12340000 2008 0 2000000 0");
    assertThat(got(admin.logPage(wanted.setRetainEvent(true)))).isEqualTo(page);
    assertThat(last()).startsWith("02 nsid=3 1C385C0");
  }

  @Test
  void aControllerWithoutOffsetsReadsShortPagesOnly() {
    attributes = 0;
    refused(
        admin.logPage(new LogPage(1, 64).setOffset(4)),
        UnsupportedOperationException.class,
        "from their start only");
    refused(
        admin.logPage(new LogPage(1, 20_000)), UnsupportedOperationException.class, "up to 16 KiB");
    assertThat(got(admin.logPage(new LogPage(1, 64)))).hasSize(64);
  }

  @Test
  void knownPagesComeAsRecords() {
    SmartLog smart = new SmartLog(1, 300, 99, 10, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    content = sqe -> smart.encode();
    assertThat(got(admin.smartLog())).isEqualTo(smart);
    assertThat(last()).isEqualTo("02 nsid=FFFFFFFF 7F0002 0 0 0 0 0");

    ErrorLogEntry entry =
        new ErrorLogEntry(7, 1, 2, Status.INVALID_FIELD, 3, 4, 5, 6, 3, 0, 9, 8, 0);
    content =
        sqe -> {
          byte[] page = new byte[256];
          entry.encode(page, 64);
          return page;
        };
    assertThat(got(admin.errorLog(4))).containsExactly(entry);

    AnaLog ana = new AnaLog(3, List.of(new AnaLog.Group(1, 2, AnaLog.OPTIMIZED, List.of(1L, 2L))));
    content = sqe -> ana.encode();
    assertThat(got(admin.anaLog(2, 8))).isEqualTo(ana);
    assertThat(Sqe.cdw(sent.getLast(), 0, 10))
        .isEqualTo(LogPageId.ANA | ((16 + 64 + 32) / 4 - 1L) << 16);
    sent.clear();
    refused(admin.errorLog(0), IllegalArgumentException.class, "1 to 256");
    refused(admin.anaLog(1 << 20, 0), IllegalArgumentException.class, "up to 1 MiB");
  }

  @Test
  void featuresAreOneDwordOrData() {
    result = new Features.KeepAlive(7000).encode();
    FeatureValue value = got(admin.getFeature(FeatureId.KEEP_ALIVE_TIMER));
    assertThat(Features.KeepAlive.decode(value.dword()).timeoutMs()).isEqualTo(7000);
    assertThat(value.data()).isEmpty();
    assertThat(last()).isEqualTo("0A nsid=0 F 0 0 0 0 0");

    content = sqe -> new byte[] {1, 2, 3};
    value = got(admin.getFeature(FeatureId.HOST_IDENTIFIER));
    assertThat(value.data()).hasSize(16).startsWith(1, 2, 3);
    assertThat(last()).as("EXHID").isEqualTo("0A nsid=0 81 1 0 0 0 0");

    value = got(admin.getFeature(FeatureId.HOST_IDENTIFIER, FeatureCommand.CAPABILITIES, 0, 0));
    assertThat(value.data()).isEmpty();
    assertThat(last()).isEqualTo("0A nsid=0 381 1 0 0 0 0");

    result = 0x10001;
    assertThat(got(admin.setFeature(FeatureId.NUMBER_OF_QUEUES, 0xFFFF0000))).isEqualTo(0x10001);
    assertThat(last()).isEqualTo("09 nsid=0 7 FFFF0000 0 0 0 0");
    Buffer data = Buffer.buffer(new byte[] {9, 8});
    assertThat(got(admin.setFeature(FeatureId.HOST_BEHAVIOR, 2, 5, true, data))).isEqualTo(0x10001);
    assertThat(last()).isEqualTo("09 nsid=2 80000016 5 0 0 0 0");
    assertThat(sentData.getLast()).containsExactly(9, 8);
  }

  @Test
  void valuesThatTheControllerDoesNotKeepAreNotAskedFor() {
    oncs = 0;
    refused(
        admin.getFeature(FeatureId.KEEP_ALIVE_TIMER, FeatureCommand.SAVED, 0, 0),
        UnsupportedOperationException.class,
        "no value of a feature but the current one");
    refused(
        admin.setFeature(FeatureId.KEEP_ALIVE_TIMER, 0, 1, true, Buffer.buffer()),
        UnsupportedOperationException.class,
        "saves no feature");
  }

  @Test
  void aRawCommandGoesAsItIsAndItsAnswerComesBack() {
    result = 0x1122_3344_5566_7788L;
    content = sqe -> new byte[] {5};
    RawCommand command =
        new RawCommand(0xC2)
            .setNamespaceId(9)
            .setDword(2, 0x22)
            .setDword(15, 0xFFFF_FFFFL)
            .setReceiveBytes(8);
    RawResult answer = got(admin.passthrough(command));
    assertThat(answer.dword0()).isEqualTo(0x5566_7788L);
    assertThat(answer.dword1()).isEqualTo(0x1122_3344L);
    assertThat(answer.data().getBytes()).hasSize(8).startsWith(5);
    assertThat(last()).isEqualTo("C2 nsid=9 0 0 0 0 0 FFFFFFFF");
    assertThat(LittleEndian.u32(sent.getLast(), 8)).isEqualTo(0x22);
    assertThat(got(admin.passthrough(new RawCommand(AdminOpcode.KEEP_ALIVE))).data().length())
        .isZero();
  }

  @Test
  void whatIsTheConnectionsOwnIsRefused() {
    refused(
        admin.passthrough(new RawCommand(AdminOpcode.ASYNC_EVENT_REQUEST)),
        IllegalArgumentException.class,
        "the controller's own");
    refused(
        admin.passthrough(new RawCommand(0xC2).setReceiveBytes(PIECE + 1)),
        IllegalArgumentException.class,
        "4097 bytes are more than the controller takes in one command (4096)");
  }

  @Test
  void aCommandThatTheControllerHasTwiceIsInDoubt() {
    status = Status.COMMAND_ID_CONFLICT | Status.DNR;
    assertThat(admin.setFeature(FeatureId.TEMPERATURE_THRESHOLD, 1).cause())
        .isInstanceOf(NvmeException.OutcomeUnknown.class);
  }

  @Test
  void aRefusalHasNameAdviceAndDelay() {
    status = Status.INVALID_LOG_PAGE | Status.DNR;
    assertThat(admin.smartLog().cause())
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> {
              assertThat(failed.statusName()).isEqualTo("Invalid Log Page");
              assertThat(failed.code()).isEqualTo(Status.INVALID_LOG_PAGE);
              assertThat(failed.doNotRetry()).isTrue();
              assertThat(failed.retry()).isEqualTo(Retry.NEVER);
              assertThat(failed.retryDelay()).isZero();
            });
    status = Status.COMMAND_INTERRUPTED | 2 << 11;
    assertThat(admin.smartLog().cause())
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> {
              assertThat(failed.retry()).isEqualTo(Retry.AFTER_DELAY);
              assertThat(failed.retryDelay()).isEqualTo(Duration.ofMillis(1400));
            });
  }
}
