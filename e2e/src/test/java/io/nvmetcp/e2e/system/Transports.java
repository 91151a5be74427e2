package io.nvmetcp.e2e.system;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transports there are, and the channel class that tells which one is really used. */
enum Transports {
  EPOLL(Transport.EPOLL, "EpollSocketChannel"),
  IO_URING(Transport.IO_URING, "IoUringSocketChannel"),
  NIO(Transport.NIO, "NioSocketChannel");

  private final @Nullable Transport transport;
  private final String channel;

  Transports(@Nullable Transport transport, String channel) {
    this.transport = transport;
    this.channel = channel;
  }

  /** The name of the channels it makes; Vert.x falls back to another one without a word. */
  String channel() {
    return channel;
  }

  Vertx vertx(int eventLoops) {
    Transport chosen = transport;
    if (chosen == null) {
      throw new IllegalStateException(this + " does not load here");
    }
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(eventLoops))
        .withTransport(chosen)
        .build();
  }

  /** Those that load on this machine, the best first. */
  static List<Transports> loadable() {
    return Arrays.stream(values())
        .filter(t -> t.transport != null && t.transport.available())
        .toList();
  }
}
