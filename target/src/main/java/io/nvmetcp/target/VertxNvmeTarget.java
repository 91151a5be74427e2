package io.nvmetcp.target;

import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.session.SessionOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target on Vert.x: one listening server per event loop, all on the same port. */
final class VertxNvmeTarget implements NvmeTarget {
  private static final Logger LOG = LoggerFactory.getLogger(VertxNvmeTarget.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 10;
  private static final long IDLE_BUFFER_BYTES = 64L << 20;
  // Servers of one Vert.x that share a negative port share the same free one: a number per target.
  private static final AtomicInteger SHARED_PORTS = new AtomicInteger(-1);

  private final VertxInternal vertx;
  private final TargetOptions options;
  private final ConnectionSet connections;
  private final TransferBufferPool buffers;
  private final SessionOptions sessionOptions;
  private final List<NetServer> servers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Promise<Void> closed = Promise.promise();
  private volatile @Nullable ServedStorage storage;
  private volatile int port = -1;

  VertxNvmeTarget(Vertx vertx, TargetOptions options) {
    this.vertx = (VertxInternal) vertx;
    this.options = options;
    connections = new ConnectionSet(options.getMaxConnections());
    buffers = new TransferBufferPool(options.getTransferMemoryBytes(), IDLE_BUFFER_BYTES);
    sessionOptions = SessionOptionsOf.target(options);
  }

  @Override
  public Future<NvmeTarget> start() {
    if (!started.compareAndSet(false, true)) {
      return vertx
          .getOrCreateContext()
          .failedFuture(new IllegalStateException("this target was started before"));
    }
    Promise<NvmeTarget> outcome = vertx.getOrCreateContext().promise();
    vertx
        .<ServedStorage>executeBlocking(() -> ServedStorage.open(options, () -> port), false)
        .compose(this::listenOnAll)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                LOG.info("listening on {}:{}", options.getHost(), port);
                outcome.complete(this);
              } else {
                Throwable cause = explained(result.cause());
                close().onComplete(_ -> outcome.fail(cause));
              }
            });
    return outcome.future();
  }

  private Future<Void> listenOnAll(ServedStorage opened) {
    storage = opened;
    int shared = options.getPort() == 0 ? SHARED_PORTS.getAndDecrement() : options.getPort();
    Future<Void> chain = Future.succeededFuture();
    for (int i = 0; i < options.getEventLoops(); i++) {
      chain = chain.compose(_ -> listenOnOne(opened, shared));
    }
    return chain;
  }

  // A server lives on the event loop of the context that calls listen.
  private Future<Void> listenOnOne(ServedStorage opened, int listenPort) {
    Promise<Void> promise = Promise.promise();
    Context loop = vertx.createEventLoopContext();
    loop.runOnContext(
        _ -> {
          NetServerOptions net = new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024);
          NetServer server = vertx.createNetServer(net);
          servers.add(server);
          server
              .connectHandler(socket -> serve(socket, opened))
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

  private void serve(NetSocket socket, ServedStorage opened) {
    ChannelHandlerContext vertxHandler = ((NetSocketInternal) socket).channelHandlerContext();
    if (closing.get()) {
      vertxHandler.close();
      return;
    }
    TargetConnection connection =
        new TargetConnection(
            String.valueOf(socket.remoteAddress()),
            options,
            sessionOptions,
            opened.directory(),
            buffers,
            connections);
    vertxHandler.pipeline().addBefore(vertxHandler.name(), "nvme-tcp-target", connection);
  }

  private Throwable explained(Throwable cause) {
    if (cause instanceof BindException) {
      return new IOException(
          "cannot listen on %s:%d: %s"
              .formatted(options.getHost(), options.getPort(), cause.getMessage()),
          cause);
    }
    return cause;
  }

  @Override
  public int port() {
    int now = port;
    if (now < 0) {
      throw new IllegalStateException("the target has not started");
    }
    return now;
  }

  @Override
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      ServedStorage opened = storage;
      if (opened != null) {
        opened.directory().endAll("target closes");
      }
      connections.endAll("target closes");
      connections
          .allClosed()
          .timeout(CLOSE_TIMEOUT_SECONDS / 2, TimeUnit.SECONDS)
          .otherwiseEmpty()
          .compose(_ -> stopListening())
          .compose(_ -> closeStorage())
          .timeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .onFailure(cause -> LOG.warn("the target did not close cleanly", cause))
          .onComplete(
              _ -> {
                buffers.close();
                closed.complete();
              });
    }
    Promise<Void> here = vertx.getOrCreateContext().promise();
    closed.future().onComplete(here);
    return here.future();
  }

  private Future<Void> stopListening() {
    List<Future<Void>> all = servers.stream().map(NetServer::close).toList();
    return Future.join(all).mapEmpty();
  }

  private Future<Void> closeStorage() {
    ServedStorage opened = storage;
    return opened == null
        ? Future.succeededFuture()
        : Future.fromCompletionStage(opened.close())
            .timeout(CLOSE_TIMEOUT_SECONDS / 2, TimeUnit.SECONDS);
  }

  @Override
  public TargetStatistics statistics() {
    ServedStorage opened = storage;
    return connections.statistics(
        opened == null ? 0 : opened.directory().controllerCount(), buffers.lentBytes());
  }
}
