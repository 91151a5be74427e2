package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
    DiscoveryLogReader machine = new DiscoveryLogReader(AdminQueue.SLOT_BYTES);
    Promise<DiscoveryLogReader.Step.Done> promise = attempt.context().promise();
    step(machine, admin, machine.start(), promise);
    return promise.future();
  }

  private void step(
      DiscoveryLogReader machine,
      AdminQueue admin,
      DiscoveryLogReader.Step step,
      Promise<DiscoveryLogReader.Step.Done> promise) {
    switch (step) {
      case DiscoveryLogReader.Step.Read(byte[] sqe, int bytes) ->
          admin
              .submit(sqe, Direction.READ, new byte[bytes])
              .map(answer -> machine.completed(answer.status(), answer.data()))
              .onSuccess(next -> step(machine, admin, next, promise))
              .onFailure(promise::tryFail);
      case DiscoveryLogReader.Step.Done done -> promise.tryComplete(done);
      case DiscoveryLogReader.Step.Failed(String reason) ->
          promise.tryFail(new NvmeException.NeverSent(reason));
    }
  }

  // The entries are known: how the controller takes the farewell changes nothing.
  private Future<Void> leave(AdminQueue admin) {
    attempt.waitFor("the discovery controller's shutdown");
    return admin.shutDown().eventually(attempt::end).otherwiseEmpty();
  }
}
