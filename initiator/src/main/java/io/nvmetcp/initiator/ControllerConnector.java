package io.nvmetcp.initiator;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.connect.ConnectCommands;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.offload.Devices;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.IcRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;

/** One attempt to connect to a subsystem: sockets, queues and {@link BringUp} brought together. */
final class ControllerConnector {
  private static final int ADMIN_ENTRIES = 32;
  private static final int MIN_DATA_BYTES = 4096;
  // The admin queue's capsules, and every queue's until Connect is done, take this much data: a
  // Connect fits (TCP transport specification 3.3.1: at least 8 KiB on the admin queue).
  private static final int CONNECT_CAPSULE_BYTES = 8192;
  // Bounds a controller that states no limit: nothing larger than this is ever asked for.
  private static final long MAX_TRANSFER_BYTES = 1 << 20;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry registry;
  private final SubsystemAddress address;
  private final ConnectParameters parameters;
  private final NetClient client;
  private final ContextInternal adminContext;
  private final List<QueueConnection> opened = new ArrayList<>();
  private boolean abandoned;

  ControllerConnector(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      SubsystemAddress address) {
    this.vertx = vertx;
    this.options = options;
    this.registry = registry;
    this.address = address;
    parameters =
        new ConnectParameters(
            new ConnectData(
                options.getHostId(), Fabrics.CNTLID_DYNAMIC, address.nqn(), options.getHostNqn()),
            ADMIN_ENTRIES,
            options.getIoQueues(),
            options.getQueueEntries(),
            options.getKeepAliveMillis(),
            options.isDisableFlowControl());
    client =
        vertx.createNetClient(
            new NetClientOptions()
                .setTcpNoDelay(true)
                .setConnectTimeout((int) Math.min(options.getConnectTimeoutMillis(), 60_000)));
    adminContext = vertx.createEventLoopContext();
  }

  Future<Controller> connect() {
    ContextInternal caller = vertx.getOrCreateContext();
    Promise<Controller> result = caller.promise();
    adminContext.runOnContext(
        ignored -> {
          long timer =
              vertx.setTimer(
                  options.getConnectTimeoutMillis(),
                  id ->
                      abandon(
                          result,
                          new NvmeException.NeverSent(
                              "no connection to %s port %d within %d ms"
                                  .formatted(
                                      address.host(),
                                      address.port(),
                                      options.getConnectTimeoutMillis()))));
          establish()
              .onComplete(
                  done -> {
                    vertx.cancelTimer(timer);
                    if (done.failed()) {
                      abandon(result, done.cause());
                    } else if (!abandoned) {
                      result.complete(done.result());
                    }
                  });
        });
    return result.future();
  }

  // Everything that was opened is closed again before the caller hears of the failure.
  private void abandon(Promise<Controller> result, Throwable cause) {
    if (abandoned) {
      return;
    }
    abandoned = true;
    List<Future<String>> ends = new ArrayList<>();
    for (QueueConnection connection : opened) {
      connection.context().runOnContext(ignored -> connection.end("the connect was given up"));
      ends.add(connection.ended());
    }
    Future.join(ends)
        .eventually(client::close)
        .onComplete(
            done ->
                result.tryFail(
                    cause instanceof NvmeException
                        ? cause
                        : new NvmeException.NeverSent(
                            "cannot connect to %s port %d: %s"
                                .formatted(address.host(), address.port(), cause.getMessage()))));
  }

  private Future<Controller> establish() {
    return open(adminContext, 0, ADMIN_ENTRIES, new NoneDevice(registry), MIN_DATA_BYTES)
        .compose(
            connection -> {
              AdminQueue admin = new AdminQueue(connection, registry);
              connection.pair().granted(CONNECT_CAPSULE_BYTES, false);
              return bringUp(admin)
                  .compose(facts -> ioQueues(admin, facts))
                  .onFailure(ignored -> admin.close());
            });
  }

  private Future<QueueConnection> open(
      ContextInternal context, int qid, int entries, DdpDevice device, long maxReadBytes) {
    QueueConfiguration configuration =
        new QueueConfiguration(
            qid,
            entries,
            new IcRequest(0, 0, options.isHeaderDigest(), options.isDataDigest(), 0),
            maxReadBytes,
            JdkCrc32c.INSTANCE,
            device.voucher());
    Promise<QueueConnection> promise = adminContext.promise();
    context.runOnContext(
        ignored ->
            client
                .connect(address.port(), address.host())
                .compose(
                    socket -> {
                      Future<QueueConnection> initialized =
                          QueueConnection.open(
                              context,
                              (NetSocketInternal) socket,
                              configuration,
                              device,
                              options.getTeardownMode(),
                              registry,
                              options.getWaitingCommands());
                      return initialized;
                    })
                .onComplete(promise));
    return promise.future().onSuccess(this::remember);
  }

