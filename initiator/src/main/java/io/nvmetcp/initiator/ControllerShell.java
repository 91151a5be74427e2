package io.nvmetcp.initiator;

import io.netty.channel.EventLoop;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.streams.ReadStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
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
final class ControllerShell implements Controller, IoPort, Admin.Port {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerShell.class);
  private static final long NO_TIMER = -1;
  private static final long RETRY_DELAY_UNIT_MILLIS = 100;
  // Lists of ranges fit, and a block of any size does.
  private static final long MIN_SLOT_BYTES = 64 << 10;

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final AdminQueue admin;
  private final List<QueueConnection> queues;
  private final QueueConnection[] byTurn;
  private final ControllerInfo info;
  private final ControllerFacts facts;
  private final int maxSegments;
  private final CopyPool copyPool;
  private final NamespaceTable namespaces;
  private final ControllerEvents events = new ControllerEvents();
  private final Admin adminCommands = new Admin(this);
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private volatile ControllerState state = ControllerState.LIVE;
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
      ControllerInfo info,
      int maxSegments,
      RegionRegistry registry) {
    this.vertx = vertx;
    this.options = options;
    this.admin = admin;
    this.queues = List.copyOf(queues);
    byTurn = queues.toArray(QueueConnection[]::new);
    this.info = info;
    this.facts = facts;
    this.maxSegments = maxSegments;
    copyPool =
        new CopyPool(
            registry,
            (int) Math.clamp(info.maxTransferBytes(), MIN_SLOT_BYTES, CopyPool.MAX_SLOT_BYTES),
            options.getCopyMemoryBytes(),
            options.getWaitingCommands());
    namespaces = new NamespaceTable(this, facts.namespaces(), events::publish);
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
    Future.join(ends).eventually(client::close).onComplete(done -> gone());
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
    return namespaces.all();
  }

  @Override
  public Optional<Namespace> namespace(long nsid) {
    return namespaces.all().stream().filter(namespace -> namespace.id() == nsid).findFirst();
  }

  @Override
  public List<Context> contexts() {
    return queues.stream().<Context>map(QueueConnection::context).toList();
  }

  @Override
  public Future<String> ended() {
    return here(ended.future());
  }

  @Override
  public Admin admin() {
    return adminCommands;
  }

  @Override
  public ControllerState state() {
    return state;
  }

  @Override
  public ReadStream<ControllerEvent> events() {
    return events.stream(home());
  }

  @Override
  public Future<List<Namespace>> rescan() {
    return here(namespaces.rescan(adminCommands));
  }

  @Override
  public ContextInternal home() {
    ContextInternal caller = vertx.getContext();
    return caller == null ? queue(null).context() : caller;
  }

  @Override
  public CommandLimits limits() {
    return facts.commands();
  }

  @Override
  public long maxTransferBytes() {
    return info.maxTransferBytes();
  }

  @Override
  public int maxSegments() {
    return maxSegments;
  }

  @Override
  public CopyPool copyPool() {
    return copyPool;
  }

  @Override
  public Future<Void> transfer(
      int opcode, long nsid, long lba, int blocks, int cdw12, BufferSlice buffer) {
    return transfer(opcode, nsid, lba, blocks, cdw12, buffer, null);
  }

  @Override
  public Future<Void> transfer(
      int opcode, long nsid, long lba, int blocks, int cdw12, ScatterList buffer) {
    return transfer(opcode, nsid, lba, blocks, cdw12, null, buffer);
  }

  private Future<Void> transfer(
      int opcode,
      long nsid,
      long lba,
      int blocks,
      int cdw12,
      @Nullable BufferSlice buffer,
      @Nullable ScatterList pieces) {
    ContextInternal caller = (ContextInternal) Vertx.currentContext();
    QueueConnection queue = queue(caller);
    Promise<Void> promise = (caller == null ? queue.context() : caller).promise();
    IoCommand command =
        new IoCommand.Transfer(
            queue, promise, opcode, nsid, lba, blocks, cdw12, buffer, pieces, options.getRetries());
    return start(queue, command) ? promise.future() : Future.failedFuture(vertxClosed());
  }

  @Override
  public Future<Long> submit(byte[] sqe, @Nullable BufferSlice buffer) {
    ContextInternal caller = (ContextInternal) Vertx.currentContext();
    QueueConnection queue = queue(caller);
    Promise<Long> promise = (caller == null ? queue.context() : caller).promise();
    return start(queue, new IoCommand.Raw(queue, promise, sqe, buffer))
        ? promise.future()
        : Future.failedFuture(vertxClosed());
  }

  @Override
  public Future<Void> compareAndWrite(
      byte[] compare, BufferSlice expected, byte[] write, BufferSlice data) {
    ContextInternal caller = (ContextInternal) Vertx.currentContext();
    QueueConnection queue = queue(caller);
    Promise<Void> promise = (caller == null ? queue.context() : caller).promise();
    IoCommand command = new IoCommand.Fused(queue, promise, compare, expected, write, data);
    return start(queue, command) ? promise.future() : Future.failedFuture(vertxClosed());
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

  @Override
  public Future<RawResult> passthrough(RawCommand command) {
    BufferSlice registered = command.buffer();
    String wrong =
        command.tooLong(
            registered == null
                ? Math.min(copyPool.slotBytes(), info.maxTransferBytes())
                : info.maxTransferBytes());
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    return registered == null && command.dataBytes() > 0
        ? copyPool.take(home()).compose(slot -> passthrough(command, slot))
        : submit(command.entry(), registered).map(result -> new RawResult(result, Buffer.buffer()));
  }

  private Future<RawResult> passthrough(RawCommand command, CopyPool.Slot slot) {
    BufferSlice room = slot.slice(command.dataBytes());
    if (!command.receives()) {
      room.segment().copyFrom(MemorySegment.ofArray(command.bytes()));
    }
    return submit(command.entry(), room)
        .map(
            result ->
                new RawResult(
                    result,
                    command.receives()
                        ? Buffer.buffer(room.segment().toArray(ValueLayout.JAVA_BYTE))
                        : Buffer.buffer()))
        .onComplete(_ -> slot.giveBack());
  }

  // ---- admin commands

  @Override
  public Future<AdminQueue.Answer> admin(byte[] sqe, byte[] data) {
    ContextInternal caller = vertx.getContext();
    ContextInternal home = admin.connection().context();
    Promise<AdminQueue.Answer> promise = (caller == null ? home : caller).promise();
    try {
      Direction direction = data.length == 0 ? Direction.NONE : Direction.of(Sqe.opcode(sqe, 0));
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

  @Override
  public int maxAdminBytes() {
    return (int) Math.min(AdminQueue.MAX_DATA_BYTES, facts.maxTransferBytes());
  }

  @Override
  public int logPageAttributes() {
    return facts.logPageAttributes();
  }

  @Override
  public int oncs() {
    return facts.commands().oncs();
  }

  @Override
  public Duration retryDelay(int crd) {
    return crd == 0
        ? Duration.ZERO
        : Duration.ofMillis(facts.retryDelayUnits().get(crd - 1) * RETRY_DELAY_UNIT_MILLIS);
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

  // Every connection is gone.
  private void gone() {
    copyPool.close();
    state(ControllerState.ENDED, reason());
    events.end();
    ended.tryComplete(reason());
  }

  private synchronized void state(ControllerState next, String why) {
    ControllerState before = state;
    if (before != next && before != ControllerState.ENDED) {
      state = next;
      events.publish(new ControllerEvent.StateChanged(before, next, why));
    }
  }

  private String reason() {
    String first = reason.get();
    return first == null ? "the connections have ended" : first;
  }

  @Override
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      state(ControllerState.CLOSING, "closed by this host");
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
