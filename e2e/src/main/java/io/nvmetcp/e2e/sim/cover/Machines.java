package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.connect.NamespaceScan;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.target.session.TargetSession;
import java.lang.invoke.VarHandle;
import java.util.List;

/** The states of machines that tell nobody. */
final class Machines {
  static final StateOf BRING_UP = new StateOf(BringUp.class);
  static final StateOf NAMESPACE_SCAN = new StateOf(NamespaceScan.class);
  static final StateOf LOG_READER = new StateOf(DiscoveryLogReader.class);
  static final StateOf SESSION = new StateOf(TargetSession.class);
  static final List<String> SHUTDOWN = List.of("AWAIT_REQUEST", "AWAIT_COMPLETE");
  static final List<String> KEEP_ALIVE = List.of("QUIET", "AWAIT_ANSWER");

  private static final VarHandle SCAN = Fields.of(BringUp.class, "scan");
  private static final VarHandle REQUESTED = Fields.of(Shutdown.class, "requested");
  private static final VarHandle AWAITING = Fields.of(KeepAlive.class, "awaiting");

  private Machines() {}

  /** The scan of a bring-up that has come to its namespaces. */
  static Object scan(BringUp bringUp) {
    return SCAN.get(bringUp);
  }

  static int state(Shutdown shutdown) {
    return (boolean) REQUESTED.get(shutdown) ? 1 : 0;
  }

  static int state(KeepAlive keepAlive) {
    return (boolean) AWAITING.get(keepAlive) ? 1 : 0;
  }
}
