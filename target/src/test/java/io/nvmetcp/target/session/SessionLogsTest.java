package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ErrorLogEntry;
import io.nvmetcp.nvme.FirmwareSlotLog;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.SmartLog;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionLogsTest {
  private static final int REFUSED = Status.INVALID_FIELD | Status.DNR;

  private SessionHarness.World world;
  private AdminConsole admin;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 22));
    admin = new AdminConsole(world);
  }

  @AfterEach
  void tearDown() {
    admin.close();
    world.close();
  }

  private ErrorLogEntry error(int index) {
    byte[] page = admin.log(LogPageId.ERROR_INFORMATION, 64 * ErrorLogEntry.BYTES);
    return ErrorLogEntry.decode(page, index * ErrorLogEntry.BYTES);
  }

  @Test
  void keepsTheCommandsThatFailedNewestFirst() {
    SessionHarness io = admin.io(3);
    io.host.read(0x1234, 5000, 1, BLOCK);
    io.turn();
    assertThat(error(0))
        .isEqualTo(
            new ErrorLogEntry(
                1,
                3,
                0x1234,
                Status.LBA_OUT_OF_RANGE | Status.DNR,
                40,
                5000,
                1,
                0,
                3,
                0,
                IoOpcode.READ,
                0,
                0));
    assertThat(admin.status(0xC1, 0, 0, 0, 0)).isNotZero();
    assertThat(error(0).opcode()).isEqualTo(0xC1);
    assertThat(error(0).sqid()).isZero();
    assertThat(error(1).count()).isEqualTo(1);
    assertThat(error(2).count()).isZero();
  }

  @Test
  void keepsSixtyFourErrorsAndCountsAll() {
    SessionHarness io = admin.io(1);
    for (int i = 0; i < 100; i++) {
      io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, i, 9, 0, 1), SessionHarness.NOTHING);
      io.turn();
    }
    assertThat(error(0).count()).isEqualTo(100);
    assertThat(error(0).parameterLocation()).as("the NSID is wrong").isEqualTo(4);
    assertThat(error(63).count()).isEqualTo(37);
    SmartLog smart = SmartLog.decode(admin.log(LogPageId.SMART, 512));
    assertThat(smart.errorLogEntries().longValueExact()).isEqualTo(100);
    assertThat(smart.mediaErrors().longValueExact()).isZero();
  }

  @Test
  void healthCountsWhatAllHostsTransferAndRemembersThoseThatLeft() {
    for (int i = 0; i < 3; i++) {
      AdminConsole console = new AdminConsole(world);
      SessionHarness io = console.io(1);
      io.host.writeInCapsule(1, 0, new byte[BLOCK], BLOCK);
      io.host.read(2, 0, 150, BLOCK);
      io.turn();
      if (i > 0) {
        console.close();
        io.turn();
      }
    }
    SmartLog smart = SmartLog.decode(admin.log(LogPageId.SMART, 512));
    assertThat(smart.hostReads().longValueExact()).isEqualTo(3);
    assertThat(smart.hostWrites().longValueExact()).isEqualTo(3);
    // Thousands of 512 bytes, rounded up.
    assertThat(smart.dataUnitsRead().longValueExact())
        .isEqualTo((3 * 150 * BLOCK + 511_999) / 512_000);
    assertThat(smart.dataUnitsWritten().longValueExact()).isEqualTo(1);
    assertThat(smart.temperatureKelvin()).isEqualTo(298);
    assertThat(smart.availableSparePercent()).isEqualTo(100);
  }

  @Test
  void healthIsOfTheWholeController() {
    assertThat(admin.logStatus(LogPageId.SMART, 0)).isZero();
    assertThat(admin.logStatus(LogPageId.SMART, 1)).isEqualTo(REFUSED);
  }

  @Test
  void tellsItsFirmware() {
    FirmwareSlotLog log = FirmwareSlotLog.decode(admin.log(LogPageId.FIRMWARE_SLOT, 512));
    assertThat(log.activeSlot()).isEqualTo(1);
    assertThat(log.revisions().getFirst()).isEqualTo("0.1");
  }

  @Test
  void readsAPageInPiecesOfAnyLength() {
    byte[] whole = admin.log(LogPageId.COMMANDS_SUPPORTED, 4096);
    for (int step : new int[] {4, 100, 1028, 4092}) {
      for (int at = 0; at < 4096; at += step) {
        byte[] part = admin.log(LogPageId.COMMANDS_SUPPORTED, step, at, true);
        assertThat(part)
            .as("%d bytes at %d", step, at)
            .isEqualTo(Arrays.copyOfRange(whole, at, at + step));
      }
    }
    byte[] long_ = admin.log(LogPageId.COMMANDS_SUPPORTED, 1 << 20);
    assertThat(Arrays.copyOf(long_, 4096)).isEqualTo(whole);
    assertThat(Arrays.copyOfRange(long_, 4096, long_.length)).containsOnly(0);
  }

  @Test
  void refusesOffsetsBeyondThePageAndBetweenDwordsAndLengthsBeyondMdts() {
    int id = LogPageId.COMMANDS_SUPPORTED;
    assertThat(admin.answer(AdminConsole.logSqe(id, 4, 4100, true)).status()).isEqualTo(REFUSED);
    assertThat(admin.answer(AdminConsole.logSqe(id, 4, 2, true)).status()).isEqualTo(REFUSED);
    assertThat(admin.answer(AdminConsole.logSqe(id, 4, 1L << 40, true)).status())
        .isEqualTo(REFUSED);
    assertThat(admin.answer(AdminConsole.logSqe(id, 4, -4L, true)).status()).isEqualTo(REFUSED);
    assertThat(admin.answer(AdminConsole.logSqe(id, (1 << 20) + 4, 0, true)).status())
        .isEqualTo(REFUSED);
  }

  @Test
  void saysThatThereIsNoAsymmetricAccess() {
    assertThat(admin.logStatus(LogPageId.ANA, 0)).isEqualTo(Status.INVALID_LOG_PAGE | Status.DNR);
    assertThat(admin.status(AdminOpcode.GET_LOG_PAGE, 0, 0xC0, 0, 4))
        .isEqualTo(Status.INVALID_LOG_PAGE | Status.DNR);
  }
}
