package io.nvmetcp.target;

import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.discovery.DiscoveryPort;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target on Vert.x. */
final class VertxNvmeTarget implements NvmeTarget {
  private static final Logger LOG = LoggerFactory.getLogger(VertxNvmeTarget.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 10;
  private static final long IDLE_BUFFER_BYTES = 64L << 20;

  /** A change of what is served; may block. Its future may take longer. */
  @FunctionalInterface
  private interface Change {
    CompletableFuture<Void> apply(ServedStorage storage) throws Exception;
  }

  private final VertxInternal vertx;
  private final TargetOptions options;
  private final CongestionChoice congestion;
  private final ConnectionSet connections;
  private final TransferBufferPool buffers;
  private final SessionOptions sessionOptions;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  // Vert.x holds on to it weakly.
  private final Closeable closeHook = completion -> close().onComplete(completion);
  private final Promise<Void> closed = Promise.promise();
  private volatile List<TargetListener> listeners = List.of();
  private volatile @Nullable ServedStorage storage;
  private volatile boolean listening;
  private volatile boolean draining;

  VertxNvmeTarget(Vertx vertx, TargetOptions options) {
    this.vertx = (VertxInternal) vertx;
    this.options = options;
    congestion = new CongestionChoice(options.getConnections().getTcpCongestionControl());
    connections = new ConnectionSet(options.getMaxConnections(), congestion);
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
    vertx.addCloseHook(closeHook);
    vertx
        .<ServedStorage>executeBlocking(
            () -> {
              congestion.check(vertx.transport().channelFactory(false)::newChannel);
              return ServedStorage.open(options);
            },
            false)
        .compose(this::listenOnAll)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                listeners().forEach(where -> LOG.info("listening on {}", where));
                outcome.complete(this);
              } else {
                close().onComplete(_ -> outcome.fail(result.cause()));
              }
            });
    return outcome.future();
  }

  private Future<Void> listenOnAll(ServedStorage opened) {
    storage = opened;
    Set<String> places = new HashSet<>();
    for (ListenerOptions each : options.getListeners()) {
      // Vert.x would have them share it: which one a host comes to would be left to chance.
      if (each.getPort() != 0 && !places.add(each.place())) {
        return Future.failedFuture(
            new IllegalArgumentException("two listeners are at " + each.place()));
      }
    }
    listeners =
        options.getListeners().stream()
            .map(each -> new TargetListener(vertx, each, (to, from) -> serve(to, from, opened)))
            .toList();
    Future<Void> chain = Future.succeededFuture();
    for (TargetListener listener : listeners) {
      chain = chain.compose(_ -> listener.listen(options.getEventLoops()));
    }
    return chain.onSuccess(
        _ -> {
          List<DiscoveryPort> ports = new ArrayList<>();
          for (TargetListener listener : listeners) {
            ports.add(listener.advertised(ports.size() + 1));
          }
          opened.listening(ports);
          listening = true;
        });
  }

  private void serve(NetSocket socket, TargetListener listener, ServedStorage opened) {
    ChannelHandlerContext vertxHandler = ((NetSocketInternal) socket).channelHandlerContext();
    if (closing.get() || draining) {
      vertxHandler.close();
      return;
    }
    SubsystemDirectory visible =
        opened
            .directory()
            .view(listener.servesNvm(), listener.servesDiscovery(), localAddress(socket));
    TargetConnection connection =
        new TargetConnection(
            String.valueOf(socket.remoteAddress()),
            options,
            sessionOptions,
            visible,
            buffers,
            connections);
    vertxHandler.pipeline().addBefore(vertxHandler.name(), "nvme-tcp-target", connection);
  }

  private static String localAddress(NetSocket socket) {
    SocketAddress address = socket.localAddress();
    String text = address == null ? null : address.hostAddress();
    // A scope means something on this machine only.
    return text == null ? "" : text.replaceFirst("%.*", "");
  }

  @Override
  public int port() {
    return listeners().getFirst().port();
  }

  @Override
  public List<Listening> listeners() {
    if (!listening) {
      throw new IllegalStateException("the target has not started");
    }
    return listeners.stream().map(TargetListener::where).toList();
  }

  @Override
  public List<ServedSubsystem> subsystems() {
    return serving().snapshot();
  }

  private ServedStorage serving() {
    ServedStorage opened = storage;
    if (opened == null) {
      throw new IllegalStateException("the target has not started");
    }
    return opened;
  }

  // On a worker thread: opening storage blocks.
  private Future<Void> change(Change change) {
    return vertx
        .<CompletableFuture<Void>>executeBlocking(() -> change.apply(serving()), false)
        .compose(done -> Future.fromCompletionStage(done, vertx.getOrCreateContext()));
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Future<Void> addSubsystem(SubsystemOptions subsystem) {
    return change(
        opened -> {
          opened.addSubsystem(subsystem);
          return done();
        });
  }

  @Override
  public Future<Void> removeSubsystem(String nqn) {
    return change(opened -> opened.removeSubsystem(nqn));
  }

  @Override
  public Future<Void> addNamespace(String nqn, NamespaceOptions namespace) {
    return change(
        opened -> {
          opened.addNamespace(nqn, namespace);
          return done();
        });
  }

  @Override
  public Future<Void> removeNamespace(String nqn, int id) {
    return change(opened -> opened.removeNamespace(nqn, id));
  }

  @Override
  public Future<Void> resizeNamespace(String nqn, int id, long sizeBytes) {
    return change(
        opened -> {
          opened.resizeNamespace(nqn, id, sizeBytes);
          return done();
        });
  }

  @Override
  public Future<Void> setAllowedHosts(String nqn, AllowedHosts hosts, boolean endOthers) {
    return change(
        opened -> {
          opened.allowedHosts(nqn, hosts, endOthers);
          return done();
        });
  }

  @Override
  public Future<Void> allowHost(String nqn, String hostNqn) {
    return change(
        opened -> {
          opened.allowHost(nqn, SubsystemOptions.checkedNqn(hostNqn));
          return done();
        });
  }

  @Override
  public Future<Void> disallowHost(String nqn, String hostNqn, boolean endAssociations) {
    return change(
        opened -> {
          opened.disallowHost(nqn, hostNqn, endAssociations);
          return done();
        });
  }

  @Override
  public Future<Void> setReferrals(List<ReferralOptions> referrals) {
    return change(
        opened -> {
          opened.referrals(referrals);
          return done();
        });
  }

  @Override
  public Future<Reconfigured> reconfigure(TargetOptions next) {
    return vertx.executeBlocking(
        () ->
            new Reconfigured(
                new Reconfiguration(serving()).apply(next), Reconfiguration.fixed(options, next)),
        false);
  }

  @Override
  public Future<Void> drain(Duration patience) {
    draining = true;
    ServedStorage opened = storage;
    if (opened != null) {
      opened.withdraw();
    }
    Promise<Void> here = vertx.getOrCreateContext().promise();
    connections
        .drain()
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(_ -> LOG.warn("commands were still running after {}", patience))
        .transform(_ -> close())
        .onComplete(here);
    return here.future();
  }

  @Override
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      vertx.removeCloseHook(closeHook);
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
    return Future.join(listeners.stream().map(TargetListener::close).toList()).mapEmpty();
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