  private void remember(QueueConnection connection) {
    opened.add(connection);
    if (abandoned) {
      connection.context().runOnContext(ignored -> connection.end("the connect was given up"));
    }
  }

  private Future<ControllerFacts> bringUp(AdminQueue admin) {
    Promise<ControllerFacts> promise = adminContext.promise();
    BringUp machine = new BringUp(parameters);
    step(machine, admin, machine.start(), promise);
    return promise.future();
  }

  private void step(
      BringUp machine, AdminQueue admin, Action action, Promise<ControllerFacts> promise) {
    switch (action) {
      case Action.Command command ->
          admin
              .submit(command)
              .onSuccess(
                  answer ->
                      step(
                          machine,
                          admin,
                          machine.completed(answer.status(), answer.result(), answer.data()),
                          promise))
              .onFailure(promise::tryFail);
      case Action.Pause(long millis) ->
          vertx.setTimer(millis, id -> step(machine, admin, machine.resumed(), promise));
      case Action.ShutDown _ -> throw new IllegalStateException("a bring-up does not shut down");
      case Action.Done(ControllerFacts facts) -> promise.tryComplete(facts);
      case Action.Failed(String reason) ->
          promise.tryFail(
              new NvmeException.NeverSent(
                  "the controller at %s port %d refused: %s"
                      .formatted(address.host(), address.port(), reason)));
    }
  }

  private Future<Controller> ioQueues(AdminQueue admin, ControllerFacts facts) {
    DdpDevice device = Devices.create(options.getDevice(), registry, JdkCrc32c.INSTANCE);
    int entries = entries(facts);
    long maxTransfer = Math.min(facts.maxTransferBytes(), MAX_TRANSFER_BYTES);
    List<Future<QueueConnection>> queues = new ArrayList<>();
    for (int qid = 1; qid <= facts.ioQueues(); qid++) {
      queues.add(ioQueue(qid, entries, device, maxTransfer, facts));
    }
    return Future.all(queues)
        .map(
            all ->
                new ControllerShell(
                    vertx,
                    options,
                    client,
                    admin,
                    all.<QueueConnection>list(),
                    facts,
                    info(facts, entries, maxTransfer, device, all.<QueueConnection>list())));
  }

  // CAP.MQES is 0-based; our queues are powers of two.
  private int entries(ControllerFacts facts) {
    return Math.min(options.getQueueEntries(), Integer.highestOneBit(facts.cap().mqes() + 1));
  }

  private Future<QueueConnection> ioQueue(
      int qid, int entries, DdpDevice device, long maxTransfer, ControllerFacts facts) {
    ContextInternal context = vertx.createEventLoopContext();
    return open(context, qid, entries, device, maxTransfer)
        .compose(
            connection -> {
              Promise<QueueConnection> promise = adminContext.promise();
              context.runOnContext(
                  ignored -> connectQueue(connection, qid, entries, facts, promise));
              return promise.future();
            });
  }

  private void connectQueue(
      QueueConnection connection,
      int qid,
      int entries,
      ControllerFacts facts,
      Promise<QueueConnection> promise) {
    AdminQueue commands = new AdminQueue(connection, registry);
    connection.pair().granted(CONNECT_CAPSULE_BYTES, false);
    commands
        .submit(ConnectCommands.io(parameters, qid, entries, facts.cntlid()))
        .onComplete(
            done -> {
              commands.close();
              if (done.failed()) {
                promise.fail(done.cause());
                return;
              }
              AdminQueue.Answer answer = done.result();
              if (!Status.isSuccess(answer.status())) {
                promise.fail(
                    new NvmeException.NeverSent(
                        "I/O queue %d was refused: %s"
                            .formatted(
                                qid, ConnectCommands.describe(answer.status(), answer.result()))));
                return;
              }
              boolean flowControlDisabled =
                  options.isDisableFlowControl()
                      && answer.sqhd() == Fabrics.SQHD_FLOW_CONTROL_DISABLED;
              connection.pair().granted(facts.inCapsuleBytes(), flowControlDisabled);
              promise.complete(connection);
            });
  }

  private ControllerInfo info(
      ControllerFacts facts,
      int entries,
      long maxTransfer,
      DdpDevice device,
      List<QueueConnection> queues) {
    QueueConnection first = queues.get(0);
    return new ControllerInfo(
        facts.cntlid(),
        facts.serial(),
        facts.model(),
        facts.firmware(),
        maxTransfer,
        queues.size(),
        entries,
        facts.inCapsuleBytes(),
        first.pair().negotiated().headerDigest(),
        first.pair().negotiated().dataDigest(),
        first.pair().negotiated().maxH2cDataBytes(),
        first.pair().flowControlDisabled(),
        device.name(),
        first.channelName());
  }
}
