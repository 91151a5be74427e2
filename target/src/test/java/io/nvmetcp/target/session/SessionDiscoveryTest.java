package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.discovery.DiscoveryPort;
import io.nvmetcp.target.discovery.DiscoveryService;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.HostAccess;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A discovery controller, asked once and asked for good. */
class SessionDiscoveryTest {
  private static final List<DiscoveryPort> PORTS =
      List.of(new DiscoveryPort(1, "127.0.0.1", 4420, true, true));
  private static final int CID = 7;
  private static final long DISCOVERY_EVENTS = 1L << 31;

  private final SessionHarness.World world = new SessionHarness.World(new NullBackend(1 << 20));
  private final DiscoveryService service = new DiscoveryService(ControllerLimits.DEFAULT);

  @BeforeEach
  void serve() {
    world.directory.add(service.subsystem());
    service.update(List.of(world.subsystem), PORTS, List.of());
  }

  @AfterEach
  void close() {
    world.close();
  }

  private SessionHarness connect(long katoMillis) {
    SessionHarness session = new SessionHarness(world, SessionOptions.DEFAULT);
    session.initialize(false, false, 0);
    byte[] sqe = new byte[Sqe.BYTES];
    ConnectCommand.put(sqe, 0, 1, 0, 31, 0, katoMillis);
    Sgl.inCapsule(sqe, 0, ConnectData.BYTES);
    session.host.capsule(
        sqe,
        new ConnectData(
                HostSide.HOST_ID, Fabrics.CNTLID_DYNAMIC, Fabrics.DISCOVERY_NQN, HostSide.HOST_NQN)
            .encode());
    assertThat(session.turn().next().status()).isZero();
    session.host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(session.turn().next().status()).isZero();
    session.host.admin(
        AdminOpcode.SET_FEATURES, 3, 0, FeatureId.ASYNC_EVENT_CONFIGURATION, DISCOVERY_EVENTS, 0);
    assertThat(session.turn().next().status()).isZero();
    session.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, 4, 0, 0, 0, 0);
    assertThat(session.turn().transcript()).isEmpty();
    return session;
  }

  @CanIgnoreReturnValue
  private static DiscoveryLog log(SessionHarness session) {
    int bytes = 4096;
    session.host.admin(
        AdminOpcode.GET_LOG_PAGE, CID, 0, LogPageId.DISCOVERY | (bytes / 4 - 1L) << 16, 0, bytes);
    byte[] page = session.turn().next().data();
    session.transcript();
    return DiscoveryLog.decode(page);
  }

  private static int status(SessionHarness session, int opcode, long cdw10) {
    session.host.admin(opcode, CID, 0, cdw10, 0, Cns.DATA_BYTES);
    List<HostSide.Pdu> received = List.copyOf(session.turn().host.received);
    session.host.received.clear();
    return received.getLast().status();
  }

  private void allow(String host) {
    world.subsystem.access(HostAccess.only(Set.of(host)), false);
    service.update(List.of(world.subsystem), PORTS, List.of());
  }

  @Test
  void tellsALastingConnectionOnceUntilItReads() {
    SessionHarness session = connect(5000);
    assertThat(log(session).entries()).hasSize(2);
    allow("nqn.somebody.else");
    allow("nqn.another");
    HostSide.Pdu event = session.turn().next();
    assertThat(event.cid()).isEqualTo(4);
    assertThat(event.result()).isEqualTo(0x0070_F002);
    session.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, 5, 0, 0, 0, 0);
    allow(HostSide.HOST_NQN);
    assertThat(session.turn().transcript()).as("masked").isEmpty();
    DiscoveryLog log = log(session);
    assertThat(log.entries()).hasSize(2);
    assertThat(log.generation()).isEqualTo(4);
    allow("nqn.somebody.else");
    assertThat(session.turn().next().cid()).isEqualTo(5);
  }

  @Test
  void doesNotTellAHostOfWhatItCannotSee() {
    allow("nqn.somebody.else");
    SessionHarness session = connect(5000);
    allow("nqn.another");
    assertThat(session.turn().transcript()).isEmpty();
    assertThat(log(session).entries()).hasSize(1);
  }

  @Test
  void withoutAKeepAliveTimeoutThereAreNoEventsAndTwoMinutes() {
    SessionHarness session = connect(0);
    allow("nqn.somebody.else");
    assertThat(session.turn().transcript()).isEmpty();
    var keepAlive = session.session.controller().keepAlive();
    assertThat(keepAlive.periodNs()).isEqualTo(120_000_000_000L);
    assertThat(keepAlive.expired()).isFalse();
    assertThat(keepAlive.expired()).isTrue();
    session.host.admin(AdminOpcode.SET_FEATURES, 6, 0, FeatureId.KEEP_ALIVE_TIMER, 10_000, 0);
    assertThat(session.turn().next().status()).isZero();
    assertThat(keepAlive.periodNs()).isEqualTo(10_000_000_000L);
    allow("nqn.another");
    assertThat(session.turn().transcript()).as("still nothing that it sees changed").isEmpty();
    allow(HostSide.HOST_NQN);
    assertThat(session.turn().next().cid()).as("it lasts now").isEqualTo(4);
  }

  @Test
  void isADiscoveryControllerAndNothingElse() {
    SessionHarness session = connect(5000);
    session.host.admin(AdminOpcode.IDENTIFY, CID, 0, Cns.CONTROLLER, 0, Cns.DATA_BYTES);
    byte[] page = session.turn().next().data();
    session.transcript();
    assertThat(LittleEndian.u8(page, IdentifyController.CNTRLTYPE))
        .isEqualTo(IdentifyController.TYPE_DISCOVERY);
    assertThat(LittleEndian.u32(page, IdentifyController.OAES)).isEqualTo(DISCOVERY_EVENTS);
    assertThat(LittleEndian.u32(page, IdentifyController.NN)).isZero();
    int refused = Status.INVALID_FIELD | Status.DNR;
    assertThat(status(session, AdminOpcode.IDENTIFY, Cns.ACTIVE_NAMESPACES)).isEqualTo(refused);
    assertThat(status(session, AdminOpcode.GET_FEATURES, FeatureId.NUMBER_OF_QUEUES))
        .isEqualTo(refused);
    assertThat(status(session, AdminOpcode.GET_LOG_PAGE, LogPageId.SMART | 1023L << 16))
        .isEqualTo(Status.INVALID_LOG_PAGE | Status.DNR);
    assertThat(status(session, AdminOpcode.KEEP_ALIVE, 0)).isZero();
  }
}
