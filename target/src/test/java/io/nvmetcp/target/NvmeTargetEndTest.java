package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.Delay;
import io.nvmetcp.target.backend.FaultRule;
import io.nvmetcp.target.backend.FileBackend;
import io.nvmetcp.target.session.HostSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a target begins in vain, and how it ends. */
@Timeout(30)
class NvmeTargetEndTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:test";
  private static final int BLOCK = 4096;
  private static final Duration LONG = Duration.ofSeconds(20);

  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private NvmeTarget target(NamespaceOptions namespace) {
    SubsystemOptions subsystem = new SubsystemOptions(NQN).addNamespace(namespace);
    return await(
        NvmeTarget.create(
                vertx,
                new TargetOptions()
                    .setLingerTimeout(Duration.ofMillis(200))
                    .addSubsystem(subsystem))
            .start());
  }

  @Test
  void closingVertxFreesTheStorageOfATargetThatNobodyClosed(@TempDir Path folder) throws Exception {
    Path path = Files.write(folder.resolve("disk.img"), new byte[1 << 20]);
    NvmeTarget target = target(NamespaceOptions.file(1, path, false));
    try (HostConnection admin = new HostConnection(target.port(), NQN)) {
      admin.enable();
      await(vertx.close());
      assertThat(admin.socket.getInputStream().read()).isEqualTo(-1);
    }
    FileBackend.open(path, false, BLOCK).close().get(10, TimeUnit.SECONDS);
  }

  @Test
  void drainingLetsWhatHasBegunEndAndTakesNothingNew() throws Exception {
    NvmeTarget target =
        target(NamespaceOptions.memory(1, 1 << 20).setDelay(Delay.parse("fixed:200ms")));
    int port = target.port();
    try (HostConnection admin = new HostConnection(port, NQN);
        HostConnection io = new HostConnection(port, NQN)) {
      int cntlid = admin.enable();
      assertThat(io.connect(1, cntlid)).isEqualTo(cntlid);
      io.host.read(5, 0, 1, BLOCK);
      io.host.read(6, 0, 1, BLOCK);
      io.socket.getOutputStream().write(io.host.take());
      while (target.statistics().commands() < 5) {
        Thread.onSpinWait();
      }
      Future<Void> drained = target.drain(LONG);
      io.host.read(7, 0, 1, BLOCK);
      // Both reads are answered, the third is not taken, and then both queues end.
      assertThat(io.next().cid()).isEqualTo(5);
      assertThat(io.next().cid()).isEqualTo(6);
      assertThatThrownBy(io::next).isInstanceOf(IOException.class);
      assertThat(admin.socket.getInputStream().read()).isEqualTo(-1);
      await(drained);
    }
    assertThat(target.statistics().reads()).isEqualTo(2);
    assertThat(target.statistics().leasesOutstanding()).isZero();
    assertThatThrownBy(() -> new HostConnection(port, NQN)).isInstanceOf(IOException.class);
  }

  @Test
  void drainingTellsHostsThatAskedDiscovery() throws Exception {
    NvmeTarget target = target(NamespaceOptions.memory(1, 1 << 20));
    try (HostConnection discovery = new HostConnection(target.port(), Fabrics.DISCOVERY_NQN)) {
      discovery.enable();
      int events = 1 << 31;
      assertThat(
              discovery
                  .admin(
                      AdminOpcode.SET_FEATURES,
                      0,
                      FeatureId.ASYNC_EVENT_CONFIGURATION,
                      events & 0xFFFF_FFFFL,
                      0)
                  .status())
          .isZero();
      discovery.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, 99, 0, 0, 0, 0);
      discovery.socket.getOutputStream().write(discovery.host.take());
      while (target.statistics().commands() < 4) {
        Thread.onSpinWait();
      }
      Future<Void> drained = target.drain(LONG);
      HostSide.Pdu event = discovery.next();
      assertThat(event.type()).isEqualTo(PduType.CAPSULE_RESP);
      assertThat(event.cid()).isEqualTo(99);
      assertThat(event.result()).isEqualTo(0x0070_F002);
      assertThat(discovery.socket.getInputStream().read()).isEqualTo(-1);
      await(drained);
    }
  }

  @Test
  void drainingCutsOffWhatNeverEnds() throws Exception {
    NvmeTarget target =
        target(NamespaceOptions.memory(1, 1 << 20).addFault(FaultRule.parse("read:silence")));
    try (HostConnection admin = new HostConnection(target.port(), NQN);
        HostConnection io = new HostConnection(target.port(), NQN)) {
      int cntlid = admin.enable();
      assertThat(io.connect(1, cntlid)).isEqualTo(cntlid);
      io.host.read(5, 0, 1, BLOCK);
      io.socket.getOutputStream().write(io.host.take());
      while (target.statistics().commands() < 4) {
        Thread.onSpinWait();
      }
      await(target.drain(Duration.ofMillis(100)));
      assertThatThrownBy(io::next).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void saysInTheSameWordsThatAPortIsTaken(String name) throws Exception {
    Transport transport =
        switch (name) {
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> Transport.NIO;
        };
    assumeTrue(transport != null && transport.available(), name + " does not load here");
    Vertx own = Vertx.builder().withTransport(transport).build();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(
              () -> await(NvmeTarget.create(own, new TargetOptions().setPort(port)).start()))
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on 127.0.0.1:" + port + ": Address already in use");
      TargetOptions elsewhere = new TargetOptions().setHost("192.0.2.1");
      assertThatThrownBy(() -> await(NvmeTarget.create(own, elsewhere).start()))
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on 192.0.2.1:0: Cannot assign requested address");
    } finally {
      await(own.close());
    }
  }

  @Test
  void doesNotListenTwiceInOnePlace() {
    TargetOptions twice =
        new TargetOptions()
            .addListener(new ListenerOptions("127.0.0.1", 8009))
            .addListener(ListenerOptions.discovery("127.0.0.1"));
    assertThatThrownBy(() -> await(NvmeTarget.create(vertx, twice).start()))
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two listeners are at 127.0.0.1:8009");
  }
}
