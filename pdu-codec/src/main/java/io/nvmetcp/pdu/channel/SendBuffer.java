package io.nvmetcp.pdu.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * How much of what a connection sends the system keeps, sent or not, until its peer has it.
 *
 * <p>Left alone, Linux lets that grow to some megabytes, as a long way needs. To a peer on the same
 * machine there is no way: what is kept only leaves the CPU's caches before the peer reads it, and
 * a congestion control that paces, as bbr does, lets it lie there.
 */
public final class SendBuffer {
  /** The least that can be asked for, bytes. */
  public static final int LEAST_BYTES = 4096;

  /** The most that can be asked for, bytes; systems have bounds of their own. */
  public static final int MOST_BYTES = 1 << 30;

  /** For a peer on the same machine, bytes of data; Linux keeps as much again for itself. */
  static final int SAME_MACHINE_BYTES = 512 * 1024;

  /** Found out once, by those who need it. */
  private static final class Limit {
    private static final boolean GIVES_ENOUGH = givesEnough();

    // Asked for more than it gives, a system gives less without a word, and what was set is never
    // sized by it again: so that is tried elsewhere.
    private static boolean givesEnough() {
      try (SocketChannel trial = SocketChannel.open()) {
        trial.setOption(StandardSocketOptions.SO_SNDBUF, SAME_MACHINE_BYTES);
        return trial.getOption(StandardSocketOptions.SO_SNDBUF) >= SAME_MACHINE_BYTES;
      } catch (IOException e) {
        return false;
      }
    }
  }

  private SendBuffer() {}

  /**
   * Sets it.
   *
   * @param bytes what it is to be; 0 leaves it to the system
   */
  public static void set(Channel channel, int bytes) {
    if (bytes == 0) {
      return;
    }
    try {
      boolean unused = channel.config().setOption(ChannelOption.SO_SNDBUF, bytes);
    } catch (ChannelException e) {
      // Of a socket that is closed already, whose end is reported like any other.
      if (channel.isOpen()) {
        throw e;
      }
    }
  }

  /**
   * What suits the way to the peer of a connection that is established, bytes; 0 is what the system
   * makes of it.
   */
  public static int forPeer(Channel channel) {
    return sameMachine(channel.localAddress(), channel.remoteAddress()) && Limit.GIVES_ENOUGH
        ? SAME_MACHINE_BYTES
        : 0;
  }

  static boolean sameMachine(@Nullable SocketAddress local, @Nullable SocketAddress remote) {
    return local instanceof InetSocketAddress here
        && remote instanceof InetSocketAddress there
        && there.getAddress() != null
        && (there.getAddress().isLoopbackAddress() || there.getAddress().equals(here.getAddress()));
  }
}
