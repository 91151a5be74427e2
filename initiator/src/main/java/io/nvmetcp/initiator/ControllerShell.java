package io.nvmetcp.initiator;

import io.netty.channel.EventLoop;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connected controller: chooses queues, keeps it alive, shuts it down. */
final class ControllerShell implements Controller {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerShell.class);
  private static final long NO_TIMER = -1;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final NetClient client;
  private final AdminQueue admin;
  private final List<QueueConnection> queues;
  private final QueueConnection[] byTurn;
  private final ControllerInfo info;
  private final List<Namespace> namespaces;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Promise<Void> closed;
  private final Promise<String> ended = Promise.promise();
  private long keepAliveTimer = NO_TIMER;

  ControllerShell(
      VertxInternal vertx,
      InitiatorOptions options,
      NetClient client,
      AdminQueue admin,
      List<QueueConnection> queues,
      ControllerFacts facts,
      ControllerInfo info) {
    this.vertx = vertx;
    this.options = options;
    this.client = client;
    this.admin = admin;
    this.queues = List.copyOf(queues);
    byTurn = queues.toArray(QueueConnection[]::new);
    this.info = info;
    List<Namespace> found = new ArrayList<>();
    for (NamespaceFacts namespace : facts.namespaces()) {
      found.add(new Namespace(this, namespace));
    }
    namespaces = List.copyOf(found);
    closed = admin.connection().context().promise();
    startKeepAlive();
    // A fatal fault on any queue ends its controller.
    for (QueueConnection connection : all()) {
      connection.ended().onSuccess(this::queueEnded);
    }
  }

  private List<QueueConnection> all() {
    List<QueueConnection> all = new ArrayList<>(queues);
    all.add(admin.connection());
    return all;
  }

  @Override
  public ControllerInfo info() {
    return info;
  }

  @Override
  public List<Namespace> namespaces() {
    return namespaces;
  }

  @Override
  public Optional<Namespace> namespace(long nsid) {
    return namespaces.stream().filter(namespace -> namespace.id() == nsid).findFirst();
  }

  @Override
  public List<Context> contexts() {
    return queues.stream().<Context>map(QueueConnection::context).toList();
  }

  @Override
  public Future<String> ended() {
    return ended.future();
  }

  Future<Void> submit(
      int opcode, long nsid, long lba, int blocks, int cdw12, @Nullable BufferSlice buffer) {
    ContextInternal caller = (ContextInternal) Vertx.currentContext();
    QueueConnection queue = queue(caller);
    Promise<Void> promise = (caller == null ? queue.context() : caller).promise();
    IoCommand command = new IoCommand(queue, promise, opcode, nsid, lba, blocks, cdw12, buffer);
    if (closing.get()) {
      command.neverSent("the controller is closed");
    } else if (queue.eventLoop().inEventLoop()) {
      queue.start(command);
    } else {
      queue.eventLoop().execute(command);
    }
    return promise.future();
  }

  // The queue of the caller's own event loop if there is one, else each in turn.
  private QueueConnection queue(@Nullable ContextInternal caller) {
    if (caller != null) {
      EventLoop loop = caller.nettyEventLoop();
      for (QueueConnection queue : byTurn) {
        if (queue.eventLoop() == loop) {
          return queue;
        }
      }
    }
    return byTurn[Math.floorMod(turn.getAndIncrement(), byTurn.length)];
  }

  @Override
  public Future<InitiatorStatistics> statistics() {
    List<Future<InitiatorStatistics>> parts = new ArrayList<>();
    for (QueueConnection queue : queues) {
      Promise<InitiatorStatistics> part = Promise.promise();
      queue
          .context()
          .runOnContext(
              ignored -> {
                InitiatorStatistics counted = new InitiatorStatistics();
                queue.addTo(counted);
                part.complete(counted);
              });
      parts.add(part.future());
    }
    return Future.all(parts)
        .map(
            all -> {
              InitiatorStatistics sum = new InitiatorStatistics();
              all.<InitiatorStatistics>list().forEach(sum::addAll);
              return sum;
            });
  }

  // ---- keep-alive

  private void startKeepAlive() {
    long katoMillis = options.getKeepAliveMillis();
    if (katoMillis == 0) {
      return;
    }
    KeepAlive keepAlive =
        new KeepAlive(TimeUnit.MILLISECONDS.toNanos(katoMillis), System.nanoTime());
    long everyMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(keepAlive.checkIntervalNs()));
    keepAliveTimer = vertx.setPeriodic(everyMillis, id -> checkKeepAlive(keepAlive));
  }

  private void checkKeepAlive(KeepAlive keepAlive) {
    switch (keepAlive.check(System.nanoTime())) {
      case WAIT -> {}
      case LOST -> endAll("the controller did not answer Keep Alive");
      case SEND -> {
        byte[] sqe = new byte[Sqe.BYTES];
        Sqe.init(sqe, 0, AdminOpcode.KEEP_ALIVE, 0, 0);
        keepAlive.sent(System.nanoTime());
        admin
            .submit(new Action.Command(sqe, Direction.NONE, new byte[0]))
            .onSuccess(answer -> keepAlive.answered(System.nanoTime()))
            .onFailure(cause -> LOG.debug("Keep Alive failed: {}", cause.getMessage()));
      }
    }
  }

  // ---- the end

  private void queueEnded(String reason) {
    ended.tryComplete(reason);
    endAll(reason);
  }

  private void endAll(String reason) {
    vertx.cancelTimer(keepAliveTimer);
    for (QueueConnection connection : all()) {
      connection.eventLoop().execute(() -> connection.end(reason));
    }
  }

  @Override
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      admin.connection().context().runOnContext(ignored -> shutDown());
    }
    return closed.future();
  }

  private void shutDown() {
    long timer =
        vertx.setTimer(
            options.getConnectTimeoutMillis(), id -> endAll("the shutdown took too long"));
    Future.join(queues.stream().map(this::drained).toList())
        .eventually(this::shutDownController)
        .eventually(
            () -> {
              endAll("closed by this host");
              return Future.join(all().stream().map(QueueConnection::ended).toList());
            })
        .eventually(client::close)
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              admin.close();
              closed.complete();
            });
  }

  private Future<Void> drained(QueueConnection queue) {
    Promise<Void> promise = admin.connection().context().promise();
    queue.eventLoop().execute(() -> queue.whenIdle(promise));
    return promise.future();
  }

  private Future<Void> shutDownController() {
    Promise<Void> promise = admin.connection().context().promise();
    Shutdown machine = new Shutdown();
    step(machine, machine.start(), promise);
    return promise.future();
  }

  private void step(Shutdown machine, Action action, Promise<Void> promise) {
    switch (action) {
      case Action.Command command ->
          admin
              .submit(command)
              .onSuccess(
                  answer ->
                      step(machine, machine.completed(answer.status(), answer.result()), promise))
              .onFailure(promise::tryFail);
      case Action.Pause(long millis) ->
          vertx.setTimer(millis, id -> step(machine, machine.resumed(), promise));
      case Action.ShutDown _ -> promise.tryComplete();
      case Action.Done _ -> throw new IllegalStateException("a shutdown brings nothing up");
      case Action.Failed(String reason) -> promise.tryFail(reason);
    }
  }
}
