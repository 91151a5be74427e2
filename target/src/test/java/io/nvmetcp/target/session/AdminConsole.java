package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduType;
import java.util.List;

/** The admin queue of an enabled controller, asked one command at a time. */
final class AdminConsole {
  static final int CID = 7;
  private static final int RETAIN = 1 << 15;

  final SessionHarness session;
  final SessionHarness.World world;
  final int cntlid;
  private final SessionOptions options;

  AdminConsole(SessionHarness.World world) {
    this(world, SessionOptions.DEFAULT);
  }

  AdminConsole(SessionHarness.World world, SessionOptions options) {
    this.world = world;
    this.options = options;
    session = new SessionHarness(world, options);
    cntlid = session.admin(true, true);
  }

  void close() {
    session.session.closed("test");
  }

  /** An I/O queue of this controller. */
  SessionHarness io(int qid) {
    SessionHarness io = new SessionHarness(world, options);
    io.initialize(false, false, 0);
    io.connectIo(qid, cntlid, true, 31);
    return io;
  }

  /** The response; data that came before it is dropped. */
  HostSide.Pdu answer(int opcode, long nsid, long cdw10, long cdw11, int dataBytes) {
    session.host.admin(opcode, CID, nsid, cdw10, cdw11, dataBytes);
    return response();
  }

  @CanIgnoreReturnValue
  HostSide.Pdu answer(byte[] sqe) {
    Sqe.cid(sqe, 0, CID);
    session.host.capsule(sqe, SessionHarness.NOTHING);
    return response();
  }

  // What else arrives stays for {@link #takeEvents}.
  private HostSide.Pdu response() {
    HostSide.Pdu answer =
        session.turn().host.received.stream()
            .filter(pdu -> pdu.type() == PduType.CAPSULE_RESP && pdu.cid() == CID)
            .findFirst()
            .orElseThrow();
    session.host.received.removeIf(pdu -> pdu.cid() == CID);
    return answer;
  }

  int status(int opcode, long nsid, long cdw10, long cdw11, int dataBytes) {
    return answer(opcode, nsid, cdw10, cdw11, dataBytes).status();
  }

  /** The data of a command that succeeds. */
  byte[] data(byte[] sqe) {
    Sqe.cid(sqe, 0, CID);
    session.host.capsule(sqe, SessionHarness.NOTHING);
    byte[] data = session.turn().next().data();
    assertThat(session.next().status()).isZero();
    return data;
  }

  byte[] data(int opcode, long nsid, long cdw10, long cdw11, int dataBytes) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, CID, nsid);
    Sqe.cdw(sqe, 0, 10, cdw10);
    Sqe.cdw(sqe, 0, 11, cdw11);
    Sgl.transport(sqe, 0, dataBytes);
    return data(sqe);
  }

  byte[] identify(int cns, long nsid) {
    return data(AdminOpcode.IDENTIFY, nsid, cns, 0, Cns.DATA_BYTES);
  }

  static byte[] logSqe(int id, int bytes, long offset, boolean retain) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.GET_LOG_PAGE, CID, 0xFFFF_FFFFL);
    int dwords = bytes / 4 - 1;
    Sqe.cdw(sqe, 0, 10, id | (retain ? RETAIN : 0) | (dwords & 0xFFFFL) << 16);
    Sqe.cdw(sqe, 0, 11, dwords >>> 16);
    Sqe.cdw(sqe, 0, 12, offset & 0xFFFF_FFFFL);
    Sqe.cdw(sqe, 0, 13, offset >>> 32);
    Sgl.transport(sqe, 0, bytes);
    return sqe;
  }

  byte[] log(int id, int bytes) {
    return data(logSqe(id, bytes, 0, false));
  }

  byte[] log(int id, int bytes, long offset, boolean retain) {
    return data(logSqe(id, bytes, offset, retain));
  }

  int logStatus(int id, long nsid) {
    byte[] sqe = logSqe(id, 512, 0, true);
    Sqe.init(sqe, 0, AdminOpcode.GET_LOG_PAGE, CID, nsid);
    Sqe.cdw(sqe, 0, 10, id | RETAIN | 127L << 16);
    Sgl.transport(sqe, 0, 512);
    return answer(sqe).status();
  }

  @CanIgnoreReturnValue
  int set(int feature, long value) {
    return status(AdminOpcode.SET_FEATURES, 0, feature, value, 0);
  }

  HostSide.Pdu get(int feature, int select, long nsid, long cdw11) {
    return answer(AdminOpcode.GET_FEATURES, nsid, feature | (long) select << 8, cdw11, 0);
  }

  long current(int feature) {
    HostSide.Pdu answer = get(feature, FeatureCommand.CURRENT, 0, 0);
    assertThat(answer.status()).isZero();
    return answer.result();
  }

  void wantEvents(long bits) {
    assertThat(set(FeatureId.ASYNC_EVENT_CONFIGURATION, bits)).isZero();
  }

  /** Sends an event request; its answer may come at once. */
  void requestEvent(int cid) {
    session.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, cid, 0, 0, 0, 0);
    session.turn();
  }

  /** What arrived without a command being sent just now: identifier, status and result. */
  @CanIgnoreReturnValue
  List<String> takeEvents() {
    List<String> events =
        session.turn().host.received.stream()
            .map(pdu -> "%d %x %x".formatted(pdu.cid(), pdu.status(), pdu.result()))
            .toList();
    session.host.received.clear();
    return events;
  }
}
