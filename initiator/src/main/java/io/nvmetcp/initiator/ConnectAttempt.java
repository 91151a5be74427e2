package io.nvmetcp.initiator;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.connect.ConnectParameters;
import io.nvmetcp.initiator.connect.ControllerFacts;
import io.nvmetcp.initiator.health.KeepAlive;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.channel.SendBuffer;
import io.nvmetcp.pdu.channel.TcpCongestionControl;
import io.nvmetcp.pdu.channel.TcpKeepAlive;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach a controller: its sockets, its admin queue, its time limit. Either all of it
 * succeeds, or everything that was opened is closed again before the caller hears of the failure.
 * Confined to the admin queue's event loop, but for what says otherwise.
 */
final class ConnectAttempt {
  /** Entries of an admin queue. */
  static final int ADMIN_ENTRIES = 32;

  // The admin queue's capsules, and every queue's until Connect is done, take this much data: a
  // Connect fits (TCP transport specification 3.3.1: at least 8 KiB on the admin queue).
  static final int CONNECT_CAPSULE_BYTES = 8192;

  // Netty names the system call that failed: finishConnect(..) failed with error(-111): ...
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^[\\w ]+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");
  // The sentence has it already; behind a name it stays.
  private static final Pattern ADDRESS = Pattern.compile(": /[\\w.:%\\[\\]]+$");
  private static final int ADMIN_DATA_SLOTS = 16;
  private static final String GIVEN_UP = "the connect was given up";

  private final VertxInternal vertx;
  private final InitiatorOptions options;
  private final RegionRegistry registry;
  private final String host;
  private final int port;
  private final NetClient client;
  private final ContextInternal context;
  private final List<QueueConnection> opened = new ArrayList<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private String waitingFor = "the TCP connection";
  private long deadlineNs;
  private boolean abandoned;
  private boolean again = true;
  private @Nullable String givenUp;
  private @Nullable KeepAlive keepAlive;
  private @Nullable Heartbeat heartbeat;
  private Runnable whenGivenUp = () -> {};

  /**
   * A socket that is expected.
   *
   * @param decided set by whoever comes first: the socket, which is then taken over, or the end of
   *     the attempt, and then it is closed when it comes
   * @param opened completes when the socket has initialized its queue, or has failed
   */
  private record Arrival(AtomicBoolean decided, Future<QueueConnection> opened) {}

  /**
   * @param context whose event loop the admin queue lives on
   */
  ConnectAttempt(
      VertxInternal vertx,
      InitiatorOptions options,
      RegionRegistry registry,
      String host,
      int port,
      ContextInternal context) {
    this.vertx = vertx;
    this.options = options;
    this.registry = registry;
    this.host = host;
    this.port = port;
    client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    this.context = context;
  }

  NetClient client() {
    return client;
  }

  /** The admin queue's context. */
  ContextInternal context() {
    return context;
  }

  /**
   * Does {@code work} on the admin queue's event loop, within the time limit.
   *
   * @param caller where the future completes
   * @return fails with {@link NvmeException.NeverSent} and one sentence
   */
  <T> Future<T> run(ContextInternal caller, Supplier<Future<T>> work) {
    Promise<T> result = caller.promise();
    context.runOnContext(ignored -> start(work, result));
    return result.future();
  }

