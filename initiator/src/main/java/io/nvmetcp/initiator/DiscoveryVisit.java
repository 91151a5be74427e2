package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** One visit to a discovery controller: connect, read its log, leave. */
final class DiscoveryVisit {
  private final ConnectParameters parameters;
  private final ContextInternal caller;
  private final ConnectAttempt attempt;

  DiscoveryVisit(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      String host,
      int port) {
    // The address as one of a subsystem: refuses what cannot be one.
    SubsystemAddress address = new SubsystemAddress(host, port, Fabrics.DISCOVERY_NQN);
    parameters =
        new ConnectParameters(
            new ConnectData(
                options.getHostId(), Fabrics.CNTLID_DYNAMIC, address.nqn(), options.getHostNqn()),
            ConnectAttempt.ADMIN_ENTRIES,
            0,
            0,
            0,
            0,
            options.isDisableFlowControl());
    caller = vertx.getOrCreateContext();
    attempt =
        new ConnectAttempt(vertx, options, registry, host, port, vertx.createEventLoopContext());
  }

  Future<DiscoveryLogReader.Step.Done> log() {
    return attempt.run(
        caller,
        () ->
            attempt
                .openAdmin()
                .compose(
                    admin ->
                        attempt
                            .bringUp(admin, parameters)
                            .compose(facts -> read(admin))
                            .compose(found -> leave(admin).map(found))));
  }

  private Future<DiscoveryLogReader.Step.Done> read(AdminQueue admin) {
    attempt.waitFor("the discovery log");
    return DiscoveryLogReading.of(admin);
  }

  // The entries are known: how the controller takes the farewell changes nothing.
  private Future<Void> leave(AdminQueue admin) {
    attempt.waitFor("the discovery controller's shutdown");
    return admin.shutDown().eventually(attempt::end).otherwiseEmpty();
  }
}
