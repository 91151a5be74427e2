package io.nvmetcp.pdu.channel;

import io.netty.channel.Channel;

/**
 * What is changed about a connection, once and for good, when it sends large payloads to a peer on
 * this machine for which no CPU is free. Either one is for a connection that nobody chose the same
 * thing for; what the system refuses stays as it was.
 */
public enum CrowdMeasure {
  /** Nothing. */
  NONE,

  /**
   * The send buffer becomes 512 KiB, if the system gives as much. What it keeps of its own accord,
   * some megabytes, has left the cache when the peer reads it.
   */
  BOUND_SEND_BUFFER,

  /**
   * No more pacing: a connection that sends by bbr sends by reno. Each of bbr's timers costs the
   * CPU that the peer waits for, and over loopback there is no path that would need them.
   */
  STOP_PACING;

  private static final int SEND_BUFFER_BYTES = 512 * 1024;

  /** Takes the measure; called once, on the channel's event loop. */
  void take(Channel channel) {
    switch (this) {
      case NONE -> {}
      case BOUND_SEND_BUFFER -> {
        boolean ignored = SendBuffer.setIfWhole(channel, SEND_BUFFER_BYTES);
      }
      case STOP_PACING -> TcpCongestionControl.stopPacing(channel);
    }
  }
}
