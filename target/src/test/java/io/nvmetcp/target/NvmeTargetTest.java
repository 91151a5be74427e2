package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NvmeTargetTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:test";
  private static final int BLOCK = 4096;

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
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private NvmeTarget target(NamespaceOptions namespace) {
    TargetOptions options =
        new TargetOptions()
            .addSubsystem(new SubsystemOptions(NQN).addNamespace(namespace))
            .setLingerTimeout(Duration.ofSeconds(2));
    return await(NvmeTarget.create(vertx, options).start());
  }

  @Test
  void servesReadsAndWritesOverASocket() throws Exception {
    NvmeTarget target = target(NamespaceOptions.memory(1, 1 << 24));
    byte[] big = HostSide.pattern(128 * 1024, 7);
    try (HostConnection admin = new HostConnection(target.port(), NQN);
        HostConnection io = new HostConnection(target.port(), NQN)) {
      int cntlid = admin.connect(0, Fabrics.CNTLID_DYNAMIC);
      admin.host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
      assertThat(admin.next().status()).isZero();
      assertThat(io.connect(1, cntlid)).isEqualTo(cntlid);

      io.host.writeByR2t(5, 3, big.length, BLOCK);
      HostSide.Pdu r2t = io.next();
      assertThat(r2t.type()).isEqualTo(PduType.R2T);
      io.host.h2cData(5, PduFields.ttag(r2t.header()), 0, big, true);
      assertThat(io.next().status()).isZero();
      io.host.read(6, 3, big.length / BLOCK, BLOCK);
      HostSide.Pdu data = io.next();
      assertThat(data.type()).isEqualTo(PduType.C2H_DATA);
      assertThat(data.digestRight()).isTrue();
      assertThat(data.data()).isEqualTo(big);

      TargetStatistics statistics = target.statistics();
      assertThat(statistics.connectionsOpen()).isEqualTo(2);
      assertThat(statistics.reads()).isEqualTo(1);
      assertThat(statistics.writes()).isEqualTo(1);
      assertThat(statistics.successFlags()).isEqualTo(1);
    }
    await(target.close());
    assertThat(target.statistics().leasesOutstanding()).isZero();
    assertThat(target.statistics().connectionsOpen()).isZero();
    assertThat(target.statistics().bytesRead()).isEqualTo(big.length);
  }

  @Test
  void reportsAFaultAndLetsTheHostReadIt() throws Exception {
    NvmeTarget target = target(NamespaceOptions.nullDevice(1, 1 << 20));
    try (HostConnection admin = new HostConnection(target.port(), NQN)) {
      admin.connect(0, Fabrics.CNTLID_DYNAMIC);
      admin.host.icReq(true, true, 0);
      HostSide.Pdu report = admin.next();
      assertThat(report.type()).isEqualTo(PduType.C2H_TERM_REQ);
      assertThat(report.fes()).isEqualTo(2);
      // Half-closed: nothing more comes, and our own close ends it.
      assertThat(admin.socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(target.statistics().faultsByFes()).containsEntry(2, 1L);
    await(target.close());
  }

  @Test
  void losingTheAdminQueueEndsTheIoQueues() throws Exception {
    NvmeTarget target = target(NamespaceOptions.nullDevice(1, 1 << 20));
    try (HostConnection admin = new HostConnection(target.port(), NQN);
        HostConnection io = new HostConnection(target.port(), NQN)) {
      int cntlid = admin.connect(0, Fabrics.CNTLID_DYNAMIC);
      admin.host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
      assertThat(admin.next().status()).isZero();
      assertThat(io.connect(1, cntlid)).isEqualTo(cntlid);
      admin.socket.close();
      assertThat(io.socket.getInputStream().read()).isEqualTo(-1);
    }
    await(target.close());
  }

  @Test
  void closesWithConnectionsOpenAndMoreThanOnce() throws Exception {
    NvmeTarget target = target(NamespaceOptions.memory(1, 1 << 20));
    try (HostConnection admin = new HostConnection(target.port(), NQN)) {
      admin.connect(0, Fabrics.CNTLID_DYNAMIC);
      Future<Void> first = target.close();
      await(target.close());
      await(first);
      assertThat(admin.socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void twoTargetsInOneVertxListenOnTheirOwnPorts() {
    NvmeTarget one = target(NamespaceOptions.nullDevice(1, 1 << 20));
    NvmeTarget other = target(NamespaceOptions.nullDevice(1, 1 << 20));
    assertThat(one.port()).isNotEqualTo(other.port());
    await(one.close());
    await(other.close());
  }

  @Test
  void saysThatThePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TargetOptions options = new TargetOptions().setPort(taken.getLocalPort());
      assertThatThrownBy(() -> await(NvmeTarget.create(vertx, options).start()))
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void saysWhichFileHasWhichOddSize(@TempDir Path folder) throws Exception {
    Path odd = Files.write(folder.resolve("odd.img"), new byte[5000]);
    TargetOptions options =
        new TargetOptions()
            .addSubsystem(
                new SubsystemOptions(NQN).addNamespace(NamespaceOptions.file(1, odd, true)));
    assertThatThrownBy(() -> await(NvmeTarget.create(vertx, options).start()))
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("odd.img")
        .hasMessageContaining("5000")
        .hasMessageContaining("4096");
  }

  @Test
  void closesAConnectionThatNeverConnects() throws Exception {
    TargetOptions options = new TargetOptions().setConnectTimeout(Duration.ofMillis(50));
    NvmeTarget target = await(NvmeTarget.create(vertx, options).start());
    try (HostConnection silent = new HostConnection(target.port(), NQN)) {
      assertThat(silent.socket.getInputStream().read()).isEqualTo(-1);
    }
    await(target.close());
  }

  @Test
  void refusesConnectionsBeyondItsLimit() throws Exception {
    TargetOptions options =
        new TargetOptions()
            .setMaxConnections(1)
            .addSubsystem(
                new SubsystemOptions(NQN).addNamespace(NamespaceOptions.nullDevice(1, 1 << 20)));
    NvmeTarget target = await(NvmeTarget.create(vertx, options).start());
    try (HostConnection first = new HostConnection(target.port(), NQN)) {
      first.connect(0, Fabrics.CNTLID_DYNAMIC);
      try (HostConnection second = new HostConnection(target.port(), NQN)) {
        assertThat(second.socket.getInputStream().read()).isEqualTo(-1);
      }
      first.host.propertyGet(2, Fabrics.PROPERTY_CSTS, false);
      assertThat(first.next().status()).isZero();
    }
    await(target.close());
  }

  @Test
  void refusesASubsystemThatItDoesNotServe() throws Exception {
    NvmeTarget target = await(NvmeTarget.create(vertx, new TargetOptions()).start());
    try (HostConnection admin = new HostConnection(target.port(), NQN)) {
      admin.host.icReq(false, false, 0);
      assertThat(admin.next().type()).isEqualTo(PduType.IC_RESP);
      admin.host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
      HostSide.Pdu answer = admin.next();
      assertThat(answer.status()).isEqualTo(Status.CONNECT_INVALID_PARAMETERS | Status.DNR);
      assertThat(answer.result()).isEqualTo(1 << 16 | 256);
      admin.host.connect(2, 0, 31, Fabrics.CNTLID_DYNAMIC, Fabrics.DISCOVERY_NQN, true);
      assertThat(admin.next().status()).isZero();
      assertThat(target.statistics().controllers()).isEqualTo(1);
    }
    await(target.close());
  }
}
