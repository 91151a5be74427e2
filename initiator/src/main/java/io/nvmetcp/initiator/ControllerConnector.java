package io.nvmetcp.initiator;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.ConnectCommands;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.offload.Devices;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;

/** Connects to a subsystem: an admin queue, a controller brought up over it, its I/O queues. */
final class ControllerConnector {
  // Bounds a controller that states no limit: nothing larger than this is ever asked for.
  private static final long MAX_TRANSFER_BYTES = 1 << 20;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry registry;
  private final ConnectParameters parameters;
  private final ConnectAttempt attempt;

  ControllerConnector(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      SubsystemAddress address) {
    this.vertx = vertx;
    this.options = options;
    this.registry = registry;
    parameters =
        new ConnectParameters(
            new ConnectData(
                options.getHostId(), Fabrics.CNTLID_DYNAMIC, address.nqn(), options.getHostNqn()),
            ConnectAttempt.ADMIN_ENTRIES,
            options.getIoQueues(),
            options.getQueueEntries(),
            options.getKeepAliveMillis(),
            options.isDisableFlowControl());
    attempt = new ConnectAttempt(vertx, options, registry, address.host(), address.port());
  }

  Future<Controller> connect() {
    return attempt.run(
        () ->
            attempt
                .openAdmin()
                .compose(
                    admin ->
                        attempt
                            .bringUp(admin, parameters)
                            .compose(facts -> ioQueues(admin, facts))));
  }

  private Future<Controller> ioQueues(AdminQueue admin, ControllerFacts facts) {
    DdpDevice device = Devices.create(options.getDevice(), registry, JdkCrc32c.INSTANCE);
    int entries = entries(facts);
    // What the device can map bounds an I/O as what the controller can take does.
    long maxTransfer =
        device.limits().bound(Math.min(facts.maxTransferBytes(), MAX_TRANSFER_BYTES));
    List<Future<QueueConnection>> queues = new ArrayList<>();
    for (int qid = 1; qid <= facts.ioQueues(); qid++) {
      queues.add(ioQueue(qid, entries, device, maxTransfer, facts));
    }
    attempt.waitFor("the I/O queues");
    return Future.all(queues)
        .map(
            all ->
                new ControllerShell(
                    vertx,
                    options,
                    attempt.client(),
                    admin,
                    all.<QueueConnection>list(),
                    facts,
                    info(facts, entries, maxTransfer, device, all.<QueueConnection>list()),
                    maxSegments(device),
                    registry));
  }

  // A device that takes nothing limits nothing.
  private static int maxSegments(DdpDevice device) {
    int segments = device.limits().maxSegments();
    return segments == 0 ? Integer.MAX_VALUE : segments;
  }

  // CAP.MQES is 0-based; our queues are powers of two.
  private int entries(ControllerFacts facts) {
    return Math.min(options.getQueueEntries(), Integer.highestOneBit(facts.cap().mqes() + 1));
  }

  private Future<QueueConnection> ioQueue(
      int qid, int entries, DdpDevice device, long maxTransfer, ControllerFacts facts) {
    ContextInternal context = vertx.createEventLoopContext();
    return attempt
        .open(context, qid, entries, device, maxTransfer)
        .compose(
            connection -> {
              Promise<QueueConnection> promise = attempt.context().promise();
              context.runOnContext(
                  ignored -> connectQueue(connection, qid, entries, facts).onComplete(promise));
              return promise.future();
            })
        .recover(
            cause ->
                Future.failedFuture(
                    new NvmeException.NeverSent("I/O queue " + qid + ": " + cause.getMessage())));
  }

  // On the connection's event loop.
  private Future<QueueConnection> connectQueue(
      QueueConnection connection, int qid, int entries, ControllerFacts facts) {
    AdminQueue commands = new AdminQueue(connection, registry, 1);
    return commands
        .submit(ConnectCommands.io(parameters, qid, entries, facts.cntlid()))
        .onComplete(done -> commands.close())
        .compose(
            answer -> {
              if (!Status.isSuccess(answer.status())) {
                return Future.failedFuture(
                    new NvmeException.NeverSent(
                        "Connect was refused: "
                            + ConnectCommands.describe(answer.status(), answer.result())));
              }
              boolean flowControlDisabled =
                  options.isDisableFlowControl()
                      && answer.sqhd() == Fabrics.SQHD_FLOW_CONTROL_DISABLED;
              connection.pair().granted(facts.inCapsuleBytes(), flowControlDisabled);
              return Future.succeededFuture(connection);
            });
  }

  // Each connection negotiates for itself: what is said of all holds for every one of them.
  private static ControllerInfo info(
      ControllerFacts facts,
      int entries,
      long maxTransfer,
      DdpDevice device,
      List<QueueConnection> queues) {
    return new ControllerInfo(
        facts.cntlid(),
        facts.serial(),
        facts.model(),
        facts.firmware(),
        maxTransfer,
        queues.size(),
        entries,
        facts.inCapsuleBytes(),
        queues.stream().allMatch(queue -> queue.pair().negotiated().headerDigest()),
        queues.stream().allMatch(queue -> queue.pair().negotiated().dataDigest()),
        queues.stream()
            .mapToLong(queue -> queue.pair().negotiated().maxH2cDataBytes())
            .min()
            .orElseThrow(),
        queues.stream().allMatch(queue -> queue.pair().flowControlDisabled()),
        device.name(),
        queues.getFirst().channelName());
  }
}
