package io.nvmetcp.target.discovery;

import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.DiscoverySource;
import io.nvmetcp.target.subsystem.Subsystem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * The discovery subsystem of a target: its log page lists each served subsystem at the advertised
 * address, itself included. Immutable; any thread.
 */
public final class DiscoveryService implements DiscoverySource {
  private static final int PORT_ID = 1;
  // What is served does not change while a target runs.
  private static final long GENERATION = 1;

  private final List<String> subsystems;
  private final String address;
  private final IntSupplier port;
  private final ControllerLimits limits;

  /**
   * @param subsystems NQNs served
   * @param address what hosts shall connect to: an IP address
   * @param port its TCP port, asked when a host asks: it is known once the target listens
   * @param limits of the controllers
   */
  public DiscoveryService(
      List<String> subsystems, String address, IntSupplier port, ControllerLimits limits) {
    this.subsystems = List.copyOf(subsystems);
    this.address = address;
    this.port = port;
    this.limits = limits;
  }

  private DiscoveryLog.Entry entry(int subtype, String nqn) {
    return new DiscoveryLog.Entry(
        subtype,
        address.contains(":") ? DiscoveryLog.ADRFAM_IPV6 : DiscoveryLog.ADRFAM_IPV4,
        DiscoveryLog.TREQ_PLAIN_NO_FLOW_CONTROL,
        PORT_ID,
        Fabrics.CNTLID_DYNAMIC,
        limits.queueEntries(),
        nqn,
        address,
        Integer.toString(port.getAsInt()));
  }

  /** The subsystem under the well-known name, answering from this service. */
  public Subsystem subsystem() {
    return Subsystem.discovery(
        Fabrics.DISCOVERY_NQN, "discovery", "vertx-nvme-tcp discovery", limits, this);
  }

  @Override
  public byte[] discoveryLog(String hostNqn) {
    List<DiscoveryLog.Entry> entries = new ArrayList<>();
    for (String nqn : subsystems) {
      entries.add(entry(DiscoveryLog.SUBTYPE_NVM, nqn));
    }
    entries.add(entry(DiscoveryLog.SUBTYPE_CURRENT_DISCOVERY, Fabrics.DISCOVERY_NQN));
    return new DiscoveryLog(GENERATION, entries).encode();
  }
}
