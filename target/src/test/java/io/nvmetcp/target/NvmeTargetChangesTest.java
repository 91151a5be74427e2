package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ChangedNamespaceLog;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.NamespaceList;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is served changes while hosts are connected. */
@Timeout(30)
class NvmeTargetChangesTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:test";
  private static final String OTHER = "nqn.2024-01.io.nvmetcp:other";
  private static final int AER = 99;
  private static final long NAMESPACE_EVENT = 0x0004_0002;
  private static final long DISCOVERY_EVENT = 0x0070_F002;
  private static final int MIB = 1 << 20;

  private Vertx vertx;
  private NvmeTarget target;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    target = start(new TargetOptions());
  }

  @AfterEach
  void stop() {
    await(target.close());
    await(vertx.close());
  }

  private NvmeTarget start(TargetOptions options) {
    return await(
        NvmeTarget.create(
                vertx,
                options.addSubsystem(
                    new SubsystemOptions(NQN).addNamespace(NamespaceOptions.memory(1, MIB))))
            .start());
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

  private HostConnection listening(String nqn, int port, int events) throws IOException {
    HostConnection admin = new HostConnection(port, nqn);
    admin.enable();
    assertThat(
            admin
                .admin(AdminOpcode.SET_FEATURES, 0, FeatureId.ASYNC_EVENT_CONFIGURATION, events, 0)
                .status())
        .isZero();
    admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, AER, 0, 0, 0, 0);
    return admin;
  }

  private static void assertEvent(HostConnection admin, long event) throws IOException {
    HostSide.Pdu answer = admin.next();
    assertThat(answer.cid()).isEqualTo(AER);
    assertThat(answer.result()).isEqualTo(event);
  }

  @CanIgnoreReturnValue
  private static byte[] log(HostConnection admin, int id, int bytes) throws IOException {
    return admin.admin(AdminOpcode.GET_LOG_PAGE, 0, id | (bytes / 4 - 1L) << 16, 0, bytes).data();
  }

  private static byte[] identify(HostConnection admin, int cns, long nsid) throws IOException {
    return admin.admin(AdminOpcode.IDENTIFY, nsid, cns, 0, Cns.DATA_BYTES).data();
  }

  @Test
  void namespacesComeGrowAndGoUnderAConnectedHost() throws Exception {
    try (HostConnection admin = listening(NQN, target.port(), 1 << 8)) {
      await(target.addNamespace(NQN, NamespaceOptions.memory(3, MIB)));
      assertEvent(admin, NAMESPACE_EVENT);
      assertThat(ChangedNamespaceLog.decode(log(admin, LogPageId.CHANGED_NAMESPACES, 4096)).nsids())
          .containsExactly(3L);
      assertThat(NamespaceList.decode(identify(admin, Cns.ACTIVE_NAMESPACES, 0)))
          .containsExactly(1L, 3L);

      admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, AER, 0, 0, 0, 0);
      await(target.resizeNamespace(NQN, 3, 3 * MIB));
      assertEvent(admin, NAMESPACE_EVENT);
      assertThat(IdentifyNamespace.blocks(identify(admin, Cns.NAMESPACE, 3)))
          .isEqualTo(3 * MIB / 4096);
      log(admin, LogPageId.CHANGED_NAMESPACES, 4096);

      admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, AER, 0, 0, 0, 0);
      await(target.removeNamespace(NQN, 3));
      assertEvent(admin, NAMESPACE_EVENT);
      assertThat(NamespaceList.decode(identify(admin, Cns.ACTIVE_NAMESPACES, 0)))
          .containsExactly(1L);
    }
  }

  @Test
  void storageIsFreeOnceItsNamespaceIsGone(@TempDir Path folder) throws Exception {
    Path disk = Files.write(folder.resolve("disk.img"), new byte[MIB]);
    await(target.addNamespace(NQN, NamespaceOptions.file(2, disk, false)));
    assertThatThrownBy(() -> await(target.addNamespace(NQN, NamespaceOptions.file(3, disk, false))))
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining("already served");
    await(target.removeNamespace(NQN, 2));
    await(target.addNamespace(NQN, NamespaceOptions.file(3, disk, false)));
    await(target.resizeNamespace(NQN, 3, 2 * MIB));
    assertThat(Files.size(disk)).isEqualTo(2 * MIB);
    assertThat(target.subsystems().getFirst().namespaces())
        .extracting(ServedNamespace::id, ServedNamespace::sizeBytes)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, (long) MIB),
            org.assertj.core.groups.Tuple.tuple(3, 2L * MIB));
  }

  @Test
  void aChangeThatDoesNotFitChangesNothing() {
    List<ServedSubsystem> before = target.subsystems();
    assertRefused(target.addNamespace(NQN, NamespaceOptions.memory(1, MIB)), "namespace 1 already");
    assertRefused(target.addNamespace(OTHER, NamespaceOptions.memory(1, MIB)), OTHER);
    assertRefused(target.removeNamespace(NQN, 2), "no namespace 2");
    assertRefused(target.resizeNamespace(NQN, 1, MIB + 512), "multiple of its block size");
    assertRefused(target.resizeNamespace(NQN, 2, MIB), "no namespace 2");
    assertRefused(target.addSubsystem(new SubsystemOptions(NQN)), "two subsystems are called");
    assertRefused(target.removeSubsystem(OTHER), OTHER);
    assertRefused(target.disallowHost(NQN, HostSide.HOST_NQN, true), "any host may connect");
    assertThat(target.subsystems()).isEqualTo(before);
  }

  private static void assertRefused(Future<Void> change, String words) {
    assertThatThrownBy(() -> await(change))
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void nothingChangesBeforeTheStartOrAfterTheEnd() {
    NvmeTarget fresh = NvmeTarget.create(vertx, new TargetOptions());
    assertThatThrownBy(() -> await(fresh.removeSubsystem(NQN)))
        .cause()
        .isInstanceOf(IllegalStateException.class);
    await(target.close());
    assertThatThrownBy(() -> await(target.addNamespace(NQN, NamespaceOptions.memory(2, MIB))))
        .cause()
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aHostThatIsTakenFromTheListLosesItsAssociationIfToldSo() throws Exception {
    AllowedHosts listed = AllowedHosts.only(Set.of(HostSide.HOST_NQN, "nqn.x"));
    await(target.setAllowedHosts(NQN, listed, true));
    try (HostConnection stays = new HostConnection(target.port(), NQN)) {
      stays.enable();
      await(target.disallowHost(NQN, HostSide.HOST_NQN, false));
      stays.host.propertyGet(3, Fabrics.PROPERTY_CSTS, false);
      assertThat(stays.next().status()).isZero();
      try (HostConnection late = new HostConnection(target.port(), NQN)) {
        late.host.icReq(false, false, 0);
        late.host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
        assertThat(late.next().type()).isEqualTo(PduType.IC_RESP);
        assertThat(late.next().status()).isEqualTo(Status.CONNECT_INVALID_HOST | Status.DNR);
      }
      await(target.setAllowedHosts(NQN, AllowedHosts.only(Set.of("nqn.x")), true));
      assertThat(stays.socket.getInputStream().read()).isEqualTo(-1);
    }
    await(target.allowHost(NQN, HostSide.HOST_NQN));
    assertThat(target.subsystems().getFirst().allowedHosts()).isEqualTo(listed);
    try (HostConnection again = new HostConnection(target.port(), NQN)) {
      again.enable();
    }
  }

  @Test
  void discoveryTellsLastingConnectionsOfEveryChangeThatTheySee() throws Exception {
    try (HostConnection admin = listening(Fabrics.DISCOVERY_NQN, target.port(), 1 << 31)) {
      long before = DiscoveryLog.generation(log(admin, LogPageId.DISCOVERY, 1024));
      await(
          target.addSubsystem(
              new SubsystemOptions(OTHER)
                  .setAllowedHosts(AllowedHosts.only(Set.of("nqn.somebody.else")))));
      // It does not concern this host; the next change does.
      await(target.allowHost(OTHER, HostSide.HOST_NQN));
      assertEvent(admin, DISCOVERY_EVENT);
      DiscoveryLog log = DiscoveryLog.decode(log(admin, LogPageId.DISCOVERY, 4096));
      assertThat(log.generation()).isEqualTo(before + 2);
      assertThat(log.entries())
          .extracting(DiscoveryLog.Entry::subnqn)
          .containsExactly(NQN, OTHER, Fabrics.DISCOVERY_NQN);

      admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, AER, 0, 0, 0, 0);
      await(target.setReferrals(List.of(new ReferralOptions("192.0.2.1", 8009))));
      assertEvent(admin, DISCOVERY_EVENT);
      log(admin, LogPageId.DISCOVERY, 1024);
      admin.host.admin(AdminOpcode.ASYNC_EVENT_REQUEST, AER, 0, 0, 0, 0);
      await(target.removeSubsystem(OTHER));
      assertEvent(admin, DISCOVERY_EVENT);
    }
  }

  @Test
  void listensOnSeveralPortsAndServesOnEachWhatItShould() throws Exception {
    NvmeTarget several =
        start(
            new TargetOptions()
                .addListener(
                    new ListenerOptions("localhost", 0).setServes(ListenerOptions.Serves.NVM))
                .addListener(
                    new ListenerOptions("0.0.0.0", 0)
                        .setServes(ListenerOptions.Serves.DISCOVERY)
                        .setAdvertisedPort(8009)));
    List<Listening> ports = several.listeners();
    assertThat(ports).hasSize(2);
    assertThat(several.port()).isEqualTo(ports.getFirst().port());
    assertThat(refusal(ports.get(0).port(), Fabrics.DISCOVERY_NQN)).isEqualTo(1 << 16 | 256);
    assertThat(refusal(ports.get(1).port(), NQN)).isEqualTo(1 << 16 | 256);
    try (HostConnection nvm = new HostConnection(ports.get(0).port(), NQN);
        HostConnection discovery = new HostConnection(ports.get(1).port(), Fabrics.DISCOVERY_NQN)) {
      nvm.enable();
      discovery.enable();
      DiscoveryLog log = DiscoveryLog.decode(log(discovery, LogPageId.DISCOVERY, 3072));
      assertThat(log.entries())
          .extracting(e -> e.subtype() + " " + e.traddr() + ":" + e.trsvcid())
          .containsExactly("2 127.0.0.1:" + ports.get(0).port(), "3 127.0.0.1:8009");
    }
    await(several.close());
  }

  private static long refusal(int port, String nqn) throws IOException {
    try (HostConnection admin = new HostConnection(port, nqn)) {
      admin.host.icReq(false, false, 0);
      admin.host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, nqn, true);
      assertThat(admin.next().type()).isEqualTo(PduType.IC_RESP);
      HostSide.Pdu answer = admin.next();
      assertThat(answer.status()).isEqualTo(Status.CONNECT_INVALID_PARAMETERS | Status.DNR);
      return answer.result();
    }
  }
}
