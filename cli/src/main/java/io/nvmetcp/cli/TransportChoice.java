package io.nvmetcp.cli;

import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of Netty's transports the event loops use. */
enum TransportChoice {
  /** The best one that loads. */
  AUTO,
  /** Linux epoll. */
  EPOLL,
  /** Linux io_uring. */
  IO_URING,
  /** The JDK's selector, anywhere. */
  NIO;

  /** The name of the transport that a channel class belongs to. */
  static String ofChannel(String channelClass) {
    if (channelClass.startsWith("Epoll")) {
      return "epoll";
    }
    if (channelClass.startsWith("IoUring")) {
      return "io_uring";
    }
    return channelClass.startsWith("Nio") ? "nio" : "other";
  }

  /** The transport, which is known to load. */
  Transport resolve() {
    if (this != AUTO) {
      return require(transport(), this);
    }
    for (TransportChoice choice : List.of(EPOLL, IO_URING)) {
      Transport transport = choice.transport();
      if (transport != null && transport.available()) {
        return transport;
      }
    }
    return Transport.NIO;
  }

  private @Nullable Transport transport() {
    return switch (this) {
      case EPOLL -> Transport.EPOLL;
      case IO_URING -> Transport.IO_URING;
      case NIO, AUTO -> Transport.NIO;
    };
  }

  // Vert.x falls back to NIO without a word; whoever named a transport wants to know.
  private static Transport require(@Nullable Transport transport, TransportChoice choice) {
    if (transport == null || !transport.available()) {
      Throwable cause = transport == null ? null : transport.unavailabilityCause();
      throw new IllegalStateException(
          "transport "
              + choice.name().toLowerCase(Locale.ROOT)
              + " does not load here"
              + (cause == null ? "" : ": " + cause.getMessage())
              + "; use --transport auto");
    }
    return transport;
  }
}
