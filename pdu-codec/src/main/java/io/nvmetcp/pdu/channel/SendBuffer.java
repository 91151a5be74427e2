package io.nvmetcp.pdu.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

  private static final Path LIMIT = Path.of("/proc/sys/net/core/wmem_max");

  private SendBuffer() {}

  /** What this system gives at most. */
  private static final class Limit {
    private static final long BYTES = read(LIMIT);
  }

  static long read(Path limit) {
    // At once: of such a file a second read brings nothing, and Files.readString begins with a
    // byte.
    try (BufferedReader file = Files.newBufferedReader(limit)) {
      return Long.parseLong(String.valueOf(file.readLine()).trim());
    } catch (IOException | NumberFormatException e) {
      // Another system, or a network of one's own that does not tell: nothing is known to be had.
      return 0;
    }
  }

  /**
   * Sets it. A system that does not give so much gives what it does, without a word; and what was
   * set is never sized by the system again.
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
   * Sets it as {@link #set} does if the system is known to give as much, and leaves it alone
   * otherwise: it would end up smaller than what the system would have chosen.
   *
   * @return true if it was set, or the socket is closed already
   */
  static boolean setIfWhole(Channel channel, int bytes) {
    if (Limit.BYTES < bytes) {
      return false;
    }
    set(channel, bytes);
    return true;
  }
}
