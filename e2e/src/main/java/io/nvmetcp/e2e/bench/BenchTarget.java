package io.nvmetcp.e2e.bench;

import io.netty.channel.SingleThreadEventLoop;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A target on event loops of its own, and as many other loops for hosts. */
final class BenchTarget implements AutoCloseable {
  static final String NQN = "nqn.2026-11.io.nvmetcp:bench";

  /** Bytes of the namespace: more than caches hold. */
  static final long NAMESPACE_BYTES = 256L << 20;

  private static final int FILL_BYTES = 1 << 20;
  private static final int POLL_MICROS = 1000;
  private final VertxInternal serverVertx;
  private final VertxInternal clientVertx;
  private final NvmeTarget target;
  private final boolean placeable;
  private final boolean pinned;

  /** Starts it with one event loop a side that no CPU is kept for, and nothing written. */
  BenchTarget() throws Exception {
    this(1, NamespaceOptions.memory(1, NAMESPACE_BYTES), false, false, 0);
  }

  private BenchTarget(
      int loops, NamespaceOptions namespace, boolean pin, boolean fill, int pollMicros)
      throws Exception {
    serverVertx = vertx(loops);
    clientVertx = vertx(loops);
    target =
        NvmeTarget.create(
            serverVertx,
            new TargetOptions()
                .setEventLoops(loops)
                .setConnections(
                    new ConnectionOptions()
                        .setPollMicros(pollMicros)
                        .setTcpCongestionControl(Congestion.chosen()))
                .addSubsystem(new SubsystemOptions(NQN).addNamespace(namespace)));
    target.start().await(10, TimeUnit.SECONDS);
    if (fill) {
      fill();
    }
    placeable = pin && !System.getProperty("pin", "true").equals("false") && CpuPin.available();
    pinned = placeable && loops == 1 && pin(clientVertx, true) && pin(serverVertx, false);
  }

  /**
   * Starts one whose figures can be compared: the whole namespace is written, and with one event
   * loop a side each is kept on a CPU of its own, see {@link CpuPin}, with more where {@link
   * #placements()} say; unless system property {@code pin} is {@code false}, for a machine that has
   * other things to do: there a loop that may not move away waits for its turn.
   *
   * @param loops event loops a side
   * @param namespaceBytes size of the namespace
   */
  static BenchTarget steady(int loops, long namespaceBytes) throws Exception {
    return new BenchTarget(loops, NamespaceOptions.memory(1, namespaceBytes), true, true, 0);
  }

  /** Starts one as {@link #steady} does, whose event loop does not sleep between commands. */
  static BenchTarget polling(long namespaceBytes) throws Exception {
    return new BenchTarget(1, NamespaceOptions.memory(1, namespaceBytes), true, true, POLL_MICROS);
  }

  /** Starts one as {@link #steady} does, with one event loop a side and nothing behind it. */
  static BenchTarget empty() throws Exception {
    return new BenchTarget(1, NamespaceOptions.nullDevice(1, NAMESPACE_BYTES), true, false, 0);
  }

  // Unwritten pages would all be one page, which the cache holds.
  private void fill() throws Exception {
    InitiatorOptions options = new InitiatorOptions().setIoQueues(1);
    try (BenchHost host = new BenchHost(clientVertx, address(), options, 1, FILL_BYTES, false)) {
      host.fill();
    }
  }

  private static boolean pin(VertxInternal vertx, boolean first) throws Exception {
    return vertx.nettyEventLoopGroup().submit(() -> CpuPin.pin(first)).get(10, TimeUnit.SECONDS);
  }

  private static VertxInternal vertx(int loops) {
    Transport epoll = Transport.EPOLL;
    return (VertxInternal)
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(loops))
            .withTransport(epoll != null && epoll.available() ? epoll : Transport.NIO)
            .build();
  }

  NvmeTarget target() {
    return target;
  }

  VertxInternal serverVertx() {
    return serverVertx;
  }

  VertxInternal clientVertx() {
    return clientVertx;
  }

  /** Where event loops are to be kept, one after the other, while contenders are compared. */
  List<Placement> placements() {
    boolean one = pinned || !placeable;
    return one ? List.of(Placement.FREE) : List.of(Placement.APART, Placement.TOGETHER);
  }

  SubsystemAddress address() {
    return new SubsystemAddress("127.0.0.1", target.port(), NQN);
  }

  /** Keeps the target's event loop, the first if it has several, from going to sleep. */
  WakefulLoop keepServerAwake() {
    return awake(serverVertx);
  }

  /** Keeps the hosts' event loop, the first if they have several, from going to sleep. */
  WakefulLoop keepClientAwake() {
    return awake(clientVertx);
  }

  private static WakefulLoop awake(VertxInternal vertx) {
    return new WakefulLoop((SingleThreadEventLoop) vertx.nettyEventLoopGroup().next());
  }

  /** What the figures were measured on, with {@code rows} under it. */
  JsonObject report(JsonArray rows) {
    return new JsonObject()
        .put("cpus", Runtime.getRuntime().availableProcessors())
        .put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"))
        .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
        .put("congestionControl", Congestion.inUse())
        .put("transport", clientVertx.transport().getClass().getSimpleName())
        .put("loopsPinned", placeable)
        .put("rows", rows);
  }

  @Override
  public void close() {
    target.close().await();
    Future.join(serverVertx.close(), clientVertx.close()).await();
  }
}
