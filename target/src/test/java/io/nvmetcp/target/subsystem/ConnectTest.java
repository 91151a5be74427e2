package io.nvmetcp.target.subsystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.NullBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:disk";
  private static final String HOST = "nqn.2024-01.io.nvmetcp:host";
  private static final UUID HOST_ID = new UUID(1, 2);
  private static final long IN_DATA = 1L << 16;
  private static final int ENABLE = 0x460001;

  private final List<String> ended = new ArrayList<>();
  private Subsystem subsystem;
  private SubsystemDirectory directory;

  @BeforeEach
  void setUp() {
    Namespace namespace = new Namespace(1, new UUID(3, 4), 512, new NullBackend(1 << 20));
    ControllerLimits limits = new ControllerLimits(128, 2, 1 << 20, 8192, 2);
    subsystem = Subsystem.nvm(NQN, "SN", "model", limits, List.of(namespace));
    directory =
        new SubsystemDirectory(
            List.of(
                subsystem,
                Subsystem.discovery(
                    Fabrics.DISCOVERY_NQN, "SN", "discovery", limits, (_, _) -> new byte[1024])));
  }

  private static byte[] sqe(int qid, int sqsize) {
    byte[] sqe = new byte[Sqe.BYTES];
    ConnectCommand.put(sqe, 0, 1, qid, sqsize, 0, 1234);
    return sqe;
  }

  private static byte[] data(UUID hostId, int cntlid, String subnqn, String hostnqn) {
    return new ConnectData(hostId, cntlid, subnqn, hostnqn).encode();
  }

  private static byte[] adminData() {
    return data(HOST_ID, Fabrics.CNTLID_DYNAMIC, NQN, HOST);
  }

  private QueueEnd queue(String name) {
    return new FakeQueue(name, ended);
  }

  private ConnectReply connect(byte[] sqe, byte[] data, QueueEnd queue) {
    return directory.connect(sqe, 0, data, queue);
  }

  private Controller admin(QueueEnd queue) {
    ConnectReply reply = connect(sqe(0, 31), adminData(), queue);
    assertThat(reply).isInstanceOf(ConnectReply.Accepted.class);
    return ((ConnectReply.Accepted) reply).controller();
  }

  private Controller enabled() {
    Controller controller = admin(queue("admin"));
    controller.writeCc(ENABLE, Runnable::run);
    return controller;
  }

  private ConnectReply io(Controller controller, int qid, String name) {
    return connect(sqe(qid, 127), data(HOST_ID, controller.cntlid(), NQN, HOST), queue(name));
  }

  private static void assertInvalid(ConnectReply reply, long where) {
    assertThat(reply)
        .isEqualTo(new ConnectReply.Refused(Status.CONNECT_INVALID_PARAMETERS | Status.DNR, where));
  }

  @Test
  void makesAControllerPerAdminConnect() {
    Controller one = admin(queue("a"));
    Controller other = admin(queue("b"));
    assertThat(one.cntlid()).isNotEqualTo(other.cntlid()).isPositive();
    assertThat(one.keepAlive().timeoutMillis()).isEqualTo(1300);
    assertThat(connect(sqe(0, 31), adminData(), queue("c")))
        .isEqualTo(new ConnectReply.Refused(Status.CONNECT_CONTROLLER_BUSY, 0));
    one.end("test");
    assertThat(admin(queue("d")).cntlid()).isNotEqualTo(other.cntlid());
  }

  @Test
  void pointsAtTheFieldThatIsWrong() {
    byte[] format = sqe(0, 31);
    LittleEndian.put16(format, ConnectCommand.RECFMT, 1);
    assertThat(connect(format, adminData(), queue("q")))
        .isEqualTo(new ConnectReply.Refused(Status.CONNECT_INCOMPATIBLE_FORMAT | Status.DNR, 0));
    assertInvalid(connect(sqe(0, 0), adminData(), queue("q")), 44);
    assertInvalid(connect(sqe(0, 128), adminData(), queue("q")), 44);
    assertInvalid(
        connect(sqe(0, 31), data(new UUID(0, 0), 0xFFFF, NQN, HOST), queue("q")), IN_DATA);
    assertInvalid(connect(sqe(0, 31), data(HOST_ID, 7, NQN, HOST), queue("q")), IN_DATA | 16);
    assertInvalid(
        connect(sqe(0, 31), data(HOST_ID, 0xFFFF, "nqn.other", HOST), queue("q")), IN_DATA | 256);
    assertInvalid(connect(sqe(0, 31), data(HOST_ID, 0xFFFF, NQN, ""), queue("q")), IN_DATA | 512);
    byte[] unterminated = adminData();
    Arrays.fill(unterminated, 512, 768, (byte) 'x');
    assertInvalid(connect(sqe(0, 31), unterminated, queue("q")), IN_DATA | 512);
    assertThat(subsystem.controllerCount()).isZero();
  }

  @Test
  void addsIoQueuesOnlyToTheControllerOfTheSameHost() {
    Controller controller = enabled();
    int cntlid = controller.cntlid();
    assertInvalid(
        connect(sqe(1, 31), data(HOST_ID, cntlid + 5, NQN, HOST), queue("q")), IN_DATA | 16);
    assertInvalid(
        connect(sqe(1, 31), data(new UUID(9, 9), cntlid, NQN, HOST), queue("q")), IN_DATA);
    assertInvalid(
        connect(sqe(1, 31), data(HOST_ID, cntlid, NQN, "nqn.x"), queue("q")), IN_DATA | 512);
    assertInvalid(io(controller, 3, "q"), 42);
    assertThat(io(controller, 1, "one")).isInstanceOf(ConnectReply.Accepted.class);
    assertThat(io(controller, 1, "again"))
        .isEqualTo(new ConnectReply.Refused(Status.COMMAND_SEQUENCE_ERROR | Status.DNR, 0));
  }

  @Test
  void namesTheLowestOfSeveralWrongFields() {
    int cntlid = enabled().cntlid();
    UUID none = new UUID(0, 0);
    // QID, SQSIZE, HOSTID, CNTLID, SUBNQN, HOSTNQN: each is named once those before it are right.
    assertInvalid(connect(sqe(9, 0), data(none, cntlid, NQN, ""), queue("q")), 42);
    assertInvalid(connect(sqe(1, 0), data(none, cntlid, NQN, ""), queue("q")), 44);
    assertInvalid(connect(sqe(1, 31), data(none, cntlid, NQN, ""), queue("q")), IN_DATA);
    assertInvalid(connect(sqe(1, 31), data(HOST_ID, 77, NQN, ""), queue("q")), IN_DATA | 16);
    assertInvalid(connect(sqe(0, 31), data(HOST_ID, 77, "nqn.x", ""), queue("q")), IN_DATA | 256);
    assertInvalid(connect(sqe(1, 31), data(HOST_ID, cntlid, NQN, ""), queue("q")), IN_DATA | 512);
  }

  @Test
  void anAdminQueueMayHaveThirtyTwoEntriesHoweverFewAnIoQueueMayHave() {
    ControllerLimits few = new ControllerLimits(4, 2, 1 << 20, 8192, 2);
    directory =
        new SubsystemDirectory(
            List.of(Subsystem.nvm(NQN, "SN", "model", few, subsystem.namespaces())));
    assertInvalid(connect(sqe(0, 32), adminData(), queue("q")), 44);
    int cntlid = enabled().cntlid();
    assertInvalid(connect(sqe(1, 4), data(HOST_ID, cntlid, NQN, HOST), queue("q")), 44);
    assertThat(connect(sqe(1, 3), data(HOST_ID, cntlid, NQN, HOST), queue("q")))
        .isInstanceOf(ConnectReply.Accepted.class);
  }

  @Test
  void aTransferOfOnePageIsNoLimitSinceMdtsCannotTellIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ControllerLimits(128, 16, 4096, 8192, 8))
        .withMessageContaining("transfer size");
  }

  @Test
  void takesNamesOfTwoHundredTwentyThreeBytesAndNoMore() {
    String longest = "nqn." + "h".repeat(219);
    ConnectReply reply =
        connect(sqe(0, 31), data(HOST_ID, Fabrics.CNTLID_DYNAMIC, NQN, longest), queue("q"));
    assertThat(reply).isInstanceOf(ConnectReply.Accepted.class);
    assertInvalid(
        connect(sqe(0, 31), data(HOST_ID, 0xFFFF, NQN, longest + "h"), queue("q")), IN_DATA | 512);
    byte[] unterminated = adminData();
    Arrays.fill(unterminated, 256, 512, (byte) 'x');
    assertInvalid(connect(sqe(0, 31), unterminated, queue("q")), IN_DATA | 256);
    // What stands behind the terminator does not matter.
    byte[] garbage = adminData();
    Arrays.fill(garbage, 700, 768, (byte) 'x');
    assertThat(connect(sqe(0, 31), garbage, queue("q"))).isInstanceOf(ConnectReply.Accepted.class);
  }

  @Test
  void refusesAHostThatIsNotOnTheListAndSaysThatItIsTheHost() {
    subsystem.access(HostAccess.only(Set.of("nqn.friend")), true);
    assertThat(connect(sqe(0, 31), adminData(), queue("q")))
        .isEqualTo(new ConnectReply.Refused(Status.CONNECT_INVALID_HOST | Status.DNR, 0));
    assertThat(
            connect(
                sqe(0, 31), data(HOST_ID, Fabrics.CNTLID_DYNAMIC, NQN, "nqn.friend"), queue("q")))
        .isInstanceOf(ConnectReply.Accepted.class);
    subsystem.access(HostAccess.ANY, true);
    assertThat(admin(queue("q")).hostNqn()).isEqualTo(HOST);
  }

  @Test
  void aViewHidesWhatIsNotServedThere() {
    byte[] discovery = data(HOST_ID, Fabrics.CNTLID_DYNAMIC, Fabrics.DISCOVERY_NQN, HOST);
    SubsystemDirectory nvm = directory.view(true, false, "192.0.2.1");
    assertInvalid(nvm.connect(sqe(0, 31), 0, discovery, queue("q")), IN_DATA | 256);
    ConnectReply there = nvm.connect(sqe(0, 31), 0, adminData(), queue("q"));
    assertThat(((ConnectReply.Accepted) there).controller().localAddress()).isEqualTo("192.0.2.1");
    SubsystemDirectory discoveryOnly = directory.view(false, true, "");
    assertInvalid(discoveryOnly.connect(sqe(0, 31), 0, adminData(), queue("q")), IN_DATA | 256);
    assertThat(discoveryOnly.connect(sqe(0, 31), 0, discovery, queue("q")))
        .isInstanceOf(ConnectReply.Accepted.class);
  }

  @Test
  void addsNoIoQueueBeforeTheControllerIsEnabled() {
    assertThat(io(admin(queue("a")), 1, "q"))
        .isEqualTo(new ConnectReply.Refused(Status.COMMAND_SEQUENCE_ERROR | Status.DNR, 0));
  }

  @Test
  void aControllerThatHasJustEndedForbidsNoOtherTry() {
    Controller controller = enabled();
    controller.end("gone");
    assertThat(controller.attach(1, queue("late"))).isEqualTo(Status.COMMAND_SEQUENCE_ERROR);
    byte[] identify = new byte[Sqe.BYTES];
    Sqe.init(identify, 0, AdminOpcode.IDENTIFY, 1, 0);
    assertThat(AdminCommands.execute(controller, identify, 0, new byte[0]).status())
        .isEqualTo(Status.SQ_DELETED);
  }

  @Test
  void addsNoIoQueueToADiscoveryController() {
    ConnectReply reply =
        connect(
            sqe(0, 31),
            data(HOST_ID, Fabrics.CNTLID_DYNAMIC, Fabrics.DISCOVERY_NQN, HOST),
            queue("a"));
    Controller discovery = ((ConnectReply.Accepted) reply).controller();
    assertInvalid(
        connect(
            sqe(1, 31), data(HOST_ID, discovery.cntlid(), Fabrics.DISCOVERY_NQN, HOST), queue("q")),
        42);
    assertThat(discovery.keepAlive().periodNs()).isPositive();
  }

  @Test
  void losingTheAdminQueueEndsTheOthersAndFreesTheController() {
    QueueEnd adminQueue = queue("admin");
    Controller controller = admin(adminQueue);
    controller.writeCc(ENABLE, Runnable::run);
    assertThat(io(controller, 1, "one")).isInstanceOf(ConnectReply.Accepted.class);
    assertThat(io(controller, 2, "two")).isInstanceOf(ConnectReply.Accepted.class);
    controller.detach(0, adminQueue, "gone");
    assertThat(ended).containsExactly("one: admin queue lost: gone", "two: admin queue lost: gone");
    assertThat(subsystem.controllerCount()).isZero();
    assertThat(controller.ready()).isFalse();
    controller.end("again");
    assertThat(ended).hasSize(2);
  }

  @Test
  void aResetEndsTheIoQueuesAndKeepsTheAdminQueue() {
    Controller controller = enabled();
    assertThat(controller.csts()).isEqualTo(1);
    assertThat(io(controller, 1, "one")).isInstanceOf(ConnectReply.Accepted.class);
    controller.writeCc(0x460000, Runnable::run);
    assertThat(ended).containsExactly("one: controller reset");
    assertThat(controller.csts()).isZero();
    controller.writeCc(ENABLE, Runnable::run);
    assertThat(io(controller, 1, "one")).isInstanceOf(ConnectReply.Accepted.class);
  }

  @Test
  void aShutdownCompletesAndAReenableClearsIt() {
    Controller controller = enabled();
    controller.writeCc(0x464001, Runnable::run);
    assertThat(controller.csts()).isEqualTo(0b1001);
    controller.writeCc(0x460000, Runnable::run);
    assertThat(controller.csts()).isZero();
  }

  @Test
  void refusesToEnableWhatItCannotBe() {
    Controller controller = admin(queue("a"));
    controller.writeCc(0x470001, Runnable::run);
    assertThat(controller.csts()).isEqualTo(2);
    assertThat(controller.ready()).isFalse();
  }

  @Test
  void expiresAfterAPeriodWithoutTraffic() {
    KeepAlive keepAlive = enabled().keepAlive();
    assertThat(keepAlive.periodNs()).isEqualTo(1_300_000_000L);
    assertThat(keepAlive.expired()).isFalse();
    keepAlive.traffic();
    assertThat(keepAlive.expired()).isFalse();
    assertThat(keepAlive.expired()).isTrue();
  }
}
