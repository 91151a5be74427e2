package io.nvmetcp.target;

import io.netty.channel.Channel;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The congestion control that was chosen for all connections of a target. Any thread. */
final class CongestionChoice {
  private static final Logger LOG = LoggerFactory.getLogger(CongestionChoice.class);

  private final String algorithm;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param algorithm its name; "" is the system's
   */
  CongestionChoice(String algorithm) {
    this.algorithm = algorithm;
  }

  /**
   * Tries it on a socket of its own.
   *
   * @throws IOException if it cannot be had, with one sentence
   */
  void check(Supplier<? extends Channel> sockets) throws IOException {
    Optional<String> refusal = TcpCongestionControl.trial(sockets, algorithm);
    if (refusal.isPresent()) {
      throw new IOException(refusal.get());
    }
  }

  /**
   * Sets it for a connection. If this one cannot have what others had, it is served all the same;
   * that is logged once until one has it again.
   */
  void set(Channel channel, String peer) {
    Optional<String> refusal = TcpCongestionControl.set(channel, algorithm);
    if (refusal.isEmpty()) {
      told.set(false);
    } else if (told.compareAndSet(false, true)) {
      LOG.warn("{}: {}", peer, refusal.get());
    }
  }
}
