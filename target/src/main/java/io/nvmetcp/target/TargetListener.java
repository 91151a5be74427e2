package io.nvmetcp.target;

import io.netty.util.NetUtil;
import io.nvmetcp.target.discovery.DiscoveryPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** One address that a target listens on: a server per event loop, all on the same port. */
final class TargetListener {
  // Servers of one Vert.x that share a negative port share the same free one: a number each.
  private static final AtomicInteger SHARED_PORTS = new AtomicInteger(-1);
  private static final int BACKLOG = 1024;
  private static final List<String> ALL_ADDRESSES = List.of("0.0.0.0", "::");

  private final VertxInternal vertx;
  private final ListenerOptions options;
  private final BiConsumer<NetSocket, TargetListener> connected;
  private final List<NetServer> servers = new CopyOnWriteArrayList<>();
  private volatile int port = -1;

  /**
   * @param connected takes each connection, on its event loop
   */
  TargetListener(
      VertxInternal vertx,
      ListenerOptions options,
      BiConsumer<NetSocket, TargetListener> connected) {
    this.vertx = vertx;
    this.options = options;
    this.connected = connected;
  }

  /** Listens on so many event loops. */
  Future<Void> listen(int eventLoops) {
    int shared = options.getPort() == 0 ? SHARED_PORTS.getAndDecrement() : options.getPort();
    Future<Void> chain = Future.succeededFuture();
    for (int i = 0; i < eventLoops; i++) {
      chain = chain.compose(_ -> listenOnOne(shared));
    }
    return chain.recover(cause -> Future.failedFuture(explained(cause)));
  }

  // A server lives on the event loop of the context that calls listen.
  private Future<Void> listenOnOne(int listenPort) {
    Promise<Void> promise = Promise.promise();
    Context loop = vertx.createEventLoopContext();
    loop.runOnContext(
        _ -> {
          NetServerOptions net =
              new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(BACKLOG);
          NetServer server = vertx.createNetServer(net);
          servers.add(server);
          server
              .connectHandler(socket -> connected.accept(socket, this))
              .listen(listenPort, options.getHost())
              .onComplete(
                  result -> {
                    if (result.succeeded()) {
                      port = result.result().actualPort();
                      promise.complete();
                    } else {
                      promise.fail(result.cause());
                    }
                  });
        });
    return promise.future();
  }

  // The transports say it each in their own way, and only NIO by a BindException.
  private Throwable explained(Throwable cause) {
    if (!(cause instanceof IOException)) {
      return cause;
    }
    String why =
        cause instanceof UnknownHostException
            ? "no such host"
            : String.valueOf(cause.getMessage()).replaceFirst("^bind\\(.*?\\): ", "");
    return new IOException("cannot listen on %s: %s".formatted(options.place(), why), cause);
  }

  /** Takes no further connections. */
  Future<Void> close() {
    return Future.join(servers.stream().map(NetServer::close).toList()).mapEmpty();
  }

  /** NVM subsystems are served here. */
  boolean servesNvm() {
    return options.getServes() != ListenerOptions.Serves.DISCOVERY;
  }

  /** Discovery is answered here. */
  boolean servesDiscovery() {
    return options.getServes() != ListenerOptions.Serves.NVM;
  }

  /** Where it listens. */
  Listening where() {
    return new Listening(options.getHost(), port, options.getServes());
  }

  /** This place as discovery tells it. */
  DiscoveryPort advertised(int id) {
    String host = options.getHost();
    // Discovery takes addresses, not names; and all addresses are none.
    boolean address = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    String own = address && !ALL_ADDRESSES.contains(host) ? host : "";
    return new DiscoveryPort(
        id,
        options.getAdvertisedAddress().orElse(own),
        options.getAdvertisedPort().orElse(port),
        servesNvm(),
        servesDiscovery());
  }
}
