package io.nvmetcp.initiator;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.nvmetcp.initiator.health.Linger;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The polite end of a connection: what was written is sent, the output is shut, and the peer has a
 * while to close. A plain close with unread input would send a reset, which can erase our last
 * words at the peer. Confined to the channel's event loop.
 */
final class Farewell {
  private final ChannelHandlerContext context;
  private final ScheduledFuture<?> look;
  private final Linger linger = new Linger();

  private Farewell(ChannelHandlerContext context, DuplexChannel channel) {
    this.context = context;
    // Shutting the output drops what the socket did not take yet, hence the empty write.
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel.shutdownOutput());
    look =
        channel
            .eventLoop()
            .scheduleAtFixedRate(this::look, Linger.LOOK_NS, Linger.LOOK_NS, TimeUnit.NANOSECONDS);
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
    if (linger.over(pending)) {
      context.close();
    }
  }

  /** The channel is closed. */
  void over() {
    look.cancel(false);
  }
}
