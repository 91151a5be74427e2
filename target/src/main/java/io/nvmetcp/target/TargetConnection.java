package io.nvmetcp.target;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.ScheduledFuture;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.pdu.channel.BusyLoop;
import io.nvmetcp.pdu.channel.ChannelTransmitSink;
import io.nvmetcp.pdu.channel.SendBuffer;
import io.nvmetcp.pdu.channel.TcpKeepAlive;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.session.SessionCounters;
import io.nvmetcp.target.session.SessionHost;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.session.TargetSession;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that runs a {@link TargetSession}: moves its bytes, ends its turns, tells it the time.
 * Stands before Vert.x's own handler, which sees no data. On the channel's event loop, except for
 * {@link #end} and {@link #drain}.
 */
final class TargetConnection extends ChannelInboundHandlerAdapter implements SessionHost {
  private static final Logger LOG = LoggerFactory.getLogger(TargetConnection.class);
  // No new command is taken, and reading stops, while more than this waits to be sent.
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 4 << 20);
  private static final long CLOCK_ORIGIN_NS = System.nanoTime();

  private final TargetOptions options;
  private final SubsystemDirectory directory;
  private final TransferBufferPool buffers;
  private final SessionOptions sessionOptions;
  private final ConnectionSet connections;
  private final SessionCounters counters = new SessionCounters();
  private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
  private final String peer;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ChannelTransmitSink sink;
  private @Nullable TargetSession session;
  private @Nullable ScheduledFuture<?> timer;
  private long timerNs = Long.MAX_VALUE;
  private @Nullable ScheduledFuture<?> lingerTimer;
  private boolean offerQueued;
  private @Nullable BusyLoop busy;
  private long awakeUntilNs;
  private boolean ending;
  private String reason = "closed by the host";
  private volatile boolean admin;

  TargetConnection(
      String peer,
      TargetOptions options,
      SessionOptions sessionOptions,
      SubsystemDirectory directory,
      TransferBufferPool buffers,
      ConnectionSet connections) {
    this.peer = peer;
    this.options = options;
    this.sessionOptions = sessionOptions;
    this.directory = directory;
    this.buffers = buffers;
    this.connections = connections;
  }

  private static long nowNs() {
    return System.nanoTime() - CLOCK_ORIGIN_NS;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!connections.add(this, counters)) {
      ending = true;
      ctx.close();
      return;
    }
    context = ctx;
    ctx.channel().config().setWriteBufferWaterMark(WATER_MARK);
    int sendBufferBytes = options.getConnections().getSendBufferBytes();
    SendBuffer.set(ctx.channel(), sendBufferBytes);
    TcpKeepAlive.set(ctx.channel(), options.getConnections().getTcpKeepAliveSeconds());
    connections.congestion().set(ctx.channel(), peer);
    if (readsWithinTheCall(ctx.channel())) {
      ctx.channel()
          .config()
          .setRecvByteBufAllocator(
              new PlacingReceiver(
                  options.getConnections().getWriteWindowBytes(),
                  () -> unread.isEmpty() ? session : null));
    }
    ChannelTransmitSink out = new ChannelTransmitSink(ctx, sendBufferBytes == 0);
    sink = out;
    TargetSession machine =
        new TargetSession(
            sessionOptions, directory, buffers, JdkCrc32c.INSTANCE, out, this, counters, nowNs());
    session = machine;
    arm(machine);
    LOG.debug("{}: accepted", peer);
  }

  // io_uring hands a buffer to the kernel and gets it back later: the place might be gone by then.
  private static boolean readsWithinTheCall(Channel channel) {
    return !channel.getClass().getSimpleName().startsWith("IoUring");
  }

  private ScheduledFuture<?> after(long delayNs, Runnable action) {
    return context().executor().schedule(guarded(action), delayNs, TimeUnit.NANOSECONDS);
  }

  private void execute(Runnable action) {
    context().executor().execute(guarded(action));
  }

  // What fails in a task ends its connection, like what fails in the pipeline.
  private Runnable guarded(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RuntimeException e) {
        exceptionCaught(context(), e);
      }
    };
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (ending || session == null) {
      bytes.release();
    } else if (unread.isEmpty()) {
      take(bytes);
      if (!unread.isEmpty()) {
        // Not in this turn either.
        updateReading();
      }
    } else {
      unread.add(bytes);
    }
  }

  /** Consumes {@code bytes}: what the session does not take now is kept, in front. */
  private void take(ByteBuf bytes) {
    TargetSession machine = session;
    int at = bytes.readerIndex();
    int length = bytes.readableBytes();
    boolean whole = machine == null || length == 0;
    try {
      if (machine != null && length > 0) {
        int taken = machine.accept(MemorySegment.ofBuffer(bytes.nioBuffer(at, length)), 0, length);
        bytes.readerIndex(at + taken);
        whole = taken == length;
      }
    } finally {
      if (whole || ending) {
        bytes.release();
      } else {
        unread.addFirst(bytes);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    endTurn();
    if (busy != null && !ending) {
      awakeUntilNs = nowNs() + TimeUnit.MICROSECONDS.toNanos(pollMicros());
      busy.wake();
    }
    if (stoppedAtTheEnd(ctx.channel())) {
      ctx.close();
    }
  }

  // Over io_uring a reset right behind data is known by its poll event, but Netty stops reading
  // when
  // a read left the socket empty, and nothing would read the error after that. The end came before
  // the read, so all there was has been read.
  private boolean stoppedAtTheEnd(Channel channel) {
    return unread.isEmpty()
        && channel.config().isAutoRead()
        && channel.unsafe().recvBufAllocHandle() instanceof RecvByteBufAllocator.ExtendedHandle of
        && of.lastBytesRead() > 0
        && of.continueReading(UncheckedBooleanSupplier.FALSE_SUPPLIER);
  }

  private void endTurn() {
    TargetSession machine = session;
    ChannelTransmitSink out = sink;
    if (machine != null && out != null) {
      machine.turnEnd(nowNs());
      out.flush();
      updateReading();
      arm(machine);
    }
  }

  // One timer per connection. If it fires too early, for the session has moved on, it is armed
  // anew.
  private void arm(TargetSession machine) {
    long deadlineNs = machine.deadlineNs();
    if (deadlineNs >= timerNs || ending) {
      return;
    }
    timer = cancelled(timer);
    timerNs = deadlineNs;
    timer =
        after(
            Math.max(0, deadlineNs - nowNs()),
            () -> {
              timerNs = Long.MAX_VALUE;
              endTurn();
            });
  }

  private static @Nullable ScheduledFuture<?> cancelled(@Nullable ScheduledFuture<?> old) {
    if (old != null) {
      old.cancel(false);
    }
    return null;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    // Not within the flush that caused it.
    if (ctx.channel().isWritable() && !unread.isEmpty()) {
      execute(this::endTurn);
    } else {
      updateReading();
    }
    ctx.fireChannelWritabilityChanged();
  }

  // While a peer lingers after the end, what it sends is read and discarded.
  private void updateReading() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      boolean wanted = ending || (unread.isEmpty() && ctx.channel().isWritable());
      if (ctx.channel().config().isAutoRead() != wanted) {
        ctx.channel().config().setAutoRead(wanted);
      }
    }
  }

  @Override
  public Executor thread() {
    return this::execute;
  }

  @Override
  public void turnWanted() {
    execute(this::endTurn);
  }

  // A task that is due comes in the loop's next round, after the sockets; an executed one would
  // come
  // in this round, and so might all that follow it.
  @Override
  public void roomAgain() {
    if (!offerQueued) {
      offerQueued = true;
      ScheduledFuture<?> unused = after(0, this::offerUnread);
    }
  }

  private void offerUnread() {
    offerQueued = false;
    ByteBuf bytes = unread.poll();
    while (bytes != null) {
      int before = unread.size();
      take(bytes);
      bytes = unread.size() > before ? null : unread.poll();
    }
    endTurn();
  }

  @Override
  public long outputRoomBytes() {
    return context().channel().bytesBeforeUnwritable();
  }

  @Override
  public void connected() {
    TargetSession machine = session;
    Controller controller = machine == null ? null : machine.controller();
    if (machine != null && controller != null) {
      admin = machine.qid() == 0;
      if (!admin && pollMicros() > 0) {
        busy =
            BusyLoop.of(context().channel().eventLoop(), () -> !ending && nowNs() < awakeUntilNs);
      }
      connections.associations().connected(peer, controller, machine.qid());
    }
  }

  @Override
  public void refused(ConnectData asked, int status) {
    connections.associations().refused(peer, asked, status, nowNs());
  }

  private int pollMicros() {
    return options.getConnections().getPollMicros();
  }

  /** True if this connection carries an admin queue. Any thread. */
  boolean carriesAdminQueue() {
    return admin;
  }

  @Override
  public void closing(String why, boolean lastWords) {
    if (ending) {
      return;
    }
    ending = true;
    reason = why;
    dropUnread();
    updateReading();
    ChannelHandlerContext ctx = context();
    // After this turn's flush. A plain close would send a reset if input is unread, and that could
    // erase the last words at the peer (TCP transport 3.5.2 leaves the wait to us).
    execute(lastWords ? () -> farewell(ctx) : ctx::close);
  }

  private void farewell(ChannelHandlerContext ctx) {
    ChannelTransmitSink out = sink;
    if (out != null) {
      out.flush();
    }
    Channel channel = ctx.channel();
    if (channel instanceof DuplexChannel duplex) {
      // Shutting the output drops what the socket did not take yet, hence the empty write.
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> duplex.shutdownOutput());
    }
    lingerTimer = cancelled(lingerTimer);
    lingerTimer = after(options.getLingerTimeout().toNanos(), ctx::close);
  }

  @Override
  public void end(String why) {
    onLoop(
        ctx -> {
          if (!ending) {
            endTurn();
          }
          // The turn may have ended it in its own way.
          if (!ending) {
            ending = true;
            reason = why;
            TargetSession machine = session;
            if (machine != null) {
              machine.closed(why);
            }
            ctx.close();
          }
        });
  }

  /**
   * Takes no new commands; once those that are outstanding are answered the connection closes. Any
   * thread; idempotent; returns at once.
   */
  void drain() {
    onLoop(
        _ -> {
          TargetSession machine = session;
          if (machine != null && !ending) {
            machine.drain();
            endTurn();
          }
        });
  }

  private void onLoop(Consumer<ChannelHandlerContext> action) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    if (ctx.executor().inEventLoop()) {
      action.accept(ctx);
    } else {
      ctx.executor().execute(() -> action.accept(ctx));
    }
  }

  private void dropUnread() {
    unread.forEach(ByteBuf::release);
    unread.clear();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finish();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    finish();
  }

  private void finish() {
    TargetSession machine = session;
    ChannelTransmitSink out = sink;
    if (machine == null || out == null) {
      return;
    }
    session = null;
    ending = true;
    timer = cancelled(timer);
    lingerTimer = cancelled(lingerTimer);
    dropUnread();
    machine.closed(reason);
    out.close();
    connections.remove(this);
    Controller controller = machine.controller();
    if (controller == null) {
      // Anybody can open connections: that must not fill the log.
      LOG.debug("{}: closed, {}", peer, reason);
    } else {
      connections.associations().disconnected(peer, controller, machine.qid(), reason);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      reason = "socket: " + cause.getMessage();
      LOG.debug("{}: {}", peer, reason);
    } else {
      reason = "failed unexpectedly";
      LOG.error("{}: a connection failed unexpectedly and is closed", peer, cause);
    }
    ctx.close();
  }
}
