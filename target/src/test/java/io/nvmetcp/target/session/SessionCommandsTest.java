package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.target.backend.MemoryBackend;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands beyond read, write and flush. */
class SessionCommandsTest {
  private static final int BLOCKS = (1 << 24) / BLOCK;
  private static final int PAGE_BLOCKS = MemoryBackend.PAGE_BYTES / BLOCK;

  private MemoryBackend memory = new MemoryBackend(1);
  private SessionHarness.World world = new SessionHarness.World(new MemoryBackend(BLOCK));
  private SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);

  @BeforeEach
  void setUp() {
    memory = new MemoryBackend(1 << 24);
    world = new SessionHarness.World(memory);
    io = SessionHarness.io(world, SessionOptions.DEFAULT, true, true, true);
  }

  @AfterEach
  void everyBufferAndLeaseIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    assertThat(io.counters.get(Counter.LEASES_TAKEN))
        .isEqualTo(io.counters.get(Counter.LEASES_RETURNED));
    world.close();
  }

  private static String refused(int cid, int status) {
    return "resp %d %x".formatted(cid, status | Status.DNR);
  }

  private byte[] write(long slba, int blocks, int seed) {
    byte[] bytes = HostSide.pattern(blocks * BLOCK, seed);
    io.host.writeByR2t(1, slba, bytes.length, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    io.host.h2cData(1, PduFields.ttag(r2t.header()), 0, bytes, true);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
    return bytes;
  }

  private byte[] read(long slba, int blocks) {
    io.host.read(2, slba, blocks, BLOCK);
    byte[] data = io.turn().next().data();
    assertThat(io.transcript()).containsExactly("resp 2 0");
    return data;
  }

  private void command(int opcode, int cid, long slba, int blocks) {
    io.host.capsule(HostSide.ioSqe(opcode, cid, 1, slba, blocks), NOTHING);
  }

  private void manage(int cid, int count, boolean deallocate, byte[] list) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.DATASET_MANAGEMENT, cid, 1);
    Sqe.cdw(sqe, 0, 10, count - 1);
    Sqe.cdw(sqe, 0, 11, deallocate ? DatasetRange.CDW11_DEALLOCATE : 0);
    Sgl.inCapsule(sqe, 0, list.length);
    io.host.capsule(sqe, list);
  }

  private void copy(int cid, long destination, int format, CopyRange... ranges) {
    byte[] list = new byte[ranges.length * CopyRange.bytes(0)];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i].encode(list, i * CopyRange.bytes(0));
    }
    byte[] sqe = new byte[Sqe.BYTES];
    CopyCommand.put(sqe, 0, cid, 1, destination, ranges.length, format, true);
    Sgl.inCapsule(sqe, 0, list.length);
    io.host.capsule(sqe, list);
  }

  private static byte[] identifyController(SessionHarness.World which) {
    SessionHarness admin = new SessionHarness(which, SessionOptions.DEFAULT);
    assertThat(admin.admin(false, false)).isPositive();
    admin.host.admin(AdminOpcode.IDENTIFY, 5, 0, Cns.CONTROLLER, 0, Cns.DATA_BYTES);
    return admin.turn().next().data();
  }

  @Test
  void advertisesExactlyTheseCommands() {
    byte[] page = identifyController(world);
    assertThat(LittleEndian.u16(page, IdentifyController.ONCS))
        .isEqualTo(
            ControllerBits.ONCS_COMPARE
                | ControllerBits.ONCS_DATASET_MANAGEMENT
                | ControllerBits.ONCS_WRITE_ZEROES
                | ControllerBits.ONCS_SAVE_SELECT
                | ControllerBits.ONCS_VERIFY
                | ControllerBits.ONCS_COPY);
    assertThat(LittleEndian.u16(page, IdentifyController.FUSES)).isEqualTo(1);
    assertThat(LittleEndian.u16(page, IdentifyController.ACWU)).isZero();
    assertThat(LittleEndian.u16(page, IdentifyController.OCFS)).isEqualTo(1);
  }

  @Test
  void advertisesNoFusedCommandsIfABackEndCannotDoThem() {
    SessionHarness.World plain = new SessionHarness.World(new DeferredBackend(memory));
    byte[] page = identifyController(plain);
    assertThat(LittleEndian.u16(page, IdentifyController.FUSES)).isZero();
    plain.buffers.close();
  }

  @Test
  void writesZeroesOverMoreThanOneTransferAndFreesPages() {
    byte[] bytes = write(1, 2 * PAGE_BLOCKS, 1);
    assertThat(memory.pagesInUse()).isEqualTo(3);
    command(IoOpcode.WRITE_ZEROES, 3, 2, 3 * PAGE_BLOCKS);
    command(IoOpcode.WRITE_ZEROES, 4, BLOCKS / 2, BLOCKS / 2);
    assertThat(io.turn().transcript()).containsExactly("resp 3 0", "resp 4 0");
    assertThat(read(1, 1)).isEqualTo(Arrays.copyOf(bytes, BLOCK));
    assertThat(read(2, 64)).containsOnly(0);
    assertThat(memory.pagesInUse()).isLessThan(3);
    assertThat(io.counters.get(Counter.WRITE_ZEROES)).isEqualTo(2);
  }

  @Test
  void deallocatesTheRangesOfAListThatIsShorterThanItsBuffer() {
    byte[] bytes = write(0, 4, 1);
    byte[] list = new byte[4096];
    new DatasetRange(0, 1, 1).encode(list, 0);
    new DatasetRange(0, 0, 3).encode(list, 16);
    new DatasetRange(0, 1, 2).encode(list, 32);
    manage(3, 3, true, list);
    assertThat(io.turn().transcript()).containsExactly("resp 3 0");
    byte[] expected = bytes.clone();
    Arrays.fill(expected, BLOCK, 3 * BLOCK, (byte) 0);
    assertThat(read(0, 4)).isEqualTo(expected);
  }

  @Test
  void takesAllTwoHundredFiftySixRanges() {
    byte[] list = new byte[256 * DatasetRange.BYTES];
    for (int i = 0; i < 256; i++) {
      new DatasetRange(0, 2, 4L * i).encode(list, i * DatasetRange.BYTES);
    }
    manage(3, 256, true, list);
    assertThat(io.turn().transcript()).containsExactly("resp 3 0");
  }

  @Test
  void changesNothingIfOneRangeIsBad() {
    byte[] bytes = write(0, 1, 1);
    byte[] list = new byte[32];
    new DatasetRange(0, 1, 0).encode(list, 0);
    new DatasetRange(0, 1, BLOCKS).encode(list, 16);
    manage(3, 2, true, list);
    manage(4, 3, true, list);
    assertThat(io.turn().transcript())
        .containsExactly(
            refused(3, Status.LBA_OUT_OF_RANGE), refused(4, Status.DATA_SGL_LENGTH_INVALID));
    assertThat(read(0, 1)).isEqualTo(bytes);
  }

  @Test
  void hintsWithoutTheDeallocateBitChangeNothing() {
    byte[] bytes = write(0, 1, 1);
    byte[] list = new byte[16];
    new DatasetRange(7, 1, 0).encode(list, 0);
    manage(3, 1, false, list);
    assertThat(io.turn().transcript()).containsExactly("resp 3 0");
    assertThat(read(0, 1)).isEqualTo(bytes);
  }

  @Test
  void comparesWithWhatIsThere() {
    byte[] bytes = write(5, 2, 1);
    byte[] sqe = HostSide.ioSqe(IoOpcode.COMPARE, 3, 1, 5, 2);
    Sgl.inCapsule(sqe, 0, bytes.length);
    io.host.capsule(sqe, bytes);
    byte[] other = bytes.clone();
    other[other.length - 1] ^= 1;
    Sqe.cid(sqe, 0, 4);
    io.host.capsule(sqe, other);
    assertThat(io.turn().transcript())
        .containsExactly("resp 3 0", refused(4, Status.COMPARE_FAILURE));
    assertThat(io.counters.get(Counter.COMPARES)).isEqualTo(1);
  }

  @Test
  void verifiesARangeOfAnyLength() {
    command(IoOpcode.VERIFY, 3, 0, BLOCKS);
    command(IoOpcode.VERIFY, 4, 1, BLOCKS);
    assertThat(io.turn().transcript())
        .containsExactly("resp 3 0", refused(4, Status.LBA_OUT_OF_RANGE));
  }

  @Test
  void copiesRangesOneBehindTheOther() {
    byte[] bytes = write(0, 8, 1);
    copy(3, 100, 0, CopyRange.of(4, 4), CopyRange.of(0, 1), CopyRange.of(2000, 1));
    assertThat(io.turn().transcript()).containsExactly("resp 3 0");
    byte[] copied = read(100, 6);
    assertThat(Arrays.copyOf(copied, 4 * BLOCK))
        .isEqualTo(Arrays.copyOfRange(bytes, 4 * BLOCK, 8 * BLOCK));
    assertThat(Arrays.copyOfRange(copied, 4 * BLOCK, 5 * BLOCK))
        .isEqualTo(Arrays.copyOf(bytes, BLOCK));
    assertThat(Arrays.copyOfRange(copied, 5 * BLOCK, 6 * BLOCK)).containsOnly(0);
  }

  @Test
  void refusesCopiesBeyondItsLimits() {
    CopyRange[] many = new CopyRange[129];
    Arrays.fill(many, CopyRange.of(0, 1));
    copy(3, 0, 1, CopyRange.of(4, 1));
    copy(4, 1000, 0, many);
    copy(5, 1000, 0, CopyRange.of(0, 257));
    copy(6, 3, 0, CopyRange.of(0, 4));
    copy(7, BLOCKS - 1, 0, CopyRange.of(0, 2));
    copy(8, 1000, 0, CopyRange.of(BLOCKS - 1, 2));
    assertThat(io.turn().transcript())
        .containsExactly(
            refused(3, Status.INVALID_FIELD),
            refused(4, Status.COMMAND_SIZE_LIMIT_EXCEEDED),
            refused(5, Status.COMMAND_SIZE_LIMIT_EXCEEDED),
            refused(6, Status.OVERLAPPING_IO_RANGE),
            refused(7, Status.LBA_OUT_OF_RANGE),
            refused(8, Status.LBA_OUT_OF_RANGE));
  }
}
