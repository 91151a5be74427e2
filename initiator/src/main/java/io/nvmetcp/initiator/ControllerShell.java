package io.nvmetcp.initiator;

import io.netty.channel.EventLoop;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.connect.NamespaceFacts;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connected controller: chooses queues, keeps it alive, shuts it down. */
final class ControllerShell implements Controller {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerShell.class);
  private static final long NO_TIMER = -1;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final AdminQueue admin;
  private final List<QueueConnection> queues;
  private final QueueConnection[] byTurn;
  private final ControllerInfo info;
  private final List<Namespace> namespaces;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private final Promise<Void> closed;
  private final Promise<String> ended;
  private final long keepAliveTimer;

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
    this.admin = admin;
    this.queues = List.copyOf(queues);
    byTurn = queues.toArray(QueueConnection[]::new);
    this.info = info;
    List<Namespace> found = new ArrayList<>();
    for (NamespaceFacts namespace : facts.namespaces()) {
      found.add(new Namespace(this, namespace));
    }
    namespaces = List.copyOf(found);
    ContextInternal context = admin.connection().context();
    closed = context.promise();
    ended = context.promise();
    keepAliveTimer = startKeepAlive();
    List<Future<String>> ends = new ArrayList<>();
    for (QueueConnection connection : all()) {
      // A fatal fault on any queue ends its controller.
      connection.ended().onSuccess(this::endAll);
      ends.add(connection.ended());
    }
    // Whoever ended it: nothing is left open.
    Future.join(ends).eventually(client::close).onComplete(done -> ended.tryComplete(reason()));
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
    return here(ended.future());
  }

  /**
   * Reads or writes blocks, with no object but the command and the caller's promise.
   *
   * @param cdw12 what else stands in dword 12, beside the number of blocks
   */
  Future<Void> transfer(
      int opcode, long nsid, long lba, int blocks, int cdw12, BufferSlice buffer) {
    ContextInternal caller = (ContextInternal) Vertx.currentContext();
    QueueConnection queue = queue(caller);
    Promise<Void> promise = (caller == null ? queue.context() : caller).promise();
    IoCommand command =
        new IoCommand.Transfer(
            queue, promise, opcode, nsid, lba, blocks, cdw12, buffer, options.getRetries());
    return start(queue, command) ? promise.future() : Future.failedFuture(vertxClosed());
  }

  /**
   * Sends any I/O command.
   *
   * @param sqe the entry, but for identifier and data descriptor; not changed any more
   * @param buffer leased until the future completes; null if the opcode says that there is no data
   * @return dwords 0 and 1 of the completion
   */
  Future<Long> submit(byte[] sqe, @Nullable BufferSlice buffer) {
    ContextInternal caller = (ContextInternal) Vertx.currentContext();
    QueueConnection queue = queue(caller);
    Promise<Long> promise = (caller == null ? queue.context() : caller).promise();
    return start(queue, new IoCommand.Raw(queue, promise, sqe, buffer))
        ? promise.future()
        : Future.failedFuture(vertxClosed());
  }

  // False if nobody is there any more to carry it out or to complete its promise.
  private boolean start(QueueConnection queue, IoCommand command) {
    if (closing.get()) {
      command.neverSent("the controller is closed");
    } else if (queue.eventLoop().inEventLoop()) {
      queue.start(command);
    } else {
      try {
        queue.eventLoop().execute(command);
      } catch (RejectedExecutionException e) {
        return false;
      }
    }
    return true;
  }

  private static NvmeException vertxClosed() {
    return new NvmeException.NeverSent("Vert.x is closed");
  }

  /**
   * Sends an admin command.
   *
   * @param sqe the entry, but for identifier and data descriptor; not changed any more
   * @param data what is sent, or room for what comes, as the opcode says; the callee's until the
   *     future completes
   */
  Future<AdminQueue.Answer> admin(byte[] sqe, byte[] data) {
    ContextInternal caller = vertx.getContext();
    ContextInternal home = admin.connection().context();
    Promise<AdminQueue.Answer> promise = (caller == null ? home : caller).promise();
    Direction direction = data.length == 0 ? Direction.NONE : Direction.of(Sqe.opcode(sqe, 0));
    try {
      home.nettyEventLoop()
          .execute(
              () -> {
                if (closing.get()) {
                  promise.fail(new NvmeException.NeverSent("the controller is closed"));
                } else {
                  admin.submit(sqe, direction, data).onComplete(promise);
                }
              });
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(vertxClosed());
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
      Promise<InitiatorStatistics> part = queue.context().promise();
      queue
          .eventLoop()
          .execute(
              () -> {
                InitiatorStatistics counted = new InitiatorStatistics();
                queue.addTo(counted);
                part.complete(counted);
              });
      parts.add(part.future());
    }
    return here(
        Future.all(parts)
            .map(
                all -> {
                  InitiatorStatistics sum = new InitiatorStatistics();
                  all.<InitiatorStatistics>list().forEach(sum::addAll);
                  return sum;
                }));
  }

  // On the caller's context, if it has one.
  private <T> Future<T> here(Future<T> future) {
    ContextInternal caller = vertx.getContext();
    if (caller == null) {
      return future;
    }
    Promise<T> promise = caller.promise();
    future.onComplete(promise);
    return promise.future();
  }

  // ---- keep-alive

  private long startKeepAlive() {
    long katoMillis = options.getKeepAliveMillis();
    if (katoMillis == 0) {
      return NO_TIMER;
    }
    KeepAlive keepAlive =
        new KeepAlive(TimeUnit.MILLISECONDS.toNanos(katoMillis), false, System.nanoTime());
    long everyMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(keepAlive.checkIntervalNs()));
    return admin.connection().context().setPeriodic(everyMillis, id -> checkKeepAlive(keepAlive));
  }

  private void checkKeepAlive(KeepAlive keepAlive) {
    switch (keepAlive.check(System.nanoTime(), 0, 0)) {
      case WAIT -> {}
      case LOST -> endAll("the controller did not answer Keep Alive");
      case SEND -> {
        byte[] sqe = new byte[Sqe.BYTES];
        Sqe.init(sqe, 0, AdminOpcode.KEEP_ALIVE, 0, 0);
        keepAlive.sent(System.nanoTime());
        admin
            .submit(new Action.Command(sqe, Direction.NONE, new byte[0]))
            .onSuccess(answer -> keepAlive.answered())
            .onFailure(cause -> LOG.debug("Keep Alive failed: {}", cause.getMessage()));
      }
    }
  }

  // ---- the end

  // On any thread; the first reason counts.
  private void endAll(String why) {
    reason.compareAndSet(null, why);
    vertx.cancelTimer(keepAliveTimer);
    for (QueueConnection connection : all()) {
      connection.eventLoop().execute(() -> connection.end(why));
    }
  }

  private String reason() {
    String first = reason.get();
    return first == null ? "the connections have ended" : first;
  }

  @Override
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      try {
        admin.connection().context().runOnContext(ignored -> shutDown());
      } catch (RejectedExecutionException e) {
        // Vert.x is closed, and with it every connection.
        closed.tryComplete();
      }
    }
    return closed.future();
  }

  private void shutDown() {
    ContextInternal context = admin.connection().context();
    long timer =
        context.setTimer(
            options.getConnectTimeoutMillis(), id -> endAll("the shutdown took too long"));
    Future.join(queues.stream().map(this::drained).toList())
        .eventually(admin::shutDown)
        .onComplete(done -> endAll("closed by this host"));
    ended
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              closed.complete();
            });
  }

  private Future<Void> drained(QueueConnection queue) {
    Promise<Void> promise = admin.connection().context().promise();
    queue.eventLoop().execute(() -> queue.drain(promise));
    return promise.future();
  }
}
