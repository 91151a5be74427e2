package io.nvmetcp.e2e.proxy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A proxy on a loopback port in front of a server on another, whose network gets worse on demand.
 * Connections are numbered from 0 in the order of their arrival. What is asked of a proxy has been
 * done when the future completes.
 */
public final class TcpProxy {
  private static final String LOOPBACK = "127.0.0.1";

  private record Waiting(int opened, Promise<Void> promise) {}

  private final Vertx vertx;
  private final Context context;
  private final long seed;
  private final NetServer server;
  // Held by the listening server's handler too, or it would be closed as garbage.
  private final NetClient client;
  private final Map<Integer, ProxiedConnection> live = new TreeMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private Climate climate = Climate.FAIR;
  private int serverPort;
  private boolean stalled;
  private boolean refusing;
  private int opened;

  private TcpProxy(Vertx vertx, int serverPort, long seed) {
    this.vertx = vertx;
    this.serverPort = serverPort;
    this.seed = seed;
    context = ((VertxInternal) vertx).createEventLoopContext();
    server = vertx.createNetServer(new NetServerOptions().setTcpNoDelay(true));
    client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  /**
   * A proxy that listens.
   *
   * @param vertx runs it; stays the caller's
   * @param serverPort where on this machine the server listens
   * @param seed decides delays and pieces
   */
  public static Future<TcpProxy> start(Vertx vertx, int serverPort, long seed) {
    TcpProxy proxy = new TcpProxy(vertx, serverPort, seed);
    return proxy.here(
        () ->
            proxy
                .server
                .connectHandler(proxy::accept)
                .listen(0, LOOPBACK)
                .<TcpProxy>map(listening -> proxy));
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  private void accept(NetSocket arrived) {
    if (refusing) {
      arrived.close().onFailure(closedAlready -> {});
      return;
    }
    arrived.pause();
    Promise<Void> left = Promise.promise();
    arrived.closeHandler(closed -> left.complete());
    client
        .connect(serverPort, LOOPBACK)
        .onFailure(nobody -> arrived.close().onFailure(closedAlready -> {}))
        .onSuccess(reached -> open(arrived, reached, left.future().isComplete()));
  }

  private void open(NetSocket arrived, NetSocket reached, boolean leftAlready) {
    if (leftAlready) {
      reached.close().onFailure(closedAlready -> {});
      return;
    }
    int number = opened++;
    ProxiedConnection connection =
        new ProxiedConnection(vertx, arrived, reached, climate, stalled, seed + number);
    live.put(number, connection);
    connection.gone().onComplete(ended -> live.remove(number));
    arrived.resume();
    if (refusing) {
      connection.cut(false);
    }
    List<Waiting> due = waiting.stream().filter(it -> it.opened <= opened).toList();
    waiting.removeAll(due);
    due.forEach(it -> it.promise.complete());
  }

  /** Sends later connections to another port: the server was started anew. */
  public Future<Void> server(int port) {
    return run(() -> serverPort = port);
  }

  /** Changes the weather one way, on all connections and on those to come. */
  public Future<Void> weather(Way way, Weather value) {
    return run(
        () -> {
          climate = climate.with(way, value);
          live.values().forEach(connection -> connection.relay(way).weather(value));
        });
  }

  /** Changes the weather both ways. */
  public Future<Void> weather(Weather value) {
    return weather(Way.TO_SERVER, value).compose(done -> weather(Way.TO_CLIENT, value));
  }

  /**
   * Holds everything back on all connections, and on those to come, or lets it go again. Nobody is
   * told: to either end the other one has fallen silent.
   */
  public Future<Void> stall(boolean value) {
    return run(
        () -> {
          stalled = value;
          List.copyOf(live.values())
              .forEach(
                  connection -> {
                    for (Way way : Way.values()) {
                      connection.relay(way).stall(value);
                    }
                  });
        });
  }

  /** Holds back, or lets go, what travels one way on one connection; nothing if it is gone. */
  public Future<Void> stall(int number, Way way, boolean value) {
    return on(number, connection -> connection.relay(way).stall(value));
  }

  /**
   * Cuts all connections: both ends see the stream end, in the middle of whatever was under way.
   */
  public Future<Void> cutAll() {
    return cutAll(false);
  }

  /** Resets all connections. */
  public Future<Void> resetAll() {
    return cutAll(true);
  }

  private Future<Void> cutAll(boolean reset) {
    return here(
        () ->
            Future.join(List.copyOf(live.values()).stream().map(it -> it.cut(reset)).toList())
                .mapEmpty());
  }

  /** Cuts one connection; nothing if it is gone. */
  public Future<Void> cut(int number) {
    return here(
        () -> {
          ProxiedConnection connection = live.get(number);
          return connection == null ? Future.succeededFuture() : connection.cut(false);
        });
  }

  /** Cuts one connection once so many more bytes have passed one way; nothing if it is gone. */
  public Future<Void> cutAfter(int number, Way way, long bytes) {
    return on(number, connection -> connection.relay(way).cutAfter(bytes));
  }

  /** Closes new connections at once, or takes them again. */
  public Future<Void> refuse(boolean value) {
    return run(() -> refusing = value);
  }

  /** Bytes that passed one way on one connection; 0 if it is gone. */
  public Future<Long> passedBytes(int number, Way way) {
    return here(
        () -> {
          ProxiedConnection connection = live.get(number);
          return Future.succeededFuture(
              connection == null ? 0L : connection.relay(way).passedBytes());
        });
  }

  // Bytes held back one way on one connection.
  Future<Integer> heldBytes(int number, Way way) {
    return here(
        () -> {
          ProxiedConnection connection = live.get(number);
          return Future.succeededFuture(connection == null ? 0 : connection.relay(way).heldBytes());
        });
  }

  /** Connections that live, by number. */
  public Future<List<Integer>> live() {
    return here(() -> Future.succeededFuture(List.copyOf(live.keySet())));
  }

  /** Connections so far, up to the server. */
  public Future<Integer> opened() {
    return here(() -> Future.succeededFuture(opened));
  }

  /** Completes when so many connections have been opened, counted from the start. */
  public Future<Void> whenOpened(int connections) {
    return here(
        () -> {
          if (opened >= connections) {
            return Future.succeededFuture();
          }
          Promise<Void> promise = Promise.promise();
          waiting.add(new Waiting(connections, promise));
          return promise.future();
        });
  }

  /** Cuts everything and listens no more. */
  public Future<Void> close() {
    return refuse(true)
        .compose(done -> cutAll())
        .compose(done -> server.close())
        .compose(done -> client.close());
  }

  private Future<Void> on(int number, Consumer<ProxiedConnection> action) {
    return run(
        () -> {
          ProxiedConnection connection = live.get(number);
          if (connection != null) {
            action.accept(connection);
          }
        });
  }

  private Future<Void> run(Runnable action) {
    return here(
        () -> {
          action.run();
          return Future.succeededFuture();
        });
  }

  private <T> Future<T> here(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        ignored -> Future.<Void>succeededFuture().compose(now -> action.get()).onComplete(promise));
    return promise.future();
  }
}
