package io.nvmetcp.initiator;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.socket.ChannelWindows;
import io.nvmetcp.initiator.health.Deadlines;
import io.nvmetcp.initiator.offload.DeviceSeat;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueueEvents;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.initiator.queue.SlotLine;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.channel.BusyLoop;
import io.nvmetcp.pdu.channel.ChannelTransmitSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue pair on its socket: the shell that brings time, threads and bytes to {@link QueuePair}.
 * Everything runs on the socket's event loop, except what says otherwise.
 */
final class QueueConnection
    implements ChannelWindows.Events, QueueEvents, UpperLayer, SlotLine.Shell<IoCommand> {
  private static final Logger LOG = LoggerFactory.getLogger(QueueConnection.class);
  private final ContextInternal context;
  private final EventLoop eventLoop;
  private final Channel channel;
  private final ChannelHandlerContext vertxHandler;
  private final QueueConfiguration configuration;
  private final ChannelTransmitSink sink;
  private final QueuePair pair;
  private final DeviceSeat seat;
  private final ChannelWindows windows;
  private final Promise<Negotiated> initialized;
  private final Promise<String> ended;
  private final SlotLine<IoCommand> line;
  // Transfers that ended well, for the next ones from this event loop.
  private final ArrayDeque<IoCommand.Transfer> spares = new ArrayDeque<>();
  private final List<Promise<Void>> idle = new ArrayList<>();
  private final List<Runnable> last = new ArrayList<>();
  private final byte[] sqe = new byte[Sqe.BYTES];
  private final Runnable flushTask = this::flush;
  private boolean inTurn;
  private boolean flushScheduled;
  private boolean awaitingRoom;
  private boolean ending;
  private boolean closed;
  private boolean cut;
  private boolean broken;
  private Runnable onRoom = () -> {};
  private CommandOwner owner = CommandOwner.NOBODY;
  private int association;
  private @Nullable Deadlines deadlines;
  private Deadlines.@Nullable Late late;
  private @Nullable ScheduledFuture<?> tick;
  private @Nullable Farewell farewell;
  // What the ticks found last, for other threads.
  private volatile long submittedSeen;
  private volatile long answeredSeen;
  private @Nullable BusyLoop busy;
  private String reason = "the controller closed the connection";

  private QueueConnection(
      ContextInternal context,
      ChannelHandlerContext socket,
      QueueConfiguration configuration,
      DdpDevice device,
      TeardownMode teardownMode,
      RegionRegistry registry,
      int waitingLimit) {
    this.context = context;
    eventLoop = context.nettyEventLoop();
    this.configuration = configuration;
    line = new SlotLine<>(waitingLimit, this);
    vertxHandler = socket;
    channel = socket.channel();
    initialized = context.promise();
    ended = context.promise();
    sink = new ChannelTransmitSink(vertxHandler);
    pair = new QueuePair(configuration, sink, this);
    seat = new DeviceSeat(pair, configuration, device::addQueue, teardownMode, registry, this);
    windows = new ChannelWindows(seat.queue(), this);
    seat.reader(windows::queue);
    windows.install(vertxHandler);
  }

  /**
   * Takes over a fresh socket. Nothing is sent yet; {@link #ended} tells of its end from now on.
   *
   * @param context the socket's context; the call is made on it
   * @param socket the handler behind which nothing of ours stands: Vert.x's own
   */
  static QueueConnection on(
      ContextInternal context,
      ChannelHandlerContext socket,
      QueueConfiguration configuration,
      DdpDevice device,
      TeardownMode teardownMode,
      RegionRegistry registry,
      int waitingLimit) {
    QueueConnection connection =
        new QueueConnection(
            context, socket, configuration, device, teardownMode, registry, waitingLimit);
    if (!connection.channel.isActive()) {
      // It closed before our handler stood there to be told.
      connection.eventLoop.execute(connection::closed);
    }
    return connection;
  }

  /** Sends the ICReq; completes once the ICResp is in and the queue was added to the device. */
  Future<Negotiated> initialize() {
    pair.initialize();
    flush();
    return initialized.future();
  }

  ContextInternal context() {
    return context;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** Entries of the submission queue. */
  int entries() {
    return configuration.entries();
  }

  QueuePair pair() {
    return pair;
  }

  /** From now on the event loop looks for answers without sleeping, while some are awaited. */
  void poll() {
    busy = BusyLoop.of(eventLoop, () -> pair.outstanding() > 0);
  }

  String channelName() {
    return channel.getClass().getSimpleName();
  }

  /**
   * Completes with the reason when the connection is gone, every command has ended and all memory
   * of the connection is free.
   */
  Future<String> ended() {
    return ended.future();
  }

  /** Has {@code task} run when every command has ended, before {@link #ended} completes. */
  void atEnd(Runnable task) {
    last.add(task);
  }

  /** Adds this queue's counts to {@code statistics}. */
  void addTo(InitiatorStatistics statistics) {
    statistics.add(
        seat.counters(), pair.statistics(), pair.outstanding(), seat.queue().liveMappings());
  }

  /**
   * Who takes back what could not be sent here, or was lost.
   *
   * @param number of the association that the connection belongs to
   */
  void owner(CommandOwner value, int number) {
    owner = value;
    association = number;
  }

  CommandOwner owner() {
    return owner;
  }

  /** The number of the association that it belongs to. */
  int association() {
    return association;
  }

  /** Called when a command can perhaps be submitted, or none any more. */
  void onRoom(Runnable action) {
    onRoom = action;
  }

  /** True while commands can be submitted. */
  boolean open() {
    return !ending && !closed;
  }

  /**
   * From now on commands have a time limit, and what passes is told to other threads.
   *
   * @param limits of the commands; null if they have none
   * @param everyNs how often the limits are looked at
   * @param told of commands that are late
   */
  void watch(@Nullable Deadlines limits, long everyNs, Deadlines.Late told) {
    if (closed) {
      return;
    }
    deadlines = limits;
    late = told;
    pair.deadlines(limits);
    tick = eventLoop.scheduleAtFixedRate(this::tick, everyNs, everyNs, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    submittedSeen = pair.statistics().submitted();
    answeredSeen = pair.statistics().completed();
    Deadlines limits = deadlines;
    Deadlines.Late told = late;
    if (limits != null && told != null && open()) {
      limits.sweep(System.nanoTime(), pair::awaitsResponse, told);
    }
  }

  /** Commands submitted until a while ago; any thread. */
  long submittedSeen() {
    return submittedSeen;
  }

  /** Commands answered until then; any thread. */
  long answeredSeen() {
    return answeredSeen;
  }

  /**
   * A transfer from this event loop, or from another thread; to be {@link IoCommand.Transfer#set}.
   */
  IoCommand.Transfer transfer(
      @Nullable BufferSlice buffer, @Nullable ScatterList pieces, int retries) {
    IoCommand.Transfer spare = eventLoop.inEventLoop() ? spares.pollLast() : null;
    if (spare == null) {
      return new IoCommand.Transfer(this, buffer, pieces, retries);
    }
    spare.reuse(this, buffer, pieces, retries);
    return spare;
  }

  /** The transfer has ended well, here, and nobody looks at it any more. */
  void spare(IoCommand.Transfer ended) {
    if (spares.size() < configuration.entries()) {
      ended.reuse(this, null, null, 0);
      spares.addLast(ended);
    }
  }

  /** Submits now, or waits for a slot in the order of arrival, or refuses. */
  void start(IoCommand command) {
    line.start(command);
  }

  /** As {@link #start}, for a command that was counted when it came first. */
  void resume(IoCommand command) {
    line.resume(command);
  }

  @Override
  public int submit(IoCommand command) {
    int answer = QueuePair.CLOSED;
    try {
      answer = ending || closed ? QueuePair.CLOSED : command.submit(pair, sqe);
    } catch (RuntimeException | OutOfMemoryError e) {
      // The stream may end in the middle of a PDU; the command ends with the connection.
      failed(e);
      return 0;
    }
    if (answer >= 0) {
      scheduleFlush();
      if (busy != null) {
        busy.wake();
      }
    }
    return answer;
  }

  @Override
  public void waits(IoCommand command) {
    command.counted();
  }

  @Override
  public void goesBack(IoCommand command, String why) {
    owner.unsent(command, why);
  }

  @Override
  public void neverSent(IoCommand command, String why) {
    command.neverSent(why);
  }

  @Override
  public String reason() {
    return reason;
  }

  /** Why {@link QueuePair#submit} refused, in words. */
  String refusal(int answer) {
    return SlotLine.refusal(answer, reason);
  }

  /** Refuses new commands; completes {@code promise} when those here have ended. */
  void drain(Promise<Void> promise) {
    line.drain();
    idle.add(promise);
    tellIfIdle();
  }

  @Override
  public void emitted() {
    scheduleFlush();
  }

  @Override
  public void slotFree() {
    line.slotFree();
    onRoom.run();
    tellIfIdle();
  }

  private void tellIfIdle() {
    if (line.size() > 0 || pair.outstanding() > 0) {
      return;
    }
    List<Promise<Void>> told = List.copyOf(idle);
    idle.clear();
    told.forEach(Promise::tryComplete);
    if (closed) {
      last.forEach(Runnable::run);
      last.clear();
      ended.tryComplete(reason);
    }
  }

  /** Sends what was emitted, at the end of this turn of the event loop. */
  void scheduleFlush() {
    // Within a turn of reading, turnEnd flushes.
    if (!inTurn && !flushScheduled) {
      flushScheduled = true;
      eventLoop.execute(flushTask);
    }
  }

  private void flush() {
    flushScheduled = false;
    // Teardowns are reported here, and commands end with them: see run.
    ContextInternal before = context.beginDispatch();
    try {
      seat.settle();
      boolean more = seat.queue().poll();
      sink.flush();
      flushed();
      // A deleted queue reports the rest by itself, once the transport returned its window.
      if (more && !flushScheduled && !seat.queue().deleted()) {
        flushScheduled = true;
        eventLoop.execute(flushTask);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      failed(e);
    } finally {
      context.endDispatch(before);
    }
  }

  // A socket that takes nothing must not make this end queue more and more for it.
  private void flushed() {
    if (sink.writable()) {
      pair.flushed();
    } else if (pair.awaitsFlush() && !awaitingRoom) {
      awaitingRoom = true;
      vertxHandler
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              written -> {
                awaitingRoom = false;
                pair.flushed();
              });
    }
  }

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    inTurn = true;
    if (broken) {
      pair.discard(length, placed);
      return;
    }
    // A future of this context then completes at once, with no task for it.
    ContextInternal before = context.beginDispatch();
    try {
      pair.run(bytes, offset, length, placed, crcOk);
    } finally {
      context.endDispatch(before);
    }
  }

  @Override
  public void teardownDone(int tag) {
    pair.teardownDone(tag);
  }

  @Override
  public void headerAsked(long position) {
    pair.headerAsked(position);
  }

  @Override
  public int toBoundary() {
    return pair.toBoundary();
  }

  @Override
  public void deviceDown() {
    eventLoop.execute(
        () -> {
          seat.changed();
          flush();
        });
  }

  @Override
  public void deviceUp() {
    deviceDown();
  }

  @Override
  public void turnEnd() {
    inTurn = false;
    flush();
  }

  @Override
  public void initialized(Negotiated negotiated) {
    // Not within the run that brought the ICResp: the old queue is still in use there.
    eventLoop.execute(
        () -> {
          if (ending || closed) {
            return;
          }
          try {
            seat.take(negotiated);
          } catch (RuntimeException | OutOfMemoryError e) {
            failed(e);
            return;
          }
          initialized.tryComplete(negotiated);
        });
  }

  @Override
  public void fault(ConnectionFault fault) {
    end("fault of the controller: " + fault.describe());
  }

  @Override
  public void terminated(TermRequest request) {
    end("the controller ended the connection: " + request.describe());
  }

  @Override
  public void failed(Throwable cause) {
    LOG.debug("queue {} failed", configuration.qid(), cause);
    // What threw may have lost its place in the stream: nothing more is read.
    broken = true;
    String text = cause.getMessage();
    cut("connection failed: " + (text == null ? cause.getClass().getSimpleName() : text));
    closeChannel();
  }

  // From here, not from the end of the pipeline: Vert.x would wait until everything is written.
  private void closeChannel() {
    ChannelFuture unused = vertxHandler.close();
  }

  /** Ends the connection: what was emitted is sent, then the output is shut, then it is closed. */
  void end(String why) {
    if (ending || closed) {
      return;
    }
    ending = true;
    reason = why;
    // Not within the run that brought the fault: its device is in the middle of it.
    eventLoop.execute(this::endNow);
  }

  /** Ends the connection without waiting for anybody. */
  void cut(String why) {
    cut = true;
    end(why);
  }

  private void endNow() {
    if (closed) {
      return;
    }
    flush();
    // The device's queue is deleted here, and drops what still arrives.
    pair.connectionLost(reason);
    failWaiting();
    if (cut) {
      closeChannel();
    } else {
      farewell = Farewell.begin(vertxHandler);
    }
  }

  private void failWaiting() {
    line.close();
    onRoom.run();
  }

  @Override
  public void closed() {
    if (closed) {
      return;
    }
    closed = true;
    if (farewell != null) {
      farewell.over();
    }
    if (tick != null) {
      tick.cancel(false);
    }
    sink.close();
    pair.connectionLost(reason);
    failWaiting();
    initialized.tryFail(new NvmeException.NeverSent(reason));
    tellIfIdle();
  }
}
