package io.nvmetcp.initiator;

import io.netty.channel.EventLoop;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.ConnectCommands;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.offload.Devices;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes associations with one subsystem, one after the other: an admin queue, a controller brought
 * up over it, its I/O queues. Each queue number keeps its event loop, and all share one device.
 * Confined to {@link #home} after its construction.
 */
final class Associator {
  private static final Logger LOG = LoggerFactory.getLogger(Associator.class);
  // Bounds a controller that states no limit: nothing larger than this is ever asked for.
  private static final long MAX_TRANSFER_BYTES = 1 << 20;
  // Loops are given out in turn to everybody: so often one is asked for that has no queue yet.
  private static final int SPREAD_TRIES = 64;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry registry;
  private final SubsystemAddress address;
  private final ConnectParameters parameters;
  private final DdpDevice device;
  private final ContextInternal home;
  private final List<ContextInternal> contexts = new ArrayList<>();
  private final Set<EventLoop> used = Collections.newSetFromMap(new IdentityHashMap<>());
  private int made;

  Associator(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      SubsystemAddress address) {
    this(vertx, options, registry, address, options.getIoQueues());
  }

  private Associator(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      SubsystemAddress address,
      int ioQueues) {
    this.vertx = vertx;
    this.options = options;
    this.registry = registry;
    this.address = address;
    parameters =
        new ConnectParameters(
            new ConnectData(
                options.getHostId(), Fabrics.CNTLID_DYNAMIC, address.nqn(), options.getHostNqn()),
            ConnectAttempt.ADMIN_ENTRIES,
            ioQueues,
            options.getQueueEntries(),
            options.getKeepAliveMillis(),
            options.getMaxNamespaces(),
            options.isDisableFlowControl());
    device = Devices.create(options.getDevice(), registry, JdkCrc32c.INSTANCE);
    home = vertx.createEventLoopContext();
  }

  /**
   * One for a discovery service, whose associations have an admin queue only.
   *
   * @param options with a keep-alive timeout, without which the service ends a connection
   */
  static Associator discovery(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      DiscoveryAddress address) {
    return new Associator(
        vertx,
        options,
        registry,
        new SubsystemAddress(address.host(), address.port(), Fabrics.DISCOVERY_NQN),
        0);
  }

  /** The context of every admin queue. */
  ContextInternal home() {
    return home;
  }

  /** The placing device of the I/O queues of every association. */
  DdpDevice device() {
    return device;
  }

  SubsystemAddress address() {
    return address;
  }

  /** What it is a controller of, for people; all of it was said by this host's user. */
  String name() {
    return "controller of %s at %s port %d"
        .formatted(address.nqn(), address.host(), address.port());
  }

  /** An attempt that has not begun; see {@link #run}. */
  ConnectAttempt attempt() {
    return new ConnectAttempt(vertx, options, registry, address.host(), address.port(), home);
  }

  /**
   * Carries an attempt out.
   *
   * @param caller where the future completes
   * @return fails with {@link NvmeException.NeverSent} and one sentence
   */
  Future<Association> run(ConnectAttempt attempt, ContextInternal caller) {
    return attempt.run(
        caller,
        () ->
            attempt
                .openAdmin()
                .compose(
                    admin ->
                        attempt
                            .bringUp(admin, parameters)
                            .compose(facts -> ioQueues(attempt, admin, facts))));
  }

  private Future<Association> ioQueues(
      ConnectAttempt attempt, AdminQueue admin, ControllerFacts facts) {
    if (facts.namespacesCut()) {
      LOG.warn(
          "controller {} of {} port {} has more than {} namespaces: only the first are used"
              + " (option maxNamespaces)",
          facts.cntlid(),
          address.host(),
          address.port(),
          options.getMaxNamespaces());
    }
    int entries = entries(facts);
    // What the device can map bounds an I/O as what the controller can take does.
    long maxTransfer =
        device.limits().bound(Math.min(facts.maxTransferBytes(), MAX_TRANSFER_BYTES));
    List<Future<QueueConnection>> queues = new ArrayList<>();
    for (int qid = 1; qid <= facts.ioQueues(); qid++) {
      queues.add(ioQueue(attempt, qid, entries, maxTransfer, facts));
    }
    attempt.waitFor("the I/O queues");
    return Future.all(queues)
        .map(
            all ->
                new Association(
                    ++made,
                    options,
                    attempt.client(),
                    admin,
                    all.<QueueConnection>list(),
                    facts,
                    info(facts, entries, maxTransfer, admin, all.<QueueConnection>list()),
                    maxSegments(),
                    attempt.aliveNs()));
  }

  // A device that takes nothing limits nothing.
  private int maxSegments() {
    int segments = device.limits().maxSegments();
    return segments == 0 ? Integer.MAX_VALUE : segments;
  }

  // CAP.MQES is 0-based; our queues are powers of two. MAXCMD bounds what is outstanding on one.
  private int entries(ControllerFacts facts) {
    int most = Math.min(options.getQueueEntries(), facts.cap().mqes() + 1);
    if (facts.maxCommands() > 1) {
      most = Math.min(most, facts.maxCommands());
    }
    return Integer.highestOneBit(most);
  }

  // Spread over the event loops: none has two queues while another has none.
  private ContextInternal context(int qid) {
    while (contexts.size() < qid) {
      ContextInternal next = vertx.createEventLoopContext();
      for (int i = 0; i < SPREAD_TRIES && used.contains(next.nettyEventLoop()); i++) {
        next = vertx.createEventLoopContext();
      }
      if (!used.add(next.nettyEventLoop())) {
        // Every loop has one: the next round begins.
        used.clear();
        used.add(next.nettyEventLoop());
      }
      contexts.add(next);
    }
    return contexts.get(qid - 1);
  }

  private Future<QueueConnection> ioQueue(
      ConnectAttempt attempt, int qid, int entries, long maxTransfer, ControllerFacts facts) {
    ContextInternal context = context(qid);
    return attempt
        .open(context, qid, entries, device, maxTransfer)
        .compose(
            connection -> {
              Promise<QueueConnection> promise = attempt.context().promise();
              context.runOnContext(
                  ignored ->
                      connectQueue(attempt, connection, qid, entries, facts).onComplete(promise));
              return promise.future();
            })
        .recover(
            cause ->
                Future.failedFuture(
                    new NvmeException.NeverSent("I/O queue " + qid + ": " + cause.getMessage())));
  }

  // On the connection's event loop.
  private Future<QueueConnection> connectQueue(
      ConnectAttempt attempt,
      QueueConnection connection,
      int qid,
      int entries,
      ControllerFacts facts) {
    if (!connection.open()) {
      // It ended between its ICResp and this turn. Whoever waits for that may have seen it already:
      // memory that is taken now would be a surprise.
      return Future.failedFuture(new NvmeException.NeverSent(connection.refusal(QueuePair.CLOSED)));
    }
    AdminQueue commands = new AdminQueue(connection, registry, 1, 0);
    return commands
        .submit(ConnectCommands.io(parameters, qid, entries, facts.cntlid()))
        .onComplete(done -> commands.close())
        .compose(
            answer -> {
              if (!Status.isSuccess(answer.status())) {
                if (ConnectCommands.isHopeless(answer.status(), answer.result())) {
                  home.execute(attempt::hopeless);
                }
                return Future.failedFuture(
                    new NvmeException.NeverSent(
                        "Connect was refused: "
                            + ConnectCommands.describe(answer.status(), answer.result())));
              }
              boolean flowControlDisabled =
                  options.isDisableFlowControl()
                      && answer.sqhd() == Fabrics.SQHD_FLOW_CONTROL_DISABLED;
              connection.pair().granted(facts.inCapsuleBytes(), flowControlDisabled);
              if (options.isPolling()) {
                connection.poll();
              }
              return Future.succeededFuture(connection);
            });
  }

  // Each connection negotiates for itself: what is said of all holds for every one of them.
  private ControllerInfo info(
      ControllerFacts facts,
      int entries,
      long maxTransfer,
      AdminQueue admin,
      List<QueueConnection> ioQueues) {
    List<QueueConnection> queues = ioQueues.isEmpty() ? List.of(admin.connection()) : ioQueues;
    return new ControllerInfo(
        facts.cntlid(),
        facts.serial(),
        facts.model(),
        facts.firmware(),
        maxTransfer,
        ioQueues.size(),
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
