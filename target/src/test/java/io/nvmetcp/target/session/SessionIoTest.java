package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIoTest {
  private SessionHarness.World world;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 24));
  }

  @AfterEach
  void everyBufferAndLeaseIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private SessionHarness io(SessionOptions options) {
    return SessionHarness.io(world, options, true, true, true);
  }

  private static SessionOptions options(SuccessMode success, String policy, int maxC2hData) {
    return SessionOptions.DEFAULT
        .withSuccess(success)
        .withSchedule(Schedule.parse(policy))
        .withSizes(new TransferSizes(1 << 16, maxC2hData, TransferSizes.UNCUT, 1));
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void readsBackWhatWasWrittenInCapsuleAndByR2t(boolean header, boolean data) {
    SessionHarness io = SessionHarness.io(world, SessionOptions.DEFAULT, header, data, true);
    byte[] small = HostSide.pattern(2 * BLOCK, 1);
    byte[] large = HostSide.pattern(64 * BLOCK, 2);
    io.host.writeInCapsule(10, 5, small, BLOCK);
    io.host.writeByR2t(11, 64, large.length, BLOCK);
    io.turn();
    assertThat(io.next()).hasToString("resp 10 0");
    HostSide.Pdu r2t = io.next();
    assertThat(PduFields.r2tl(r2t.header())).isEqualTo(large.length);
    int ttag = PduFields.ttag(r2t.header());
    int half = large.length / 2;
    io.host.h2cData(11, ttag, 0, Arrays.copyOf(large, half), false);
    io.host.h2cData(11, ttag, half, Arrays.copyOfRange(large, half, large.length), true);
    assertThat(io.turn().transcript()).containsExactly("resp 11 0");

    io.host.read(12, 5, 2, BLOCK);
    io.host.read(13, 64, 64, BLOCK);
    io.turn();
    HostSide.Pdu first = io.next();
    assertThat(first.data()).isEqualTo(small);
    assertThat(first.digestRight()).isTrue();
    assertThat(io.next()).hasToString("resp 12 0");
    assertThat(io.next().data()).isEqualTo(large);
    assertThat(io.next()).hasToString("resp 13 0");
  }

  @Test
  void takesAnInCapsuleOffset() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    byte[] capsule = HostSide.pattern(BLOCK + 512, 3);
    byte[] sqe = HostSide.ioSqe(IoOpcode.WRITE, 1, 1, 0, 1);
    Sgl.inCapsule(sqe, 0, BLOCK);
    LittleEndian.put64(sqe, Sqe.SGL1, 512);
    io.host.capsule(sqe, capsule);
    io.host.read(2, 0, 1, BLOCK);
    io.turn();
    assertThat(io.next()).hasToString("resp 1 0");
    assertThat(io.next().data()).isEqualTo(Arrays.copyOfRange(capsule, 512, BLOCK + 512));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 31})
  void placesDataWhereTheHostAlignsIt(int hpda) {
    int cntlid = new SessionHarness(world, SessionOptions.DEFAULT).admin(false, false);
    SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);
    io.initialize(true, false, hpda);
    io.connectIo(1, cntlid, true, 31);
    io.host.read(1, 0, 1, BLOCK);
    HostSide.Pdu data = io.turn().next();
    assertThat(PduFields.pdo(data.header()) % ((hpda + 1) * 4)).isZero();
    assertThat(data.data()).hasSize(BLOCK);
  }

  @Test
  void countsTheQueueHeadWhileFlowControlIsOn() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    for (int i = 0; i < 64; i++) {
      io.host.read(i, 0, 1, BLOCK);
      io.turn();
      assertThat(io.next().flags() & PduFlags.SUCCESS).isZero();
      assertThat(io.next().sqhd()).isEqualTo((i + 2) % 32);
    }
  }

  @Test
  void flagsSuccessOnlyWhenFlowControlIsOff() {
    SessionHarness io = SessionHarness.io(world, SessionOptions.DEFAULT, false, false, false);
    io.host.read(1, 0, 1, BLOCK);
    io.host.read(2, 1L << 40, 1, BLOCK);
    assertThat(io.turn().transcript()).containsExactly("data 1 4096 bytes flags c", "resp 2 4080");
  }

  @Test
  void canBeToldToFlagSuccessNeverOrAlways() {
    SessionHarness never =
        SessionHarness.io(
            world, options(SuccessMode.NEVER, "in-order", 1 << 20), false, false, false);
    never.host.read(1, 0, 1, BLOCK);
    assertThat(never.turn().transcript()).containsExactly("data 1 4096 bytes flags 4", "resp 1 0");
    SessionHarness always =
        SessionHarness.io(
            world, options(SuccessMode.ALWAYS, "in-order", 1 << 20), false, false, true);
    always.host.read(1, 0, 1, BLOCK);
    assertThat(always.turn().transcript()).containsExactly("data 1 4096 bytes flags c");
  }

  @Test
  void splitsDataWhenToldTo() {
    SessionHarness io =
        SessionHarness.io(world, options(SuccessMode.AUTO, "in-order", BLOCK), false, false, false);
    io.host.read(1, 0, 3, BLOCK);
    assertThat(io.turn().transcript())
        .containsExactly(
            "data 1 4096 bytes flags 0", "data 1 4096 bytes flags 0", "data 1 4096 bytes flags c");
  }

  @Test
  void answersThreeReadsInTheOrderOfAScript() {
    SessionHarness io =
        SessionHarness.io(
            world, options(SuccessMode.AUTO, "script:2,3,1", 1 << 20), false, false, false);
    for (int cid = 1; cid <= 3; cid++) {
      io.host.read(cid, 0, 1, BLOCK);
    }
    assertThat(io.turn().transcript())
        .containsExactly(
            "data 2 4096 bytes flags c", "data 3 4096 bytes flags c", "data 1 4096 bytes flags c");
    io.host.read(4, 0, 1, BLOCK);
    assertThat(io.turn().transcript()).containsExactly("data 4 4096 bytes flags c");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mixesTheDataOfSeveralReadsPduByPdu(boolean flow) {
    byte[] content = HostSide.pattern(6 * BLOCK, 8);
    SessionOptions mixed = options(SuccessMode.AUTO, "interleave:3:4096", 1 << 20);
    SessionHarness io = SessionHarness.io(world, mixed, true, true, flow);
    io.host.writeByR2t(9, 0, content.length, BLOCK);
    io.host.h2cData(9, io.turn().next().ttag(), 0, content, true);
    assertThat(io.turn().transcript()).containsExactly("resp 9 0");
    io.host.read(1, 0, 3, BLOCK);
    io.host.read(2, 3, 1, BLOCK);
    io.host.read(3, 4, 2, BLOCK);
    List<HostSide.Pdu> pdus = List.copyOf(io.turn().host.received);
    // Each ends with its own last PDU, and with a capsule of its own where a flag cannot say it.
    assertThat(io.transcript())
        .isEqualTo(
            flow
                ? List.of(
                    "data 1 4096 bytes flags 3",
                    "data 2 4096 bytes flags 7",
                    "resp 2 0",
                    "data 3 4096 bytes flags 3",
                    "data 1 4096 bytes flags 3",
                    "data 3 4096 bytes flags 7",
                    "resp 3 0",
                    "data 1 4096 bytes flags 7",
                    "resp 1 0")
                : List.of(
                    "data 1 4096 bytes flags 3",
                    "data 2 4096 bytes flags f",
                    "data 3 4096 bytes flags 3",
                    "data 1 4096 bytes flags 3",
                    "data 3 4096 bytes flags f",
                    "data 1 4096 bytes flags f"));
    int[] first = {0, 0, 3, 4};
    int[] next = new int[4];
    for (HostSide.Pdu pdu : pdus) {
      if (pdu.type() == PduType.C2H_DATA) {
        assertThat(pdu.digestRight()).isTrue();
        assertThat(PduFields.datao(pdu.header())).isEqualTo((long) next[pdu.cid()] * BLOCK);
        int from = (first[pdu.cid()] + next[pdu.cid()]++) * BLOCK;
        assertThat(pdu.data()).isEqualTo(Arrays.copyOfRange(content, from, from + BLOCK));
      }
    }
  }

  @Test
  void sendsTheSmallestAnswersFirst() {
    SessionHarness io =
        SessionHarness.io(
            world, options(SuccessMode.AUTO, "small-first:4", 1 << 20), false, false, false);
    io.host.read(1, 0, 8, BLOCK);
    io.host.read(2, 0, 1, BLOCK);
    io.host.read(3, 1L << 40, 1, BLOCK);
    io.host.read(4, 0, 4, BLOCK);
    assertThat(io.turn().transcript())
        .containsExactly(
            "resp 3 4080",
            "data 2 4096 bytes flags c",
            "data 4 16384 bytes flags c",
            "data 1 32768 bytes flags c");
  }

  @Test
  void keepsLentPagesUntilTheWireLetsGo() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    byte[] old = HostSide.pattern(BLOCK, 4);
    io.host.writeInCapsule(1, 0, old, BLOCK);
    io.turn().transcript();
    io.wire.keepLeases(true);
    io.host.read(2, 0, 1, BLOCK);
    io.turn().transcript();
    assertThat(io.counters.get(Counter.LEASES_TAKEN) - io.counters.get(Counter.LEASES_RETURNED))
        .isEqualTo(1);
    // The slot is free although the memory is not: the same identifier may be used again.
    io.host.read(2, 0, 1, BLOCK);
    assertThat(io.turn().transcript()).containsExactly("data 2 4096 bytes flags 7", "resp 2 0");
    io.session.closed("test");
    io.wire.releaseAll();
    assertThat(io.counters.get(Counter.LEASES_TAKEN))
        .isEqualTo(io.counters.get(Counter.LEASES_RETURNED));
  }

  @Test
  void flushes() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 3, 1, 0, 1), NOTHING);
    assertThat(io.turn().transcript()).containsExactly("resp 3 0");
    assertThat(io.counters.get(Counter.FLUSHES)).isEqualTo(1);
  }

  @Test
  void refusesWhatTheNamespaceDoesNotHave() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    long blocks = world.backend.sizeBytes() / BLOCK;
    io.host.read(1, blocks, 1, BLOCK);
    io.host.read(2, blocks - 1, 2, BLOCK);
    io.host.read(3, -1, 1, BLOCK);
    io.host.read(4, blocks - 1, 1, BLOCK);
    byte[] otherNamespace = HostSide.ioSqe(IoOpcode.READ, 5, 9, 0, 1);
    Sgl.transport(otherNamespace, 0, BLOCK);
    io.host.capsule(otherNamespace, NOTHING);
    io.host.read(6, 0, 257, BLOCK);
    io.host.capsule(HostSide.ioSqe(0x55, 7, 1, 0, 1), NOTHING);
    int range = Status.LBA_OUT_OF_RANGE | Status.DNR;
    assertThat(io.turn().transcript())
        .containsExactly(
            "resp 1 %x".formatted(range),
            "resp 2 %x".formatted(range),
            "resp 3 %x".formatted(range),
            "data 4 4096 bytes flags 7",
            "resp 4 0",
            "resp 5 %x".formatted(Status.INVALID_NAMESPACE | Status.DNR),
            "resp 6 %x".formatted(Status.INVALID_FIELD | Status.DNR),
            "resp 7 %x".formatted(Status.INVALID_OPCODE | Status.DNR));
  }

  @Test
  void refusesDataPointersThatDoNotFit() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    byte[] shortRead = HostSide.ioSqe(IoOpcode.READ, 1, 1, 0, 2);
    Sgl.transport(shortRead, 0, BLOCK);
    io.host.capsule(shortRead, NOTHING);
    byte[] readInCapsule = HostSide.ioSqe(IoOpcode.READ, 2, 1, 0, 1);
    Sgl.inCapsule(readInCapsule, 0, BLOCK);
    io.host.capsule(readInCapsule, NOTHING);
    byte[] beyondCapsule = HostSide.ioSqe(IoOpcode.WRITE, 3, 1, 0, 1);
    Sgl.inCapsule(beyondCapsule, 0, BLOCK);
    io.host.capsule(beyondCapsule, new byte[512]);
    byte[] offset = HostSide.ioSqe(IoOpcode.WRITE, 4, 1, 0, 1);
    Sgl.inCapsule(offset, 0, BLOCK);
    LittleEndian.put64(offset, Sqe.SGL1, 8192);
    io.host.capsule(offset, new byte[BLOCK]);
    byte[] noSgl = HostSide.ioSqe(IoOpcode.READ, 5, 1, 0, 1);
    Sgl.transport(noSgl, 0, BLOCK);
    noSgl[Sqe.FLAGS] = 0;
    io.host.capsule(noSgl, NOTHING);
    assertThat(io.turn().transcript())
        .containsExactly(
            "resp 1 %x".formatted(Status.DATA_SGL_LENGTH_INVALID | Status.DNR),
            "resp 2 %x".formatted(Status.SGL_TYPE_INVALID | Status.DNR),
            "resp 3 %x".formatted(Status.DATA_SGL_LENGTH_INVALID | Status.DNR),
            "resp 4 %x".formatted(Status.SGL_OFFSET_INVALID | Status.DNR),
            "resp 5 %x".formatted(Status.INVALID_FIELD | Status.DNR));
  }

  @Test
  void refusesAnIdentifierThatIsInUse() {
    SessionHarness io = io(SessionOptions.DEFAULT);
    io.host.writeByR2t(7, 0, BLOCK, BLOCK);
    io.host.read(7, 0, 1, BLOCK);
    io.turn();
    HostSide.Pdu r2t = io.next();
    assertThat(r2t.type()).isEqualTo(PduType.R2T);
    assertThat(io.transcript())
        .isEqualTo(List.of("resp 7 %x".formatted(Status.COMMAND_ID_CONFLICT | Status.DNR)));
    io.host.h2cData(7, PduFields.ttag(r2t.header()), 0, new byte[BLOCK], true);
    assertThat(io.turn().transcript()).containsExactly("resp 7 0");
  }

  @Test
  void stopsReadingWhenAHostOverrunsItsQueueAndGoesOnLater() {
    int cntlid = new SessionHarness(world, SessionOptions.DEFAULT).admin(false, false);
    DeferredBackend slow = new DeferredBackend(world.backend);
    SessionHarness.World slowWorld = new SessionHarness.World(slow);
    int slowCntlid = new SessionHarness(slowWorld, SessionOptions.DEFAULT).admin(false, false);
    assertThat(cntlid).isEqualTo(slowCntlid);
    SessionHarness io = new SessionHarness(slowWorld, SessionOptions.DEFAULT);
    io.initialize(false, false, 0);
    io.connectIo(1, slowCntlid, false, 3);
    int count = 100;
    for (int cid = 0; cid < count; cid++) {
      io.host.read(cid, cid % 4, 1, BLOCK);
    }
    io.turn();
    assertThat(io.unreadBuffers()).isEqualTo(1);
    assertThat(io.counters.get(Counter.STALLS)).isEqualTo(1);
    int answered = 0;
    while (answered < count) {
      slow.completeAll();
      answered += io.turn().transcript().size();
    }
    assertThat(answered).isEqualTo(count);
    assertThat(io.closings).isEmpty();
    slowWorld.buffers.close();
  }

  @Test
  void hangsUpWhenAnOverrunCannotEnd() {
    SessionHarness io = SessionHarness.io(world, SessionOptions.DEFAULT, false, false, false);
    for (int cid = 0; cid < 200; cid++) {
      io.host.writeByR2t(cid, 0, BLOCK, BLOCK);
    }
    io.turn();
    assertThat(io.closings).hasSize(1);
    assertThat(io.closings.getFirst()).contains("64 commands outstanding");
    assertThat(io.lastWords).isFalse();
  }
}
