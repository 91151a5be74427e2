package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static io.nvmetcp.target.session.SessionHarness.NQN;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.TransferBuffer;
import io.nvmetcp.target.schedule.DisplacementHistogram;
import io.nvmetcp.target.schedule.Schedule;
import io.nvmetcp.target.schedule.SchedulePolicy;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data from the host: R2Ts and the memory behind them. */
class SessionTransferTest {
  private static final int KIB_8 = 2 * BLOCK;

  private SessionHarness.World world;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 24));
  }

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private static SessionOptions cut(int maxR2tBytes, int maxR2ts) {
    return SessionOptions.DEFAULT.withSizes(
        new TransferSizes(1 << 20, TransferSizes.UNCUT, maxR2tBytes, maxR2ts));
  }

  private SessionHarness io(SessionOptions options, int maxR2t) {
    return io(options, maxR2t, true);
  }

  private SessionHarness io(SessionOptions options, int maxR2t, boolean digests) {
    int cntlid = new SessionHarness(world, options).admin(digests, digests);
    SessionHarness io = new SessionHarness(world, options);
    io.host.icReq(digests, digests, 0, maxR2t);
    assertThat(io.turn().next().type()).isEqualTo(PduType.IC_RESP);
    io.connectIo(1, cntlid, true, 31);
    return io;
  }

  private static List<HostSide.Pdu> r2ts(SessionHarness io) {
    List<HostSide.Pdu> all = new ArrayList<>(io.turn().host.received);
    io.host.received.clear();
    assertThat(all).allMatch(pdu -> pdu.type() == PduType.R2T);
    return all;
  }

  private static void send(SessionHarness io, HostSide.Pdu r2t, byte[] all) {
    int offset = (int) r2t.r2to();
    byte[] asked = Arrays.copyOfRange(all, offset, offset + (int) r2t.r2tl());
    io.host.h2cData(r2t.cid(), r2t.ttag(), offset, asked, true);
  }

  private static byte[] readBack(SessionHarness io, int blocks) {
    io.host.read(99, 0, blocks, BLOCK);
    byte[] data = io.turn().next().data();
    io.transcript();
    return data;
  }

  @ParameterizedTest
  @CsvSource({"0,16,1", "1,16,2", "3,16,4", "3,2,2", "200,16,8", "2147483647,128,8"})
  void asksForAsMuchAtATimeAsTheHostAndItsOwnLimitAllow(int maxR2t, int most, int outstanding) {
    SessionHarness io = io(cut(KIB_8, most), maxR2t);
    byte[] data = HostSide.pattern(8 * KIB_8, 1);
    io.host.writeByR2t(5, 0, data.length, BLOCK);
    List<HostSide.Pdu> open = r2ts(io);
    assertThat(open).hasSize(outstanding);
    int asked = outstanding;
    while (asked < 8) {
      send(io, open.removeFirst(), data);
      open.addAll(r2ts(io));
      asked++;
      assertThat(open).hasSize(outstanding);
    }
    assertThat(open.stream().mapToLong(HostSide.Pdu::r2to)).isSorted();
    open.forEach(r2t -> send(io, r2t, data));
    assertThat(io.turn().transcript()).containsExactly("resp 5 0");
    assertThat(readBack(io, 16)).isEqualTo(data);
    assertThat(io.counters.get(Counter.R2TS)).isEqualTo(8);
  }

  @Test
  void takesTheDataOfSeveralR2tsInAnyOrderAndInAnyPieces() {
    SessionHarness io = io(cut(KIB_8, 4), 3);
    byte[] data = HostSide.pattern(3 * KIB_8, 1);
    io.host.writeByR2t(5, 0, data.length, BLOCK);
    List<HostSide.Pdu> open = r2ts(io);
    assertThat(open.stream().map(HostSide.Pdu::ttag)).doesNotHaveDuplicates();
    HostSide.Pdu middle = open.get(1);
    byte[] half = Arrays.copyOfRange(data, KIB_8, KIB_8 + BLOCK);
    io.host.h2cData(5, middle.ttag(), KIB_8, half, false);
    send(io, open.get(2), data);
    send(io, open.get(0), data);
    assertThat(io.turn().transcript()).isEmpty();
    byte[] rest = Arrays.copyOfRange(data, KIB_8 + BLOCK, 2 * KIB_8);
    io.host.h2cData(5, middle.ttag(), KIB_8 + BLOCK, rest, true);
    assertThat(io.turn().transcript()).containsExactly("resp 5 0");
    assertThat(readBack(io, 6)).isEqualTo(data);
  }

  @Test
  void theLastR2tAsksForWhatIsLeft() {
    SessionHarness io = io(cut(3 * BLOCK, 8), 7);
    io.host.writeByR2t(5, 0, 8 * BLOCK, BLOCK);
    assertThat(r2ts(io).stream().map(HostSide.Pdu::toString))
        .containsExactly(
            "r2t 5 12288 bytes at 0", "r2t 5 12288 bytes at 12288", "r2t 5 8192 bytes at 24576");
    io.session.closed("test");
  }

  @Test
  void refusesDataBeyondOneR2tAlthoughTheNextIsOutstanding() {
    SessionHarness io = io(cut(KIB_8, 4), 3);
    io.host.writeByR2t(5, 0, 2 * KIB_8, BLOCK);
    List<HostSide.Pdu> open = r2ts(io);
    io.host.h2cData(5, open.getFirst().ttag(), 0, new byte[2 * KIB_8], true);
    assertThat(io.turn().transcript()).containsExactly("term fes 4 fei 0");
  }

  @Test
  void oneBadDigestAmongSeveralR2tsEndsTheCommandOnceAllOfThemAreConsumed() {
    SessionHarness io = io(cut(KIB_8, 2), 1);
    byte[] data = HostSide.pattern(4 * KIB_8, 1);
    io.host.writeByR2t(5, 0, data.length, BLOCK);
    List<HostSide.Pdu> open = r2ts(io);
    send(io, open.get(0), data);
    byte[] bad = io.host.take();
    bad[100] ^= 1;
    io.deliver(bad);
    // Nothing more is asked for, but what was asked for comes.
    assertThat(io.transcript()).isEmpty();
    send(io, open.get(1), data);
    assertThat(io.turn().transcript())
        .containsExactly("resp 5 %x".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
    assertThat(readBack(io, 8)).containsOnly(0);
  }

  @Test
  void aTagIsNotUsedAgainForLong() {
    SessionHarness io = io(SessionOptions.DEFAULT, 0);
    byte[] block = HostSide.pattern(BLOCK, 1);
    List<Integer> tags = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      io.host.writeByR2t(5, 0, BLOCK, BLOCK);
      HostSide.Pdu r2t = io.turn().next();
      tags.add(r2t.ttag());
      send(io, r2t, block);
      io.turn().transcript();
    }
    assertThat(tags).doesNotHaveDuplicates();
  }

  @Test
  void writesWaitForMemoryOfTheirConnectionInTheOrderOfTheirComing() {
    SessionHarness io =
        io(SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withMemoryBytes(2L * KIB_8)), 0);
    byte[] data = HostSide.pattern(KIB_8, 1);
    for (int cid = 1; cid <= 5; cid++) {
      io.host.writeByR2t(cid, 0, KIB_8, BLOCK);
    }
    List<HostSide.Pdu> open = r2ts(io);
    assertThat(open.stream().map(HostSide.Pdu::cid)).containsExactly(1, 2);
    assertThat(world.buffers.lentBytes()).isEqualTo(2L * KIB_8);
    // What needs no memory passes them.
    io.host.read(9, 0, 1, BLOCK);
    assertThat(io.turn().transcript()).hasSize(2);
    for (int cid = 1; cid <= 5; cid++) {
      send(io, open.removeFirst(), data);
      assertThat(io.turn().next()).hasToString("resp " + cid + " 0");
      open.addAll(io.host.received);
      io.host.received.clear();
    }
    assertThat(io.counters.get(Counter.WRITES)).isEqualTo(5);
  }

  @Test
  void aWriteLargerThanTheConnectionsMemoryHasItAlone() {
    SessionHarness io =
        io(SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withMemoryBytes(BLOCK)), 0);
    io.host.writeByR2t(1, 0, KIB_8, BLOCK);
    io.host.writeByR2t(2, 0, KIB_8, BLOCK);
    List<HostSide.Pdu> open = r2ts(io);
    assertThat(open).hasSize(1);
    send(io, open.getFirst(), new byte[KIB_8]);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "r2t 2 8192 bytes at 0");
    io.session.closed("test");
  }

  @Test
  void memoryThatAHeldAnswerGivesBackIsUsedInTheSameTurn() {
    SessionHarness io =
        io(
            SessionOptions.DEFAULT
                .withSchedule(Schedule.of(new SchedulePolicy.Reverse(8)))
                .withLimits(SessionLimits.DEFAULT.withMemoryBytes(KIB_8)),
            0);
    for (int cid = 1; cid <= 3; cid++) {
      io.host.writeByR2t(cid, 0, KIB_8, BLOCK);
    }
    HostSide.Pdu r2t = r2ts(io).getFirst();
    send(io, r2t, new byte[KIB_8]);
    // The answer leaves at the end of the turn: nothing else is under way. Nothing else happens
    // here after that, so the next command must be asked for its data now or never.
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "r2t 2 8192 bytes at 0");
    io.session.closed("test");
  }

  private static void half(SessionHarness io, int opcode, int fuse, int cid) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, 1, 0, 1);
    sqe[Sqe.FLAGS] |= (byte) fuse;
    Sgl.transport(sqe, 0, BLOCK);
    io.host.capsule(sqe, NOTHING);
  }

  @Test
  void halvesOfAFusedPairDoNotWaitForEachOthersMemory() {
    SessionHarness io =
        io(SessionOptions.DEFAULT.withLimits(SessionLimits.DEFAULT.withMemoryBytes(BLOCK)), 0);
    io.host.writeByR2t(1, 8, BLOCK, BLOCK);
    io.host.writeByR2t(2, 8, BLOCK, BLOCK);
    half(io, IoOpcode.COMPARE, 1, 3);
    half(io, IoOpcode.WRITE, 2, 4);
    List<HostSide.Pdu> open = r2ts(io);
    assertThat(open.stream().map(HostSide.Pdu::cid)).containsExactly(1, 3, 4);
    send(io, open.get(1), new byte[BLOCK]);
    send(io, open.get(2), HostSide.pattern(BLOCK, 1));
    assertThat(io.turn().transcript()).containsExactly("resp 3 0", "resp 4 0");
    send(io, open.get(0), new byte[BLOCK]);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "r2t 2 4096 bytes at 0");
    io.session.closed("test");
  }

  @Test
  void tellsTheHostToRetryWhenTheTargetHasNoMemoryAtAll() {
    SessionHarness io = io(SessionOptions.DEFAULT, 0);
    TransferBuffer all = Objects.requireNonNull(world.buffers.acquire(1 << 24));
    io.host.writeByR2t(1, 0, KIB_8, BLOCK);
    io.host.writeInCapsule(2, 0, new byte[BLOCK], BLOCK);
    String retry = " %x".formatted(Status.COMMAND_INTERRUPTED);
    assertThat(io.turn().transcript()).containsExactly("resp 1" + retry, "resp 2" + retry);
    all.release();
    io.host.writeInCapsule(3, 0, new byte[BLOCK], BLOCK);
    assertThat(io.turn().transcript()).containsExactly("resp 3 0");
  }

  @Test
  void anR2tWaitsForOwnMemoryWhenTheTargetHasNoMore() {
    SessionHarness io = io(SessionOptions.DEFAULT, 0);
    io.host.writeByR2t(1, 0, 1 << 20, BLOCK);
    HostSide.Pdu first = io.turn().next();
    List<TransferBuffer> rest = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      rest.add(Objects.requireNonNull(world.buffers.acquire(1 << 20)));
    }
    io.host.writeByR2t(2, 0, 1 << 20, BLOCK);
    assertThat(io.turn().transcript()).isEmpty();
    send(io, first, new byte[1 << 20]);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "r2t 2 1048576 bytes at 0");
    io.session.closed("test");
    rest.forEach(TransferBuffer::release);
  }

  @ParameterizedTest
  @CsvSource({
    "r2t:reverse:3,    '3 2 1'",
    "r2t:script:2%3%1, '2 3 1'",
    "r2t:small-first,  '3 1 2'",
    "in-order,         '1 2 3'",
  })
  void r2tsLeaveInTheOrderOfTheirSchedule(String schedule, String order) {
    SessionHarness io =
        io(SessionOptions.DEFAULT.withSchedule(Schedule.parse(schedule.replace('%', ','))), 0);
    int[] blocks = {2, 4, 1};
    for (int cid = 1; cid <= 3; cid++) {
      io.host.writeByR2t(cid, 0, blocks[cid - 1] * BLOCK, BLOCK);
    }
    List<HostSide.Pdu> open = r2ts(io);
    assertThat(String.join(" ", open.stream().map(r2t -> "" + r2t.cid()).toList()))
        .isEqualTo(order);
    long[] moved = new long[DisplacementHistogram.BUCKETS];
    io.counters.r2tDisplacement().addTo(moved);
    assertThat(moved[0] + moved[1] + moved[2]).isEqualTo(3);
    assertThat(moved[0] == 3).isEqualTo(schedule.equals("in-order"));
    open.forEach(r2t -> send(io, r2t, new byte[4 * BLOCK]));
    // Responses are not reordered by a rule for R2Ts.
    assertThat(io.turn().transcript())
        .isEqualTo(open.stream().map(r2t -> "resp " + r2t.cid() + " 0").toList());
  }

  @Test
  void interleavesTheR2tsOfDifferentCommandsWithAscendingOffsetsInEach() {
    SessionHarness io = io(cut(BLOCK, 4).withSchedule(Schedule.parse("r2t:interleave:2")), 3);
    io.host.writeByR2t(1, 0, 3 * BLOCK, BLOCK);
    io.host.writeByR2t(2, 0, 2 * BLOCK, BLOCK);
    assertThat(r2ts(io).stream().map(HostSide.Pdu::toString))
        .containsExactly(
            "r2t 1 4096 bytes at 0",
            "r2t 2 4096 bytes at 0",
            "r2t 1 4096 bytes at 4096",
            "r2t 2 4096 bytes at 4096",
            "r2t 1 4096 bytes at 8192");
    io.session.closed("test");
  }

  @Test
  void aLoneR2tIsNotHeldBeyondItsTurn() {
    SessionHarness io =
        io(SessionOptions.DEFAULT.withSchedule(Schedule.parse("r2t:shuffle:64")), 0);
    io.host.writeByR2t(1, 0, BLOCK, BLOCK);
    assertThat(r2ts(io)).hasSize(1);
    io.session.closed("test");
  }

  @Test
  void adminQueuesAreNotReordered() {
    SessionOptions options =
        SessionOptions.DEFAULT.withSchedule(Schedule.parse("hold:1:50;r2t:hold:1:50"));
    SessionHarness admin = new SessionHarness(world, options);
    assertThat(admin.admin(true, true)).isPositive();
    admin.host.propertyGet(3, Fabrics.PROPERTY_CSTS, false);
    assertThat(admin.turn().transcript()).containsExactly("resp 3 0");
  }

  private static void connectByR2t(SessionHarness admin, int cid) {
    byte[] sqe = HostSide.connectSqe(cid, 0, 31, true);
    Sgl.transport(sqe, 0, ConnectData.BYTES);
    admin.host.capsule(sqe, NOTHING);
  }

  @Test
  void takesOneConnectAtATime() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    admin.initialize(false, false, 0);
    connectByR2t(admin, 4);
    connectByR2t(admin, 5);
    admin.host.connect(6, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
    HostSide.Pdu r2t = admin.turn().next();
    String sequence = " %x".formatted(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
    assertThat(admin.transcript()).containsExactly("resp 5" + sequence, "resp 6" + sequence);
    send(
        admin,
        r2t,
        new ConnectData(HostSide.HOST_ID, Fabrics.CNTLID_DYNAMIC, NQN, HostSide.HOST_NQN).encode());
    assertThat(admin.turn().transcript()).containsExactly("resp 4 0");
  }

  @Test
  void aRefusedConnectMayBeFollowedByABetterOne() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    admin.initialize(false, false, 0);
    byte[] noSgl = HostSide.connectSqe(4, 0, 31, true);
    Sgl.transport(noSgl, 0, 12);
    admin.host.capsule(noSgl, NOTHING);
    admin.host.connect(5, 0, 31, Fabrics.CNTLID_DYNAMIC, "nqn.other", true);
    admin.host.connect(6, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
    assertThat(admin.turn().transcript())
        .containsExactly(
            "resp 4 %x".formatted(Status.DATA_SGL_LENGTH_INVALID | Status.DNR),
            "resp 5 %x".formatted(Status.CONNECT_INVALID_PARAMETERS | Status.DNR),
            "resp 6 0");
  }

  @ParameterizedTest
  @CsvSource({"0", "512", "4096", "32768", "1048576"})
  void takesAsMuchInACapsuleAsItWasConfiguredFor(int most) {
    ControllerLimits limits = new ControllerLimits(128, 16, 1 << 20, most, 8);
    Namespace namespace = new Namespace(1, new UUID(1, 2), 512, new MemoryBackend(1 << 22));
    SessionHarness.World own = new SessionHarness.World(namespace, limits);
    // Admin capsules take 8 KiB whatever I/O capsules take: Connect comes that way.
    AdminConsole admin = new AdminConsole(own);
    assertThat(IdentifyController.inCapsuleBytes(admin.identify(Cns.CONTROLLER, 0)))
        .isEqualTo(most);
    SessionHarness io = admin.io(1);
    if (most > 0) {
      byte[] data = HostSide.pattern(most, 1);
      io.host.writeInCapsule(1, 0, data, 512);
      assertThat(io.turn().transcript()).containsExactly("resp 1 0");
      io.host.read(2, 0, most / 512, 512);
      assertThat(io.turn().next().data()).isEqualTo(data);
      io.transcript();
    }
    io.host.writeInCapsule(3, 0, new byte[most + 512], 512);
    assertThat(io.turn().transcript()).containsExactly("term fes 1 fei 4");
    own.close();
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "31"})
  void demandsTheAlignmentItAnnounced(int cpda) {
    SessionHarness io = io(SessionOptions.DEFAULT.withCpda(cpda), 0, false);
    io.host.writeInCapsule(1, 0, HostSide.pattern(BLOCK, 1), BLOCK);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
    io.host.writeByR2t(2, 0, BLOCK, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    // A header without its padding: data at offset 24.
    byte[] pdu = new byte[24 + BLOCK];
    pdu[0] = (byte) PduType.H2C_DATA.code();
    pdu[1] = 4;
    pdu[2] = 24;
    pdu[3] = 24;
    pdu[4] = 24;
    pdu[5] = BLOCK >> 8;
    pdu[8] = 2;
    pdu[10] = (byte) r2t.ttag();
    pdu[11] = (byte) (r2t.ttag() >> 8);
    pdu[17] = BLOCK >> 8;
    io.deliver(pdu);
    boolean aligned = 24 % ((cpda + 1) * 4) == 0;
    assertThat(io.transcript()).containsExactly(aligned ? "resp 2 0" : "term fes 1 fei 3");
  }

  @Test
  void refusesOddLengthsOnlyWhenStrict() {
    for (boolean strict : new boolean[] {false, true}) {
      SessionHarness io = io(SessionOptions.DEFAULT.withStrict(strict), 0, false);
      io.host.writeByR2t(2, 0, BLOCK, BLOCK);
      HostSide.Pdu r2t = io.turn().next();
      io.host.h2cData(2, r2t.ttag(), 0, new byte[BLOCK - 1], false);
      assertThat(io.turn().transcript())
          .isEqualTo(strict ? List.of("term fes 1 fei 16") : List.of());
      io.session.closed("test");
    }
  }
}