  private <T> void start(Supplier<Future<T>> work, Promise<T> result) {
    long limitMillis = options.getConnectTimeoutMillis();
    String before = givenUp;
    if (before != null) {
      abandon(result, before);
      return;
    }
    whenGivenUp = () -> abandon(result, String.valueOf(givenUp));
    deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    long timer =
        context.setTimer(
            limitMillis,
            id ->
                abandon(
                    result,
                    "no connection to %s port %d within %d ms: waited for %s"
                        .formatted(host, port, limitMillis, waitingFor)));
    context
        .<Void>succeededFuture()
        .compose(ignored -> work.get())
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              whenGivenUp = () -> {};
              stopHeartbeat();
              if (done.failed()) {
                abandon(
                    result,
                    "cannot connect to %s port %d: %s".formatted(host, port, text(done.cause())));
              } else if (!abandoned) {
                result.complete(done.result());
              }
            });
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : ADDRESS.matcher(SYSTEM_CALL.matcher(message).replaceFirst("")).replaceFirst("");
  }

  private void abandon(Promise<?> result, String sentence) {
    if (abandoned) {
      return;
    }
    abandoned = true;
    for (QueueConnection connection : opened) {
      connection.eventLoop().execute(() -> connection.cut(GIVEN_UP));
    }
    // Nobody waits for a socket that is not there yet, only for one that was just taken over.
    List<Future<QueueConnection>> taken =
        arrivals.stream()
            .filter(arrival -> !arrival.decided.compareAndSet(false, true))
            .map(Arrival::opened)
            .toList();
    Future.join(taken)
        .eventually(() -> Association.allGone(opened, context))
        .eventually(client::close)
        .onComplete(done -> result.tryFail(new NvmeException.NeverSent(sentence)));
  }

  /** Gives the attempt up, if it runs: it fails with this sentence. */
  void giveUp(String why) {
    givenUp = why;
    whenGivenUp.run();
  }

  /** False if the controller said that another attempt would fail as this one did. */
  boolean again() {
    return again;
  }

  /** The controller said that another attempt would fail too. */
  void hopeless() {
    again = false;
  }

  /** Ends what is open, politely; completes when all of it is gone. */
  Future<Void> end() {
    for (QueueConnection connection : opened) {
      connection.eventLoop().execute(() -> connection.end("closed by this host"));
    }
    return Association.allGone(opened, context).eventually(client::close);
  }

  /** Opens the admin queue; Connect is not sent yet. */
  Future<AdminQueue> openAdmin() {
    return open(context, 0, ADMIN_ENTRIES, new NoneDevice(registry), AdminQueue.MAX_DATA_BYTES)
        .compose(
            connection ->
                // It may have ended since its ICResp, and would not tell the queue of it again.
                connection.open()
                    ? Future.succeededFuture(
                        new AdminQueue(connection, registry, ADMIN_DATA_SLOTS, AdminQueue.RESERVED))
                    : Future.failedFuture(
                        new NvmeException.NeverSent(connection.refusal(QueuePair.CLOSED))));
  }

  /**
   * Opens a queue's connection, up to ICResp; ready for its Connect. On the admin queue's event
   * loop.
   *
   * @param on whose event loop it lives on
   */
  Future<QueueConnection> open(
      ContextInternal on, int qid, int entries, DdpDevice device, long maxReadBytes) {
    QueueConfiguration configuration =
        new QueueConfiguration(
            qid,
            entries,
            new IcRequest(
                0,
                options.getHostDataAlignment(),
                options.isHeaderDigest(),
                options.isDataDigest(),
                options.getMaxR2t()),
            maxReadBytes,
            JdkCrc32c.INSTANCE,
            device.voucher());
    Promise<QueueConnection> promise = context.promise();
    ConnectOptions where = where();
    AtomicBoolean decided = new AtomicBoolean(abandoned);
    arrivals.add(new Arrival(decided, promise.future()));
    on.runOnContext(
        ignored ->
            // Within compose: a client that is closed meanwhile throws.
            on.succeededFuture()
                .compose(ready -> client.connect(where))
                .compose(
                    socket -> {
                      ChannelHandlerContext pipeline =
                          ((NetSocketInternal) socket).channelHandlerContext();
                      if (!decided.compareAndSet(false, true)) {
                        return closed(pipeline, GIVEN_UP);
                      }
                      Optional<String> refusal = tune(pipeline.channel());
                      if (refusal.isPresent()) {
                        return closed(pipeline, refusal.get());
                      }
                      return initialize(
                          QueueConnection.on(
                              on,
                              pipeline,
                              configuration,
                              device,
                              options.getTeardownMode(),
                              registry,
                              options.getWaitingCommands()));
                    })
                .onComplete(promise));
    return promise.future();
  }

  /** Sets what is left to options; says what cannot be had, if it was asked for. */
  private Optional<String> tune(Channel socket) {
    TcpKeepAlive.set(socket, options.getTcpKeepAliveSeconds());
    SendBuffer.set(socket, options.getSendBufferBytes());
    return TcpCongestionControl.set(socket, options.getTcpCongestionControl());
  }

  private static Future<QueueConnection> closed(ChannelHandlerContext pipeline, String why) {
    ChannelFuture unused = pipeline.close();
    return Future.failedFuture(new NvmeException.NeverSent(why));
  }

  private ConnectOptions where() {
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
    return new ConnectOptions()
        .setHost(host)
        .setPort(port)
        .setTimeout(Math.clamp(leftMillis, 1, Integer.MAX_VALUE));
  }

  // On the connection's event loop.
  private Future<QueueConnection> initialize(QueueConnection connection) {
    context.execute(() -> remember(connection));
    connection.pair().granted(CONNECT_CAPSULE_BYTES, false);
    return connection.initialize().map(connection);
  }

  private void remember(QueueConnection connection) {
    opened.add(connection);
    if (connection.pair().qid() == 0) {
      waitingFor = "the ICResp";
    }
    if (abandoned) {
      connection.eventLoop().execute(() -> connection.cut(GIVEN_UP));
    }
  }

  /** Brings the controller up; fails with a sentence that names the step. */
  Future<ControllerFacts> bringUp(AdminQueue admin, ConnectParameters parameters) {
    BringUp machine = new BringUp(parameters);
    waitingFor = machine.step();
    boolean[] first = {true};
    return admin
        .drive(
            machine.start(),
            answer -> {
              if (answer.sqhd() == Fabrics.SQHD_FLOW_CONTROL_DISABLED && first[0]) {
                // That of Connect: SQHD is reserved from now on.
                admin
                    .connection()
                    .pair()
                    .granted(CONNECT_CAPSULE_BYTES, parameters.disableFlowControl());
              }
              first[0] = false;
              Action next = machine.completed(answer.status(), answer.result(), answer.data());
              waitingFor = machine.step();
              if (machine.ready()) {
                startHeartbeat(admin, parameters.katoMillis());
              }
              return next;
            },
            machine::resumed)
        .recover(
            cause ->
                Future.failedFuture(
                    new NvmeException.NeverSent(machine.step() + ": " + text(cause))))
        .compose(
            action ->
                switch (action) {
                  case Action.Done(ControllerFacts facts) -> Future.succeededFuture(facts);
                  case Action.Failed(String reason, boolean another) -> {
                    again = another;
                    yield Future.failedFuture(
                        new NvmeException.NeverSent("the controller refused: " + reason));
                  }
                  case Action.Command _, Action.Pause _, Action.ShutDown _, Action.Scanned _ ->
                      throw new IllegalStateException("no end of a bring-up: " + action);
                });
  }

  // The controller's timer runs from now on (Base specification 3.9), and many namespaces, or a
  // slow controller, take their time.
  private void startHeartbeat(AdminQueue admin, long katoMillis) {
    if (katoMillis == 0 || heartbeat != null) {
      return;
    }
    KeepAlive begun =
        new KeepAlive(TimeUnit.MILLISECONDS.toNanos(katoMillis), false, System.nanoTime());
    keepAlive = begun;
    // One that does not answer any more has the time limit of the attempt.
    heartbeat = new Heartbeat(admin, begun, Heartbeat.Traffic.NONE, () -> {});
  }

  private void stopHeartbeat() {
    Heartbeat beats = heartbeat;
    if (beats != null) {
      beats.stop();
    }
  }

  /** When the controller had a sign of life last; now, if it does not look for any. */
  long aliveNs() {
    KeepAlive known = keepAlive;
    return known == null ? System.nanoTime() : known.provenNs();
  }

  /** Names what is awaited now, for the sentence of a timeout. */
  void waitFor(String what) {
    waitingFor = what;
  }
}
