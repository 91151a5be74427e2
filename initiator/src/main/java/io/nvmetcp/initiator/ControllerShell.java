package io.nvmetcp.initiator;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.queue.CopyMemory;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.Sqe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.streams.ReadStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connected controller as applications see it: its commands go to the association of the moment,
 * its namespaces and its events outlive associations.
 */
final class ControllerShell implements Controller, IoPort, Admin.Port, ControllerKeeper.Watcher {
  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final CopyPool copyPool;
  private final NamespaceTable namespaces;
  private final ControllerEvents events = new ControllerEvents();
  private final Admin adminCommands = new Admin(this);
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile ControllerState state = ControllerState.LIVE;
  private final ControllerKeeper keeper;
  private final DdpDevice device;
  private NamespaceWatch watch;

  private ControllerShell(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      Associator associator,
      Association first) {
    this.vertx = vertx;
    this.options = options;
    copyPool =
        new CopyPool(
            registry,
            CopyMemory.slotBytes(first.info().maxTransferBytes()),
            options.getCopyMemoryBytes(),
            options.getWaitingCommands());
    namespaces = new NamespaceTable(this, first.facts().namespaces(), events::publish);
    namespaces.cut(first.facts().namespacesCut());
    watch = watch(first);
    keeper = new ControllerKeeper(options, associator, first, this);
    device = associator.device();
  }

  /**
   * Connects to a subsystem.
   *
   * @return on the caller's context; fails with {@link NvmeException.NeverSent} and one sentence
   */
  static Future<Controller> connect(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      SubsystemAddress address) {
    Promise<Controller> promise = vertx.getOrCreateContext().promise();
    Associator associator = new Associator(vertx, options, registry, address);
    associator
        .run(associator.attempt(), associator.home())
        .<Controller>map(first -> new ControllerShell(vertx, options, registry, associator, first))
        .onComplete(promise);
    return promise.future();
  }

  private NamespaceWatch watch(Association association) {
    return new NamespaceWatch(association.admin(), namespaces, options.getMaxNamespaces());
  }

  @Override
  public ControllerInfo info() {
    return keeper.association().info();
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
  public boolean hasMoreNamespaces() {
    return namespaces.isCut();
  }

  @Override
  public List<Context> contexts() {
    return keeper.association().queues().stream().<Context>map(QueueConnection::context).toList();
  }

  @Override
  public DdpDevice device() {
    return device;
  }

  @Override
  public Future<String> ended() {
    return here(keeper.ended());
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
    ContextInternal caller = vertx.getOrCreateContext();
    Promise<List<Namespace>> promise = caller.promise();
    keeper
        .association()
        .context()
        .runOnContext(ignored -> watch.rescan().map(done -> namespaces.all()).onComplete(promise));
    return promise.future();
  }

  @Override
  public ContextInternal home() {
    ContextInternal caller = vertx.getContext();
    return caller == null ? queue(null).context() : caller;
  }

  @Override
  public Object connections() {
    return keeper.association();
  }

  @Override
  public CommandLimits limits() {
    return keeper.association().facts().commands();
  }

  @Override
  public long maxTransferBytes() {
    return keeper.association().info().maxTransferBytes();
  }

  @Override
  public int maxSegments() {
    return keeper.association().maxSegments();
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
    IoCommand.Transfer command = queue.transfer(buffer, pieces, options.getRetries());
    command.set(promise, opcode, nsid, lba, blocks, cdw12);
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
                ? Math.min(copyPool.slotBytes(), maxTransferBytes())
                : maxTransferBytes());
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    return registered == null && command.dataBytes() > 0
        ? copyPool.take(home()).compose(slot -> passthrough(command, slot))
        : submit(command.entry(), registered).map(result -> new RawResult(result, Buffer.buffer()));
  }

  private Future<RawResult> passthrough(RawCommand command, CopyMemory.Slot slot) {
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
        .onComplete(_ -> copyPool.giveBack(slot));
  }

  // ---- admin commands

  @Override
  public Future<AdminQueue.Answer> admin(byte[] sqe, byte[] data) {
    ContextInternal caller = vertx.getContext();
    AdminQueue admin = keeper.association().admin();
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
    return (int)
        Math.min(AdminQueue.MAX_DATA_BYTES, keeper.association().facts().maxTransferBytes());
  }

  @Override
  public int logPageAttributes() {
    return keeper.association().facts().logPageAttributes();
  }

  @Override
  public int oncs() {
    return limits().oncs();
  }

  @Override
  public Duration retryDelay(int status) {
    return keeper.retryDelay(status);
  }

  private QueueConnection queue(@Nullable ContextInternal caller) {
    return keeper.association().queue(caller == null ? null : caller.nettyEventLoop());
  }

  @Override
  public Future<InitiatorStatistics> statistics() {
    return here(keeper.statistics());
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

  // ---- what the keeper tells, on its event loop

  @Override
  public synchronized void state(ControllerState next, String why) {
    ControllerState before = state;
    // Once this host wants no more of it, nothing but the end follows.
    boolean stays =
        before == ControllerState.ENDED
            || before == ControllerState.CLOSING && next != ControllerState.ENDED;
    if (before != next && !stays) {
      state = next;
      events.publish(new ControllerEvent.StateChanged(before, next, why));
    }
  }

  @Override
  public Map<Long, String> compare(ControllerFacts now) {
    return namespaces.mismatches(now.namespaces());
  }

  @Override
  public void attached(Association association) {
    watch = watch(association);
    namespaces.cut(association.facts().namespacesCut());
    namespaces.update(association.facts().namespaces());
  }

  @Override
  public void reported(AsyncEvent event) {
    if (event.type() == AsyncEvent.NOTICE) {
      switch (event.information()) {
        case AsyncEvent.NAMESPACE_CHANGED -> {
          watch.changed();
          return;
        }
        case AsyncEvent.DISCOVERY_CHANGED -> {
          events.publish(new ControllerEvent.DiscoveryLogChanged());
          return;
        }
        default -> {}
      }
    }
    events.publish(new ControllerEvent.Notice(event));
  }

  @Override
  public void ended(String why) {
    copyPool.close();
    state(ControllerState.ENDED, why);
    events.end();
  }

  @Override
  public Future<Void> close() {
    closing.set(true);
    state(ControllerState.CLOSING, "closed by this host");
    return keeper.close();
  }
}
