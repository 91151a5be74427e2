package io.nvmetcp.initiator;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.socket.ChannelWindows;
import io.nvmetcp.initiator.offload.NvmeTcpFraming;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueueEvents;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.channel.ChannelTransmitSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue pair on its socket: the shell that brings time, threads and bytes to {@link QueuePair}.
 * Everything runs on the socket's event loop, except what says otherwise.
 */
final class QueueConnection implements ChannelWindows.Events, QueueEvents, UpperLayer {
  private static final Logger LOG = LoggerFactory.getLogger(QueueConnection.class);
  // How long the peer may take to close after it was told of a fault.
  private static final long LINGER_MILLIS = 2_000;
  private static final UpperLayer DISCARD =
      new UpperLayer() {
        @Override
        public void run(
            MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {}

        @Override
        public void teardownDone(int tag) {}
      };

  private final ContextInternal context;
  private final EventLoop eventLoop;
  private final Channel channel;
  private final DdpDevice device;
  private final TeardownMode teardownMode;
  private final QueueConfiguration configuration;
  private final RegionRegistry registry;
  private final ChannelTransmitSink sink;
  private final QueuePair pair;
  private final ChannelWindows windows;
  private final Promise<Negotiated> initialized;
  private final Promise<String> ended;
  private final ArrayDeque<IoCommand> waiting = new ArrayDeque<>();
  private final List<Promise<Void>> idle = new ArrayList<>();
  private final int waitingLimit;
  private final byte[] sqe = new byte[Sqe.BYTES];
  private final Runnable flushTask = this::flush;
  private DdpQueue queue;
  private boolean inTurn;
  private boolean flushScheduled;
  private boolean ending;
  private boolean closed;
  private String reason = "the controller closed the connection";

  private QueueConnection(
      ContextInternal context,
      NetSocketInternal socket,
      QueueConfiguration configuration,
      DdpDevice device,
      TeardownMode teardownMode,
      RegionRegistry registry,
      int waitingLimit) {
    this.context = context;
    eventLoop = context.nettyEventLoop();
    this.configuration = configuration;
    this.device = device;
    this.teardownMode = teardownMode;
    this.registry = registry;
    this.waitingLimit = waitingLimit;
    ChannelHandlerContext vertxHandler = socket.channelHandlerContext();
    channel = vertxHandler.channel();
    initialized = context.promise();
    ended = context.promise();
    sink = new ChannelTransmitSink(vertxHandler);
    pair = new QueuePair(configuration, sink, this);
    queue = passThrough(this);
    pair.attach(queue);
    windows = new ChannelWindows(queue, this);
    windows.install(vertxHandler);
  }

  /**
   * Sends the ICReq on a fresh socket and, once the ICResp is in, adds the queue to the device.
   *
   * @param context the socket's context; the call is made on it
   */
  static Future<QueueConnection> open(
      ContextInternal context,
      NetSocketInternal socket,
      QueueConfiguration configuration,
      DdpDevice device,
      TeardownMode teardownMode,
      RegionRegistry registry,
      int waitingLimit) {
    QueueConnection connection =
        new QueueConnection(
            context, socket, configuration, device, teardownMode, registry, waitingLimit);
    connection.pair.initialize();
    connection.flush();
    return connection.initialized.future().map(negotiated -> connection);
  }

  private PassThroughQueue passThrough(UpperLayer upper) {
    return new PassThroughQueue(
        new QueueConfig(configuration.entries(), false, teardownMode), upper, registry);
  }

  ContextInternal context() {
    return context;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  QueuePair pair() {
    return pair;
  }

  String channelName() {
    return channel.getClass().getSimpleName();
  }

  /** Completes with the reason when the connection is gone and every command has ended. */
  Future<String> ended() {
    return ended.future();
  }

  /** Adds this queue's counts to {@code statistics}. */
  void addTo(InitiatorStatistics statistics) {
    statistics.add(queue.counters(), pair.statistics(), pair.outstanding(), queue.liveMappings());
  }

  // ---- commands

  /** Submits now, or waits for a slot in the order of arrival, or refuses. */
  void start(IoCommand command) {
    if (!waiting.isEmpty()) {
      await(command);
      return;
    }
    int answer = command.submit(pair, sqe);
    if (answer >= 0) {
      scheduleFlush();
    } else {
      refused(command, answer);
    }
  }

  private void refused(IoCommand command, int answer) {
    switch (answer) {
      case QueuePair.QUEUE_FULL -> await(command);
      case QueuePair.REGION_CLOSED -> command.neverSent("the buffer's region is closing");
      default -> command.neverSent("the connection has ended: " + reason);
    }
  }

  private void await(IoCommand command) {
    if (waiting.size() >= waitingLimit) {
      command.neverSent("%d commands wait for a slot already".formatted(waitingLimit));
    } else {
      waiting.add(command);
    }
  }

  /** Completes {@code promise} when no command is outstanding or waiting. */
  void whenIdle(Promise<Void> promise) {
    if (closed || (waiting.isEmpty() && pair.outstanding() == 0)) {
      promise.tryComplete();
    } else {
      idle.add(promise);
    }
  }

  @Override
  public void slotFree() {
    IoCommand next = waiting.poll();
    if (next != null) {
      int answer = next.submit(pair, sqe);
      if (answer < 0) {
        refused(next, answer);
      } else {
        scheduleFlush();
      }
    }
    if (!idle.isEmpty() && waiting.isEmpty() && pair.outstanding() == 0) {
      idle.forEach(Promise::tryComplete);
      idle.clear();
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
    boolean more = queue.poll();
    sink.flush();
    if (more && !flushScheduled) {
      flushScheduled = true;
      eventLoop.execute(flushTask);
    }
  }

  // ---- the stream

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    inTurn = true;
    pair.run(bytes, offset, length, placed, crcOk);
  }

  @Override
  public void teardownDone(int tag) {
    pair.teardownDone(tag);
  }

  @Override
  public void turnEnd() {
    inTurn = false;
    flush();
  }

  // ---- the queue pair's events

  @Override
  public void initialized(Negotiated negotiated) {
    // Not within the run that brought the ICResp: the old queue is still in use there.
    eventLoop.execute(
        () -> {
          if (!ending && !closed) {
            addToDevice(negotiated);
            initialized.tryComplete(negotiated);
          }
        });
  }

  private void addToDevice(Negotiated negotiated) {
    QueueConfig config =
        new QueueConfig(configuration.entries(), negotiated.dataDigest(), teardownMode);
    DdpQueue old = queue;
    queue = device.addQueue(config, new NvmeTcpFraming(negotiated, configuration.engine()), this);
    pair.attach(queue);
    windows.queue(queue);
    old.delete();
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
    end("connection failed: " + cause.getMessage());
    channel.close();
  }

  /** Ends the connection: what was emitted is sent, then the output is shut, then it is closed. */
  void end(String why) {
    if (ending || closed) {
      return;
    }
    ending = true;
    reason = why;
    // Not within the run that brought the fault: the queue is still in use there.
    eventLoop.execute(this::endNow);
  }

  private void endNow() {
    if (closed) {
      return;
    }
    sink.flush();
    PassThroughQueue discard = passThrough(DISCARD);
    windows.queue(discard);
    pair.connectionLost(reason);
    failWaiting();
    // A plain close with unread input would send RST, which can erase our last words at the peer.
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
      eventLoop.schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      channel.close();
    }
    channel.closeFuture().addListener(done -> discard.delete());
  }

  private void failWaiting() {
    IoCommand command;
    while ((command = waiting.poll()) != null) {
      command.neverSent("the connection has ended: " + reason);
    }
  }

  @Override
  public void closed() {
    if (closed) {
      return;
    }
    closed = true;
    sink.close();
    pair.connectionLost(reason);
    failWaiting();
    idle.forEach(Promise::tryComplete);
    idle.clear();
    initialized.tryFail(new NvmeException.NeverSent(reason));
    ended.tryComplete(reason);
  }
}
