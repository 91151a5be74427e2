package io.nvmetcp.target.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.HostAccess;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.Subsystem;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DiscoveryServiceTest {
  private static final String HOST = "nqn.host";
  private static final DiscoveryPort BOTH = new DiscoveryPort(1, "10.0.2.2", 4420, true, true);
  private static final DiscoveryPort NVM = new DiscoveryPort(2, "10.0.2.3", 4421, true, false);
  private static final DiscoveryPort OWN = new DiscoveryPort(3, "10.0.2.2", 8009, false, true);

  private final Subsystem one = subsystem("nqn.one");
  private final Subsystem two = subsystem("nqn.two");
  private final DiscoveryService service = new DiscoveryService(ControllerLimits.DEFAULT);

  private static Subsystem subsystem(String nqn) {
    return Subsystem.nvm(
        nqn,
        "SN",
        "model",
        ControllerLimits.DEFAULT,
        List.of(new Namespace(1, new UUID(1, 2), 4096, new NullBackend(1 << 20))));
  }

  private DiscoveryLog log(String host) {
    return DiscoveryLog.decode(service.discoveryLog(host, "192.0.2.7"));
  }

  private List<String> lines(String host) {
    return log(host).entries().stream()
        .map(e -> "%d %s %s:%s".formatted(e.subtype(), e.subnqn(), e.traddr(), e.trsvcid()))
        .toList();
  }

  @Test
  void listsEachSubsystemWhereItIsServedThenReferralsThenItself() {
    service.update(
        List.of(one, two),
        List.of(BOTH, NVM, OWN),
        List.of(new Referral("10.0.9.9", 8009, "nqn.other.discovery")));
    assertThat(lines(HOST))
        .containsExactly(
            "2 nqn.one 10.0.2.2:4420",
            "2 nqn.one 10.0.2.3:4421",
            "2 nqn.two 10.0.2.2:4420",
            "2 nqn.two 10.0.2.3:4421",
            "1 nqn.other.discovery 10.0.9.9:8009",
            "3 " + Fabrics.DISCOVERY_NQN + " 10.0.2.2:4420",
            "3 " + Fabrics.DISCOVERY_NQN + " 10.0.2.2:8009");
    assertThat(log(HOST).entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.adrfam()).isEqualTo(DiscoveryLog.ADRFAM_IPV4);
              assertThat(entry.cntlid()).isEqualTo(Fabrics.CNTLID_DYNAMIC);
              assertThat(entry.adminQueueEntries()).isEqualTo(128);
              boolean itself = entry.subtype() == DiscoveryLog.SUBTYPE_CURRENT_DISCOVERY;
              assertThat(entry.flags()).isEqualTo(itself ? DiscoveryLog.EFLAGS_PERSISTENT : 0);
            });
  }

  @Test
  void namesTheAddressThatTheHostUsedIfItListensOnAll() {
    service.update(List.of(one), List.of(new DiscoveryPort(1, "", 4420, true, false)), List.of());
    assertThat(lines(HOST)).containsExactly("2 nqn.one 192.0.2.7:4420");
  }

  @Test
  void knowsAnIpv6AddressWhenItSeesOne() {
    service.update(
        List.of(one), List.of(new DiscoveryPort(1, "fe80::1", 4420, true, false)), List.of());
    assertThat(log(HOST).entries().getFirst().adrfam()).isEqualTo(DiscoveryLog.ADRFAM_IPV6);
    assertThat(service.subsystem().isDiscovery()).isTrue();
  }

  @Test
  void showsAHostOnlyWhatItMayConnectTo() {
    one.access(HostAccess.only(Set.of("nqn.friend")), false);
    service.update(List.of(one, two), List.of(NVM), List.of());
    assertThat(lines(HOST)).containsExactly("2 nqn.two 10.0.2.3:4421");
    assertThat(lines("nqn.friend"))
        .containsExactly("2 nqn.one 10.0.2.3:4421", "2 nqn.two 10.0.2.3:4421");
  }

  @Test
  void countsChangesAndNothingElse() {
    assertThat(service.generation()).isZero();
    service.update(List.of(one), List.of(NVM), List.of());
    assertThat(log(HOST).generation()).isEqualTo(1);
    service.update(List.of(one), List.of(NVM), List.of());
    assertThat(service.generation()).isEqualTo(1);
    service.update(List.of(one, two), List.of(NVM), List.of());
    assertThat(service.generation()).isEqualTo(2);
    two.access(HostAccess.only(Set.of("nqn.friend")), false);
    service.update(List.of(one, two), List.of(NVM), List.of());
    assertThat(service.generation()).isEqualTo(3);
    service.update(List.of(one, two), List.of(NVM), List.of(new Referral("10.0.9.9", 8009, "n")));
    assertThat(log(HOST).generation()).isEqualTo(4);
  }
}
