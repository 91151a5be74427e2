package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static io.nvmetcp.target.session.SessionHarness.NQN;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.MemoryBackend;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionFaultTest {
  private SessionHarness.World world;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 22));
  }

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private SessionHarness io(boolean headerDigest, boolean dataDigest) {
    return SessionHarness.io(world, SessionOptions.DEFAULT, headerDigest, dataDigest, true);
  }

  private static int r2t(SessionHarness io, int cid, int bytes) {
    io.host.writeByR2t(cid, 0, bytes, BLOCK);
    HostSide.Pdu r2t = io.turn().next();
    assertThat(r2t.type()).isEqualTo(PduType.R2T);
    return PduFields.ttag(r2t.header());
  }

  private static void assertTerminated(SessionHarness io, int fes, int fei) {
    assertThat(io.turn().transcript()).containsExactly("term fes %d fei %d".formatted(fes, fei));
    assertThat(io.lastWords).isTrue();
    assertThat(io.closings).isNotEmpty();
    // From here on it is deaf.
    io.host.read(99, 0, 1, BLOCK);
    assertThat(io.turn().transcript()).isEmpty();
  }

  @Test
  void reportsASecondIcReqAsASequenceError() {
    SessionHarness io = io(false, false);
    io.host.icReq(false, false, 0);
    assertTerminated(io, 2, 0);
  }

  @Test
  void reportsACommandBeforeIcReqAsASequenceError() {
    SessionHarness early = new SessionHarness(world, SessionOptions.DEFAULT);
    early.host.read(1, 0, 1, BLOCK);
    assertTerminated(early, 2, 0);
  }

  @Test
  void reportsAWrongHeaderDigestWithTheDigestReceived() {
    SessionHarness io = io(true, false);
    io.host.read(1, 0, 1, BLOCK);
    byte[] bytes = io.host.take();
    bytes[20] ^= 1;
    io.deliver(bytes);
    HostSide.Pdu report = io.next();
    assertThat(report.fes()).isEqualTo(3);
    assertThat(report.fei()).isEqualTo(LittleEndian.u32(bytes, 72));
  }

  @Test
  void reportsAnUnknownTypeAndAWrongDirection() {
    SessionHarness io = io(false, false);
    byte[] unknown = new byte[24];
    unknown[0] = 0x0A;
    unknown[2] = 24;
    unknown[4] = 24;
    io.deliver(unknown);
    assertThat(io.transcript()).containsExactly("term fes 1 fei 0");
    SessionHarness other = io(false, false);
    byte[] response = new byte[24];
    response[0] = 5;
    response[2] = 24;
    response[4] = 24;
    other.deliver(response);
    assertThat(other.transcript()).containsExactly("term fes 1 fei 0");
  }

  @ParameterizedTest
  @CsvSource({"0", "7", "65535"})
  void refusesATransferTagThatWasNeverGiven(int ttag) {
    SessionHarness io = io(false, false);
    int given = r2t(io, 5, BLOCK);
    assertThat(given).isNotEqualTo(ttag);
    io.host.h2cData(5, ttag, 0, new byte[BLOCK], true);
    assertTerminated(io, 1, PduFields.TTAG);
  }

  @Test
  void refusesARetiredTransferTag() {
    SessionHarness io = io(false, false);
    int first = r2t(io, 5, BLOCK);
    io.host.h2cData(5, first, 0, new byte[BLOCK], true);
    assertThat(io.turn().transcript()).containsExactly("resp 5 0");
    assertThat(r2t(io, 5, BLOCK)).isNotEqualTo(first);
    io.host.h2cData(5, first, 0, new byte[BLOCK], true);
    assertTerminated(io, 1, PduFields.TTAG);
  }

  @Test
  void refusesDataForAnotherCommand() {
    SessionHarness io = io(false, false);
    int ttag = r2t(io, 5, BLOCK);
    io.host.h2cData(6, ttag, 0, new byte[BLOCK], true);
    assertTerminated(io, 1, PduFields.CCCID);
  }

  @ParameterizedTest
  @CsvSource({"4096,4096,true,4", "0,12288,true,4", "8192,4096,true,4"})
  void refusesDataOutOfRangeOrOrder(int offset, int length, boolean last, int fes) {
    SessionHarness io = io(false, false);
    int ttag = r2t(io, 5, 2 * BLOCK);
    io.host.h2cData(5, ttag, offset, new byte[length], last);
    assertTerminated(io, fes, 0);
  }

  @ParameterizedTest
  @CsvSource({"4096,true", "8192,false"})
  void refusesALastFlagThatIsEarlyOrMissing(int length, boolean last) {
    SessionHarness io = io(false, false);
    int ttag = r2t(io, 5, 2 * BLOCK);
    io.host.h2cData(5, ttag, 0, new byte[length], last);
    assertTerminated(io, 1, PduFields.FLAGS);
  }

  @Test
  void refusesMoreThanMaxH2cDataInOnePdu() {
    SessionOptions small =
        SessionOptions.DEFAULT.withSizes(
            new TransferSizes(4096, TransferSizes.UNCUT, TransferSizes.UNCUT, 1));
    SessionHarness io = SessionHarness.io(world, small, false, false, true);
    int ttag = r2t(io, 5, 2 * BLOCK);
    io.host.h2cData(5, ttag, 0, new byte[2 * BLOCK], true);
    assertTerminated(io, 5, 0);
  }

  @Test
  void aFatalFaultEndsTheWholeAssociation() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    int cntlid = admin.admin(false, false);
    SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);
    io.initialize(false, false, 0);
    io.connectIo(1, cntlid, true, 31);
    io.host.icReq(false, false, 0);
    io.turn();
    assertThat(admin.closings).hasSize(1);
    assertThat(world.subsystem.controllerCount()).isZero();
  }

  @Test
  void aHostThatEndsOneConnectionEndsTheWholeAssociation() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    int cntlid = admin.admin(false, false);
    SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);
    io.initialize(false, false, 0);
    io.connectIo(1, cntlid, true, 31);
    byte[] term = new byte[24];
    PduFields.common(term, PduType.H2C_TERM_REQ, 0, 0, term.length);
    LittleEndian.put16(term, PduFields.FES, 3);
    io.deliver(term);
    assertThat(io.transcript()).isEmpty();
    assertThat(io.closings)
        .containsExactly("host ends the connection: header digest error (FES 3, FEI 0)");
    assertThat(io.lastWords).isFalse();
    assertThat(admin.closings).hasSize(1);
    assertThat(world.subsystem.controllerCount()).isZero();
  }

  @Test
  void aConnectionThatIsLostEndsItsQueueOnly() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    int cntlid = admin.admin(false, false);
    SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);
    io.initialize(false, false, 0);
    io.connectIo(1, cntlid, true, 31);
    io.session.closed("connection reset");
    assertThat(admin.closings).isEmpty();
    assertThat(world.subsystem.controllerCount()).isEqualTo(1);
    SessionHarness again = new SessionHarness(world, SessionOptions.DEFAULT);
    again.initialize(false, false, 0);
    again.connectIo(1, cntlid, true, 31);
  }

  @Test
  void answersAWrongDataDigestWithARetryAndLeavesTheMediumAlone() {
    SessionHarness io = io(true, true);
    byte[] old = HostSide.pattern(2 * BLOCK, 1);
    io.host.writeInCapsule(1, 0, old, BLOCK);
    io.turn().transcript();

    io.host.writeInCapsule(2, 0, HostSide.pattern(BLOCK, 2), BLOCK);
    byte[] capsule = io.host.take();
    capsule[capsule.length - 100] ^= 1;
    io.deliver(capsule);
    assertThat(io.transcript())
        .containsExactly("resp 2 %x".formatted(Status.TRANSIENT_TRANSPORT_ERROR));

    // The first of two data PDUs is bad: the second is still consumed, and then comes the answer.
    int ttag = r2t(io, 3, 2 * BLOCK);
    io.host.h2cData(3, ttag, 0, HostSide.pattern(BLOCK, 3), false);
    byte[] bad = io.host.take();
    bad[bad.length - 10] ^= 1;
    io.deliver(bad);
    assertThat(io.transcript()).isEmpty();
    io.host.h2cData(3, ttag, BLOCK, HostSide.pattern(BLOCK, 4), true);
    assertThat(io.turn().transcript())
        .containsExactly("resp 3 %x".formatted(Status.TRANSIENT_TRANSPORT_ERROR));

    io.host.read(4, 0, 2, BLOCK);
    assertThat(io.turn().next().data()).isEqualTo(old);
    assertThat(io.counters.get(Counter.DIGEST_ERRORS)).isEqualTo(2);
  }

  @Test
  void takesConnectDataByR2t() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    admin.initialize(false, false, 0);
    byte[] sqe = HostSide.connectSqe(4, 0, 31, true);
    Sgl.transport(sqe, 0, ConnectData.BYTES);
    admin.host.capsule(sqe, NOTHING);
    HostSide.Pdu r2t = admin.turn().next();
    byte[] data =
        new ConnectData(HostSide.HOST_ID, Fabrics.CNTLID_DYNAMIC, NQN, HostSide.HOST_NQN).encode();
    admin.host.h2cData(4, PduFields.ttag(r2t.header()), 0, data, true);
    assertThat(admin.turn().transcript()).containsExactly("resp 4 0");
  }

  @Test
  void takesIcReqAndConnectInOneSegment() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    admin.host.icReq(false, false, 0);
    admin.host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
    assertThat(admin.turn().transcript()).containsExactly("ICResp", "resp 1 0");
  }

  @Test
  void refusesCommandsBeforeConnectAndBeforeEnable() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    admin.initialize(false, false, 0);
    admin.host.propertyGet(1, Fabrics.PROPERTY_CAP, true);
    admin.host.connect(2, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
    admin.host.admin(0x06, 3, 0, 1, 0, 4096);
    int sequence = Status.COMMAND_SEQUENCE_ERROR | Status.DNR;
    assertThat(admin.turn().transcript())
        .containsExactly(
            "resp 1 %x".formatted(sequence), "resp 2 0", "resp 3 %x".formatted(sequence));
  }

  @Test
  void aDisconnectEndsItsQueueOnly() {
    SessionHarness admin = new SessionHarness(world, SessionOptions.DEFAULT);
    int cntlid = admin.admin(false, false);
    SessionHarness io = new SessionHarness(world, SessionOptions.DEFAULT);
    io.initialize(false, false, 0);
    io.connectIo(1, cntlid, true, 31);
    byte[] sqe = new byte[64];
    Sqe.init(sqe, 0, Fabrics.OPCODE, 9, Fabrics.DISCONNECT);
    io.host.capsule(sqe, NOTHING);
    assertThat(io.turn().transcript()).containsExactly("resp 9 0");
    assertThat(io.closings).hasSize(1);
    assertThat(admin.closings).isEmpty();
    SessionHarness again = new SessionHarness(world, SessionOptions.DEFAULT);
    again.initialize(false, false, 0);
    again.connectIo(1, cntlid, true, 31);
  }

  @Test
  void anyCutOfTheStreamGivesTheSameAnswers() {
    SessionHarness source = io(true, true);
    source.host.writeInCapsule(1, 0, HostSide.pattern(BLOCK, 9), BLOCK);
    source.host.read(2, 0, 1, BLOCK);
    byte[] stream = source.host.take();
    for (int cut = 1; cut < stream.length; cut += 13) {
      SessionHarness io = io(true, true);
      io.deliver(Arrays.copyOf(stream, cut));
      io.deliver(Arrays.copyOfRange(stream, cut, stream.length));
      assertThat(io.transcript())
          .containsExactly("resp 1 0", "data 2 4096 bytes flags 7", "resp 2 0");
      world.subsystem.endAll("next cut");
    }
  }
}
