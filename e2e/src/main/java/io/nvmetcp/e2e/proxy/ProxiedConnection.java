package io.nvmetcp.e2e.proxy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** Two sockets and a relay each way between them. Confined to the proxy's event loop. */
final class ProxiedConnection {
  private final NetSocket client;
  private final NetSocket server;
  private final Promise<Void> gone = Promise.promise();
  private final Relay toServer;
  private final Relay toClient;
  private int open = 2;

  ProxiedConnection(
      Vertx vertx,
      NetSocket client,
      NetSocket server,
      Climate climate,
      boolean stalled,
      long seed) {
    this.client = client;
    this.server = server;
    for (NetSocket socket : new NetSocket[] {client, server}) {
      socket.closeHandler(closed -> closed());
    }
    toServer =
        new Relay(vertx, client, server, climate.toServer(), stalled, seed, () -> cut(false));
    toClient =
        new Relay(vertx, server, client, climate.toClient(), stalled, ~seed, () -> cut(false));
  }

  private void closed() {
    if (--open == 0) {
      gone.complete();
    }
  }

  /** Completes when both sockets are closed. */
  Future<Void> gone() {
    return gone.future();
  }

  Relay relay(Way way) {
    return switch (way) {
      case TO_SERVER -> toServer;
      case TO_CLIENT -> toClient;
    };
  }

  /**
   * Closes both sockets, whatever is under way.
   *
   * @param reset with a reset instead of an end of stream
   * @return as {@link #gone}
   */
  @CanIgnoreReturnValue
  Future<Void> cut(boolean reset) {
    toServer.close();
    toClient.close();
    for (NetSocket socket : new NetSocket[] {client, server}) {
      if (reset) {
        ((NetSocketInternal) socket)
            .channelHandlerContext()
            .channel()
            .config()
            .setOption(ChannelOption.SO_LINGER, 0);
      }
      socket.close().onFailure(closedAlready -> {});
    }
    return gone();
  }
}
