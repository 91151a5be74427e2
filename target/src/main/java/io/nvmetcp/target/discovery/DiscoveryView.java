package io.nvmetcp.target.discovery;

import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.target.subsystem.HostAccess;
import java.util.ArrayList;
import java.util.List;

/**
 * What there is to discover at one moment. Two views are equal if no host could tell them apart.
 *
 * @param subsystems the NVM subsystems
 * @param ports where the target listens
 * @param referrals other discovery services
 * @param adminQueueEntries largest admin queue
 */
record DiscoveryView(
    List<Exported> subsystems,
    List<DiscoveryPort> ports,
    List<Referral> referrals,
    int adminQueueEntries) {
  static final DiscoveryView EMPTY = new DiscoveryView(List.of(), List.of(), List.of(), 0);

  /** A subsystem, and who may see it. */
  record Exported(String nqn, HostAccess access) {}

  DiscoveryView {
    subsystems = List.copyOf(subsystems);
    ports = List.copyOf(ports);
    referrals = List.copyOf(referrals);
  }

  /** The records that this host may see. */
  List<DiscoveryLog.Entry> entries(String hostNqn, String localAddress) {
    List<DiscoveryLog.Entry> entries = new ArrayList<>();
    for (Exported subsystem : subsystems) {
      if (subsystem.access().allows(hostNqn)) {
        for (DiscoveryPort port : ports) {
          if (port.nvm()) {
            entries.add(entry(DiscoveryLog.SUBTYPE_NVM, 0, subsystem.nqn(), port, localAddress));
          }
        }
      }
    }
    for (Referral referral : referrals) {
      entries.add(
          entry(
              DiscoveryLog.SUBTYPE_REFERRAL,
              0,
              referral.nqn(),
              new DiscoveryPort(0, referral.address(), referral.port(), false, true),
              localAddress));
    }
    for (DiscoveryPort port : ports) {
      if (port.discovery()) {
        entries.add(
            entry(
                DiscoveryLog.SUBTYPE_CURRENT_DISCOVERY,
                DiscoveryLog.EFLAGS_PERSISTENT,
                Fabrics.DISCOVERY_NQN,
                port,
                localAddress));
      }
    }
    return entries;
  }

  private DiscoveryLog.Entry entry(
      int subtype, int flags, String nqn, DiscoveryPort port, String localAddress) {
    String address = port.address().isEmpty() ? localAddress : port.address();
    return new DiscoveryLog.Entry(
        subtype,
        address.contains(":") ? DiscoveryLog.ADRFAM_IPV6 : DiscoveryLog.ADRFAM_IPV4,
        DiscoveryLog.TREQ_PLAIN_NO_FLOW_CONTROL,
        port.id(),
        Fabrics.CNTLID_DYNAMIC,
        adminQueueEntries,
        flags,
        nqn,
        address,
        Integer.toString(port.port()),
        DiscoveryLog.SECTYPE_NONE);
  }
}
