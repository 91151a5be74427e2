package io.nvmetcp.initiator;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The polite end of a connection: what was written is sent, the output is shut, and the peer has a
 * while to close. A plain close with unread input would send a reset, which can erase our last
 * words at the peer. Confined to the channel's event loop.
 *
 * <p>Until then buffers of callers may be on their way to the socket. A peer that reads nothing
 * must not keep them long: if nothing moves, the connection is closed sooner.
 */
final class Farewell {
  /** How long the peer may take to close. */
  private static final long LINGER_MILLIS = 2_000;

  /** How long what is to be sent may stand still. */
  private static final long STALL_MILLIS = 1_000;

  private static final long LOOK_MILLIS = 100;

  private final ChannelHandlerContext context;
  private final ScheduledFuture<?> look;
  private long pendingBytes = Long.MAX_VALUE;
  private long stalledMillis;
  private long passedMillis;

  private Farewell(ChannelHandlerContext context, DuplexChannel channel) {
    this.context = context;
    // Shutting the output drops what the socket did not take yet, hence the empty write.
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel.shutdownOutput());
    look =
        channel
            .eventLoop()
            .scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Begins.
   *
   * @param context where writes go to the socket, and a close: from the end of the pipeline a close
   *     would pass Vert.x, which waits until everything is written
   * @return null if the channel was closed at once, since it cannot be shut in part
   */
  static @Nullable Farewell begin(ChannelHandlerContext context) {
    if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
      return new Farewell(context, duplex);
    }
    context.close();
    return null;
  }

  private void look() {
    ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
    long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    passedMillis += LOOK_MILLIS;
    stalledMillis = pending > 0 && pending >= pendingBytes ? stalledMillis + LOOK_MILLIS : 0;
    pendingBytes = pending;
    if (passedMillis >= LINGER_MILLIS || stalledMillis >= STALL_MILLIS) {
      context.close();
    }
  }

  /** The channel is closed. */
  void over() {
    look.cancel(false);
  }
}
