package io.nvmetcp.target;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.pdu.channel.ChannelTransmitSink;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.session.SessionCounters;
import io.nvmetcp.target.session.SessionHost;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.session.TargetSession;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that runs a {@link TargetSession}: moves its bytes, ends its turns, keeps its clocks.
 * Stands before Vert.x's own handler, which sees no data. On the channel's event loop, except for
 * {@link #end}.
 */
final class TargetConnection extends ChannelInboundHandlerAdapter implements SessionHost {
  private static final Logger LOG = LoggerFactory.getLogger(TargetConnection.class);
  // Reading stops while more than this waits to be sent.
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 4 << 20);

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
  private @Nullable ScheduledFuture<?> connectTimer;
  private @Nullable ScheduledFuture<?> keepAliveTimer;
  private boolean full;
  private boolean ending;
  private String reason = "closed by the host";

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

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (!connections.add(this, counters)) {
      LOG.warn("{}: refused, {} connections are open", peer, options.getMaxConnections());
      ending = true;
      ctx.close();
      return;
    }
    context = ctx;
    ctx.channel().config().setWriteBufferWaterMark(WATER_MARK);
    ChannelTransmitSink out = new ChannelTransmitSink(ctx);
    sink = out;
    session =
        new TargetSession(
            sessionOptions, directory, buffers, JdkCrc32c.INSTANCE, out, this, counters);
    connectTimer = after(options.getConnectTimeout().toNanos(), () -> end("no Connect in time"));
    LOG.debug("{}: accepted", peer);
  }

  private ScheduledFuture<?> after(long delayNs, Runnable action) {
    return context().executor().schedule(action, delayNs, TimeUnit.NANOSECONDS);
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
    } else if (!unread.isEmpty()) {
      unread.add(bytes);
    } else if (take(bytes)) {
      bytes.release();
    } else {
      unread.add(bytes);
      full = true;
      updateReading();
    }
  }

  /** True if the session took the whole buffer; otherwise its reader index has moved. */
  private boolean take(ByteBuf bytes) {
    TargetSession machine = session;
    int at = bytes.readerIndex();
    int length = bytes.readableBytes();
    if (machine == null || length == 0) {
      return true;
    }
    int taken = machine.accept(MemorySegment.ofBuffer(bytes.nioBuffer(at, length)), 0, length);
    bytes.readerIndex(at + taken);
    return taken == length;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    endTurn();
  }

  private void endTurn() {
    TargetSession machine = session;
    ChannelTransmitSink out = sink;
    if (machine != null && out != null) {
      machine.turnEnd();
      out.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    updateReading();
    ctx.fireChannelWritabilityChanged();
  }

  // While a peer lingers after the end, what it sends is read and discarded.
  private void updateReading() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.channel().config().setAutoRead(ending || (!full && ctx.channel().isWritable()));
    }
  }

  @Override
  public Executor thread() {
    return context().executor();
  }

  @Override
  public void turnWanted() {
    context().executor().execute(this::endTurn);
  }

  @Override
  public void roomAgain() {
    context().executor().execute(this::offerUnread);
  }

  private void offerUnread() {
    while (!ending && !unread.isEmpty() && take(unread.element())) {
      unread.remove().release();
    }
    if (unread.isEmpty() && full) {
      full = false;
      updateReading();
    }
    endTurn();
  }

  @Override
  public void connected() {
    connectTimer = cancelled(connectTimer);
    TargetSession machine = session;
    Controller controller = machine == null ? null : machine.controller();
    if (machine != null && controller != null) {
      LOG.info(
          "{}: {} connected queue {} of controller {} in {}",
          peer,
          controller.hostNqn(),
          machine.qid(),
          controller.cntlid(),
          controller.subsystem().nqn());
      if (machine.qid() == 0) {
        watch(controller, controller.keepAlive().periodNs());
      }
    }
  }

  // One timer per association, at the host's own period: an idle connection costs next to nothing.
  private void watch(Controller controller, long periodNs) {
    long delayNs = periodNs > 0 ? periodNs : TimeUnit.MINUTES.toNanos(1);
    keepAliveTimer =
        after(
            delayNs,
            () -> {
              if (periodNs > 0 && controller.keepAlive().expired()) {
                LOG.warn("{}: keep-alive of controller {} expired", peer, controller.cntlid());
                controller.end("keep-alive expired");
              } else if (!ending) {
                watch(controller, controller.keepAlive().periodNs());
              }
            });
  }

  private static @Nullable ScheduledFuture<?> cancelled(@Nullable ScheduledFuture<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
    return null;
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
    if (!lastWords) {
      ctx.executor().execute(ctx::close);
      return;
    }
    // After this turn's flush. A plain close would send a reset if input is unread, and that could
    // erase the last words at the peer (TCP transport 3.5.2 leaves the wait to us).
    ctx.executor().execute(() -> farewell(ctx));
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
    connectTimer = cancelled(connectTimer);
    connectTimer = after(options.getLingerTimeout().toNanos(), ctx::close);
  }

  @Override
  public void end(String why) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    if (!ctx.executor().inEventLoop()) {
      ctx.executor().execute(() -> end(why));
      return;
    }
    if (!ending) {
      ending = true;
      reason = why;
      endTurn();
      TargetSession machine = session;
      if (machine != null) {
        machine.closed(why);
      }
      ctx.close();
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
    connectTimer = cancelled(connectTimer);
    keepAliveTimer = cancelled(keepAliveTimer);
    dropUnread();
    machine.closed(reason);
    out.close();
    connections.remove(this);
    LOG.info("{}: closed, {}", peer, reason);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: socket error", peer, cause);
    reason = cause instanceof java.io.IOException ? "socket: " + cause.getMessage() : "failed";
    if (!(cause instanceof java.io.IOException)) {
      LOG.error("{}: a connection failed unexpectedly and is closed", peer, cause);
    }
    ctx.close();
  }
}
