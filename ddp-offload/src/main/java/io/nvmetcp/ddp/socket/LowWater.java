package io.nvmetcp.ddp.socket;

import io.netty.channel.ChannelConfig;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How many bytes must have arrived before a channel wakes up to read them, {@code SO_RCVLOWAT}. In
 * the middle of a large payload there is nothing to do with a few bytes of it, and waking up for
 * them costs more than reading them. An end of the stream and an error wake it up in any case.
 *
 * <p>The native transports have it. Elsewhere this does nothing. Confined to one event loop.
 */
final class LowWater {
  // As Linux has them on every architecture that Netty brings natives for.
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVLOWAT = 18;
  private static final RawUnixChannelOption OPTION =
      new RawUnixChannelOption("SO_RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT, Integer.BYTES);

  private final ByteBuffer value =
      ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
  private int current = 1;
  private boolean supported = true;

  /**
   * Wakes up for {@code bytes} from now on, or for fewer.
   *
   * @return true if that took a system call
   */
  boolean want(ChannelConfig config, int bytes) {
    // A mark that is too low costs a wake-up, one that is too high would miss what comes.
    boolean change = bytes < current || bytes / 2 >= current;
    if (!change || !supported) {
      return false;
    }
    value.clear().putInt(0, bytes);
    supported = config.setOption(OPTION, value);
    current = bytes;
    return supported;
  }
}
