package io.nvmetcp.pdu.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;

/**
 * TCP keep-alive: the system asks a peer of which nothing was heard whether it is still there, and
 * ends the connection if it never answers. It finds a peer that has vanished where NVMe's own
 * keep-alive is off, and costs a peer that is there an empty segment.
 */
public final class TcpKeepAlive {
  /** The longest time that systems take. */
  public static final int MOST_SECONDS = 32767;

  private static final int PROBES = 6;

  private TcpKeepAlive() {}

  /**
   * Turns it on. Over epoll and io_uring a connection whose peer is gone ends after about twice the
   * time; over NIO, which has no such options, after what the system is set to.
   *
   * @param idleSeconds silence after which the peer is asked, up to {@link #MOST_SECONDS}; 0 leaves
   *     all as it is
   */
  public static void set(Channel channel, int idleSeconds) {
    if (idleSeconds == 0) {
      return;
    }
    try {
      boolean unused = channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
      set(channel, "TCP_KEEPIDLE", idleSeconds);
      set(channel, "TCP_KEEPINTVL", Math.max(1, idleSeconds / PROBES));
      set(channel, "TCP_KEEPCNT", PROBES);
    } catch (ChannelException e) {
      // Of a socket that is closed already, whose end is reported like any other.
      if (channel.isOpen()) {
        throw e;
      }
    }
  }

  // By name, since these transports need not be there; a channel takes those of its own only.
  private static void set(Channel channel, String option, int value) {
    boolean unused =
        take(channel, "io.netty.channel.epoll.EpollChannelOption#" + option, value)
            || take(channel, "io.netty.channel.uring.IoUringChannelOption#" + option, value);
  }

  private static boolean take(Channel channel, String name, int value) {
    return channel.config().setOption(ChannelOption.<Integer>valueOf(name), value);
  }
}
