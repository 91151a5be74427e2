package io.nvmetcp.target.discovery;

import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.DiscoverySource;
import io.nvmetcp.target.subsystem.Subsystem;
import java.util.ArrayList;
import java.util.List;

/**
 * The discovery subsystem of a target: its log page lists each subsystem that the asking host may
 * connect to at each port where it is served, referrals to other services, and itself. Hosts that
 * asked for it are told of changes (Base specification 5.16.1.23 and 5.2). Any thread.
 */
public final class DiscoveryService implements DiscoverySource {
  private final ControllerLimits limits;
  private final Subsystem subsystem;
  private DiscoveryView view = DiscoveryView.EMPTY;
  private long generation;

  /**
   * @param limits of its controllers
   */
  @SuppressWarnings("this-escape") // the subsystem asks only when a host does
  public DiscoveryService(ControllerLimits limits) {
    this.limits = limits;
    subsystem =
        Subsystem.discovery(
            Fabrics.DISCOVERY_NQN, "discovery", "vertx-nvme-tcp discovery", limits, this);
  }

  /** The subsystem under the well-known name, answering from this service. */
  public Subsystem subsystem() {
    return subsystem;
  }

  /**
   * Takes a look at what there is now. If it differs from before, the generation counter advances,
   * and each host that asked for it and for which something changed is told.
   *
   * @param subsystems the NVM subsystems served
   * @param ports where the target listens
   * @param referrals other discovery services
   */
  public void update(
      List<Subsystem> subsystems, List<DiscoveryPort> ports, List<Referral> referrals) {
    List<DiscoveryView.Exported> exported = new ArrayList<>();
    for (Subsystem each : subsystems) {
      exported.add(new DiscoveryView.Exported(each.nqn(), each.access()));
    }
    DiscoveryView fresh = new DiscoveryView(exported, ports, referrals, limits.adminQueueEntries());
    DiscoveryView old;
    synchronized (this) {
      old = view;
      if (fresh.equals(old)) {
        return;
      }
      view = fresh;
      generation++;
    }
    for (Controller controller : subsystem.controllers()) {
      String host = controller.hostNqn();
      String address = controller.localAddress();
      if (!fresh.entries(host, address).equals(old.entries(host, address))) {
        controller.discoveryChanged();
      }
    }
  }

  /** How often what there is to discover has changed. */
  public synchronized long generation() {
    return generation;
  }

  @Override
  public byte[] discoveryLog(String hostNqn, String localAddress) {
    DiscoveryView now;
    long number;
    synchronized (this) {
      now = view;
      number = generation;
    }
    return new DiscoveryLog(number, now.entries(hostNqn, localAddress)).encode();
  }
}
