package io.nvmetcp.target.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.target.subsystem.ControllerLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoveryServiceTest {
  @Test
  void listsTheServedSubsystemsAndItself() {
    DiscoveryService service =
        new DiscoveryService(
            List.of("nqn.one", "nqn.two"), "10.0.2.2", () -> 4420, ControllerLimits.DEFAULT);
    byte[] page = service.discoveryLog("nqn.host");
    assertThat(page).hasSize(4096);
    DiscoveryLog log = DiscoveryLog.decode(page);
    assertThat(log.entries())
        .extracting(DiscoveryLog.Entry::subnqn)
        .containsExactly("nqn.one", "nqn.two", Fabrics.DISCOVERY_NQN);
    assertThat(log.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.traddr()).isEqualTo("10.0.2.2");
              assertThat(entry.trsvcid()).isEqualTo("4420");
              assertThat(entry.adrfam()).isEqualTo(DiscoveryLog.ADRFAM_IPV4);
              assertThat(entry.cntlid()).isEqualTo(Fabrics.CNTLID_DYNAMIC);
            });
    assertThat(log.entries())
        .extracting(DiscoveryLog.Entry::subtype)
        .containsExactly(
            DiscoveryLog.SUBTYPE_NVM,
            DiscoveryLog.SUBTYPE_NVM,
            DiscoveryLog.SUBTYPE_CURRENT_DISCOVERY);
  }

  @Test
  void knowsAnIpv6AddressWhenItSeesOne() {
    DiscoveryService service =
        new DiscoveryService(List.of(), "fe80::1", () -> 8009, ControllerLimits.DEFAULT);
    assertThat(DiscoveryLog.decode(service.discoveryLog("nqn.host")).entries().getFirst().adrfam())
        .isEqualTo(DiscoveryLog.ADRFAM_IPV6);
    assertThat(service.subsystem().isDiscovery()).isTrue();
  }
}
