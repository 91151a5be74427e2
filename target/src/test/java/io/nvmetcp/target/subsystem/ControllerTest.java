package io.nvmetcp.target.subsystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.target.backend.NullBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The life of a controller: its properties, its queues, its time. */
class ControllerTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:disk";
  private static final String HOST = "nqn.2024-01.io.nvmetcp:host";
  private static final int ENABLED = 0x460001;
  private static final int DISABLED = 0x460000;
  private static final int NORMAL = 0x4000;
  private static final int ABRUPT = 0x8000;

  private final List<String> ended = new ArrayList<>();
  private final Subsystem subsystem =
      Subsystem.nvm(
          NQN,
          "SN",
          "model",
          ControllerLimits.DEFAULT,
          List.of(new Namespace(1, new UUID(3, 4), 512, new NullBackend(1 << 20))));
  private final SubsystemDirectory directory = new SubsystemDirectory(List.of(subsystem));

  private FakeQueue queue(String name) {
    return new FakeQueue(name, ended);
  }

  private Controller connect(int qid, int cntlid, long katoMillis, QueueEnd queue) {
    byte[] sqe = new byte[Sqe.BYTES];
    ConnectCommand.put(sqe, 0, 1, qid, 31, 0, katoMillis);
    byte[] data = new ConnectData(new UUID(1, 2), cntlid, NQN, HOST).encode();
    ConnectReply reply = directory.connect(sqe, 0, data, queue);
    assertThat(reply).isInstanceOf(ConnectReply.Accepted.class);
    return ((ConnectReply.Accepted) reply).controller();
  }

  @CanIgnoreReturnValue
  private Controller controller(long katoMillis) {
    return connect(0, Fabrics.CNTLID_DYNAMIC, katoMillis, queue("admin"));
  }

  private Controller enabled() {
    Controller controller = controller(1000);
    write(controller, ENABLED);
    return controller;
  }

  private static void write(Controller controller, int cc) {
    boolean enabledBefore = (controller.cc() & 1) != 0;
    boolean reset = controller.writeCc(cc, Runnable::run);
    assertThat(reset).isEqualTo(enabledBefore && (cc & 1) == 0);
  }

  private static Csts csts(Controller controller) {
    return Csts.decode(controller.csts());
  }

  @Test
  void togglesAsOftenAsTheHostLikes() {
    Controller controller = controller(0);
    for (int i = 0; i < 5; i++) {
      assertThat(csts(controller)).isEqualTo(new Csts(false, false, 0));
      write(controller, DISABLED);
      write(controller, ENABLED);
      write(controller, ENABLED);
      assertThat(csts(controller)).isEqualTo(new Csts(true, false, 0));
      write(controller, DISABLED);
    }
    assertThat(controller.cc()).isEqualTo(DISABLED);
  }

  @Test
  void aFatalStateEndsWithAReset() {
    Controller controller = controller(0);
    write(controller, 0x450001);
    assertThat(csts(controller)).isEqualTo(new Csts(false, true, 0));
    write(controller, ENABLED);
    assertThat(csts(controller).fatal()).as("only a reset helps").isTrue();
    write(controller, DISABLED);
    write(controller, ENABLED);
    assertThat(csts(controller)).isEqualTo(new Csts(true, false, 0));
  }

  @Test
  void aShutdownIsNotifiedByAChangeAndEndsWithAReset() {
    Controller controller = enabled();
    write(controller, ENABLED | NORMAL);
    assertThat(csts(controller)).isEqualTo(new Csts(true, false, 2));
    assertThat(controller.ready()).isFalse();
    write(controller, ENABLED);
    assertThat(csts(controller).shutdownStatus()).as("it cannot be taken back").isEqualTo(2);
    write(controller, DISABLED);
    assertThat(csts(controller)).isEqualTo(new Csts(false, false, 0));
    write(controller, DISABLED | NORMAL);
    assertThat(csts(controller)).as("also while disabled").isEqualTo(new Csts(false, false, 2));
    write(controller, ENABLED);
    assertThat(csts(controller)).isEqualTo(new Csts(true, false, 0));
  }

  @Test
  void aShutdownThatAResetCutShortIsNotCompletedLater() {
    Controller controller = enabled();
    FakeQueue io = queue("io");
    io.busy = true;
    assertThat(connect(1, controller.cntlid(), 0, io)).isSameAs(controller);
    write(controller, ENABLED | NORMAL);
    assertThat(csts(controller).shutdownStatus()).isEqualTo(Csts.SHUTDOWN_OCCURRING);
    write(controller, DISABLED);
    io.becomeIdle();
    assertThat(csts(controller)).isEqualTo(new Csts(false, false, 0));
    write(controller, ENABLED);
    assertThat(csts(controller)).isEqualTo(new Csts(true, false, 0));
  }

  @Test
  void anAbruptShutdownEndsTheIoQueuesAndNotTheAdminQueue() {
    Controller controller = enabled();
    assertThat(connect(1, controller.cntlid(), 0, queue("io"))).isSameAs(controller);
    write(controller, ENABLED | ABRUPT);
    assertThat(csts(controller).shutdownStatus()).isEqualTo(Csts.SHUTDOWN_COMPLETE);
    assertThat(ended).containsExactly("io: abrupt shutdown");
    assertThat(subsystem.controllerCount()).isEqualTo(1);
  }

  @Test
  void identifiersComeBackLate() {
    Set<Integer> seen = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      Controller controller = controller(0);
      assertThat(seen.add(controller.cntlid()))
          .as("%d is used again", controller.cntlid())
          .isTrue();
      controller.end("test");
    }
    assertThat(subsystem.controllerCount()).isZero();
  }

  @Test
  void theTimerRunsWhileCommandsAreExecuted() {
    Controller controller = controller(1000);
    KeepAlive keepAlive = controller.keepAlive();
    assertThat(keepAlive.periodNs()).isEqualTo(1_000_000_000L);
    // Not enabled: the association is kept for two minutes.
    for (int second = 0; second < 120; second++) {
      assertThat(keepAlive.expired()).as("after %d s", second).isFalse();
    }
    assertThat(keepAlive.expired()).isTrue();
    write(controller, ENABLED);
    assertThat(keepAlive.expired()).isFalse();
    assertThat(keepAlive.expired()).isTrue();
    write(controller, DISABLED);
    assertThat(keepAlive.expired()).isFalse();
    assertThat(keepAlive.expired()).isFalse();
  }

  @Test
  void withoutATimeoutOnlyAnIdleDisabledControllerExpires() {
    Controller controller = controller(0);
    KeepAlive keepAlive = controller.keepAlive();
    assertThat(keepAlive.periodNs()).isEqualTo(120_000_000_000L);
    assertThat(keepAlive.expired()).isFalse();
    write(controller, ENABLED);
    assertThat(keepAlive.periodNs()).isZero();
    assertThat(keepAlive.expired()).isFalse();
    assertThat(keepAlive.expired()).isFalse();
  }

  @Test
  void countsWhatQueuesTransferWhereverTheyAre() {
    Controller controller = enabled();
    FakeQueue io = queue("io");
    io.busy = true;
    io.tally = new IoTally(1, 2, 3, 4);
    assertThat(connect(1, controller.cntlid(), 0, io)).isSameAs(controller);
    assertThat(subsystem.tally()).isEqualTo(io.tally);
    controller.end("test");
    io.tally = new IoTally(2, 2, 6, 4);
    assertThat(subsystem.tally()).as("it still counts").isEqualTo(io.tally);
    io.becomeIdle();
    assertThat(subsystem.tally()).isEqualTo(new IoTally(2, 2, 6, 4));
  }

  @Test
  void aHostThatIsTakenFromTheListKeepsItsAssociationUnlessToldOtherwise() {
    controller(0);
    subsystem.access(HostAccess.only(Set.of()), false);
    assertThat(subsystem.controllerCount()).isEqualTo(1);
    subsystem.access(HostAccess.only(Set.of("nqn.other")), true);
    assertThat(subsystem.controllerCount()).isZero();
    assertThat(ended).containsExactly("admin: the host is no longer allowed");
  }

  @Test
  void aRetiredSubsystemTakesNobody() {
    controller(0);
    subsystem.retire("removed");
    assertThat(ended).containsExactly("admin: removed");
    assertThat(subsystem.create(new UUID(1, 2), HOST, "", 0, queue("late")).controller()).isNull();
  }
}
