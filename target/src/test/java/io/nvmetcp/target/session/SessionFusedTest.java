package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fused Compare-and-Write, whole and in halves. */
class SessionFusedTest {
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final String MISSING = "resp %d " + hex(Status.MISSING_FUSED);
  private static final String FAILED = "resp %d " + hex(Status.FAILED_FUSED);

  private final SessionHarness.World world = new SessionHarness.World(new MemoryBackend(1 << 22));
  private final byte[] old = new byte[BLOCK];
  private final byte[] fresh = HostSide.pattern(BLOCK, 1);
  private SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);

  @BeforeEach
  void connect() {
    io = SessionHarness.io(world, SessionOptions.DEFAULT, true, true, true);
  }

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private static String hex(int status) {
    return Integer.toHexString(status | Status.DNR);
  }

  private void half(int opcode, int cid, int fuse, long slba, byte[] bytes) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, 1, slba, bytes.length / BLOCK);
    sqe[Sqe.FLAGS] |= (byte) fuse;
    Sgl.inCapsule(sqe, 0, bytes.length);
    io.host.capsule(sqe, bytes);
  }

  private void byR2t(int opcode, int cid, int fuse, long slba) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, 1, slba, 1);
    sqe[Sqe.FLAGS] |= (byte) fuse;
    Sgl.transport(sqe, 0, BLOCK);
    io.host.capsule(sqe, NOTHING);
  }

  private byte[] block(long slba) {
    io.host.read(99, slba, 1, BLOCK);
    byte[] data = io.turn().next().data();
    io.transcript();
    return data;
  }

  @Test
  void writesIfTheCompareFindsNoDifference() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    half(IoOpcode.WRITE, 2, SECOND, 3, fresh);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
    assertThat(block(3)).isEqualTo(fresh);
  }

  @Test
  void isWholeThoughTheNamespaceGetsAnotherSizeBetweenTheHalves() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    assertThat(io.turn().transcript()).isEmpty();
    world.subsystem.resize(1, 1 << 21);
    half(IoOpcode.WRITE, 2, SECOND, 3, fresh);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
    assertThat(block(3)).isEqualTo(fresh);
  }

  @Test
  void leavesTheBlockAloneIfTheCompareFails() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, fresh);
    half(IoOpcode.WRITE, 2, SECOND, 3, fresh);
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 " + hex(Status.COMPARE_FAILURE), FAILED.formatted(2));
    assertThat(block(3)).isEqualTo(old);
  }

  @Test
  void takesTheDataOfBothHalvesInAnyOrder() {
    byR2t(IoOpcode.COMPARE, 1, FIRST, 3);
    byR2t(IoOpcode.WRITE, 2, SECOND, 3);
    io.turn();
    HostSide.Pdu one = io.next();
    HostSide.Pdu two = io.next();
    assertThat(two.type()).isEqualTo(PduType.R2T);
    io.host.h2cData(2, PduFields.ttag(two.header()), 0, fresh, true);
    assertThat(io.turn().transcript()).isEmpty();
    io.host.h2cData(1, PduFields.ttag(one.header()), 0, old, true);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
    assertThat(block(3)).isEqualTo(fresh);
  }

  @Test
  void aPairIsAnsweredInOrderUnderEveryPolicy() {
    io =
        SessionHarness.io(
            world,
            SessionOptions.DEFAULT.withSchedule(Schedule.parse("reverse:4")),
            false,
            false,
            true);
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    half(IoOpcode.WRITE, 2, SECOND, 3, fresh);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
  }

  @Test
  void aFirstHalfFollowedByAnotherCommandIsAlone() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    assertThat(io.turn().transcript()).isEmpty();
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 5, 1, 0, 1), NOTHING);
    half(IoOpcode.WRITE, 2, SECOND, 3, fresh);
    assertThat(io.turn().transcript())
        .containsExactly(MISSING.formatted(1), "resp 5 0", MISSING.formatted(2));
    assertThat(block(3)).isEqualTo(old);
  }

  @Test
  void aFirstHalfAloneIsAnsweredOnceItsDataIsHere() {
    byR2t(IoOpcode.COMPARE, 1, FIRST, 3);
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 5, 1, 0, 1), NOTHING);
    HostSide.Pdu r2t = io.turn().next();
    assertThat(io.transcript()).containsExactly("resp 5 0");
    io.host.h2cData(1, PduFields.ttag(r2t.header()), 0, old, true);
    assertThat(io.turn().transcript()).containsExactly(MISSING.formatted(1));
  }

  @Test
  void ofTwoFirstHalvesTheLaterOneHasTheSecond() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    half(IoOpcode.COMPARE, 2, FIRST, 3, old);
    half(IoOpcode.WRITE, 3, SECOND, 3, fresh);
    half(IoOpcode.WRITE, 4, SECOND, 3, old);
    assertThat(io.turn().transcript())
        .containsExactly(MISSING.formatted(1), "resp 2 0", "resp 3 0", MISSING.formatted(4));
    assertThat(block(3)).isEqualTo(fresh);
  }

  @Test
  void aHalfThatIsRefusedTakesTheOtherWithIt() {
    half(IoOpcode.COMPARE, 1, FIRST, 1 << 20, old);
    half(IoOpcode.WRITE, 2, SECOND, 3, fresh);
    half(IoOpcode.COMPARE, 3, FIRST, 3, old);
    half(IoOpcode.WRITE, 4, SECOND, 3, new byte[2 * BLOCK]);
    assertThat(io.turn().transcript())
        .containsExactly(
            "resp 1 " + hex(Status.LBA_OUT_OF_RANGE),
            FAILED.formatted(2),
            FAILED.formatted(3),
            "resp 4 " + hex(Status.ATOMIC_WRITE_UNIT_EXCEEDED));
    assertThat(block(3)).isEqualTo(old);
  }

  @Test
  void refusesHalvesOfDifferentRanges() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    half(IoOpcode.WRITE, 2, SECOND, 4, fresh);
    String invalid = hex(Status.INVALID_FIELD);
    assertThat(io.turn().transcript()).containsExactly("resp 1 " + invalid, "resp 2 " + invalid);
  }

  @Test
  void refusesToFuseOtherCommands() {
    half(IoOpcode.WRITE, 1, FIRST, 3, fresh);
    half(IoOpcode.COMPARE, 2, SECOND, 3, old);
    half(IoOpcode.COMPARE, 3, FIRST | SECOND, 3, old);
    String invalid = hex(Status.INVALID_FIELD);
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 " + invalid, "resp 2 " + invalid, "resp 3 " + invalid);
  }

  @Test
  void givesBackAHalfThatStillWaitsWhenTheConnectionEnds() {
    half(IoOpcode.COMPARE, 1, FIRST, 3, old);
    assertThat(io.turn().transcript()).isEmpty();
    io.session.closed("test");
  }
}
