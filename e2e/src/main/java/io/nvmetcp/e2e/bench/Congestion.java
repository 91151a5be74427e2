package io.nvmetcp.e2e.bench;

import io.netty.channel.Channel;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The TCP congestion control of every socket of a benchmark, at both ends: system property {@code
 * congestion}, by default the system's. One that paces what it sends (bbr) holds a stream over
 * loopback back, and its figures cannot be compared with those under another.
 */
final class Congestion {
  private Congestion() {}

  /** The name that was asked for; "" for none. */
  static String chosen() {
    return System.getProperty("congestion", "");
  }

  /**
   * Sets it for a socket that is neither the target's nor an initiator's.
   *
   * @throws IllegalStateException if it cannot be had
   */
  static void choose(Channel socket) {
    TcpCongestionControl.set(socket, chosen())
        .ifPresent(
            refusal -> {
              throw new IllegalStateException(refusal);
            });
  }

  /** What the sockets have, for reports. */
  static String inUse() {
    if (!chosen().isEmpty()) {
      return chosen();
    }
    try {
      return Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
