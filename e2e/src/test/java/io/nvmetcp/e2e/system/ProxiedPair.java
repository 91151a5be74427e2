package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.e2e.proxy.TcpProxy;
import io.nvmetcp.e2e.proxy.Weather;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * An initiator, a proxy that makes the network bad, and a target that can be killed and started
 * anew with the same storage, a file.
 */
final class ProxiedPair {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:proxied";
  private static final UUID IDENTITY = new UUID(0x1122_3344_5566_7788L, 0x8899_AABB_CCDD_EEFFL);

  private final Transports transport;
  private final Vertx hostVertx;
  private final Vertx proxyVertx = Transports.loadable().getFirst().vertx(1);
  private final Path file;
  private final UnaryOperator<TargetOptions> configured;
  private Vertx targetVertx;
  private NvmeTarget target;
  private final TcpProxy proxy;
  private final NvmeInitiator initiator;
  private final Controller controller;

  /**
   * Connects in fair weather.
   *
   * @param file storage, of the right size
   * @param seed of the network
   */
  ProxiedPair(
      Path file, long seed, UnaryOperator<TargetOptions> configured, InitiatorOptions options)
      throws Exception {
    this(file, seed, configured, options, Transports.loadable().getFirst(), Weather.FAIR);
  }

  /**
   * Connects.
   *
   * @param file storage, of the right size
   * @param seed of the network
   * @param transport of both ends
   * @param weather in which they connect, and which stays
   */
  ProxiedPair(
      Path file,
      long seed,
      UnaryOperator<TargetOptions> configured,
      InitiatorOptions options,
      Transports transport,
      Weather weather)
      throws Exception {
    this.file = file;
    this.configured = configured;
    this.transport = transport;
    hostVertx = transport.vertx(2);
    startTarget();
    proxy = await(TcpProxy.start(proxyVertx, target.port(), seed));
    await(proxy.weather(weather));
    initiator = NvmeInitiator.create(hostVertx, options);
    controller = await(initiator.connect(new SubsystemAddress("127.0.0.1", proxy.port(), NQN)));
  }

  private void startTarget() throws Exception {
    targetVertx = transport.vertx(2);
    target =
        NvmeTarget.create(
            targetVertx,
            configured
                .apply(new TargetOptions())
                .addSubsystem(
                    new SubsystemOptions(NQN)
                        .addNamespace(
                            NamespaceOptions.file(1, file, false)
                                .setBlockBytes(512)
                                .setUuid(IDENTITY))));
    await(target.start());
  }

  /** Ends the target in the middle of everything, and starts another one on the same file. */
  void restartTarget() throws Exception {
    await(target.close());
    await(targetVertx.close());
    startTarget();
    await(proxy.server(target.port()));
  }

  NvmeTarget target() {
    return target;
  }

  TcpProxy proxy() {
    return proxy;
  }

  NvmeInitiator initiator() {
    return initiator;
  }

  Controller controller() {
    return controller;
  }

  /** Waits for the controller to have been connected again so often. */
  void awaitReconnects(long count) throws Exception {
    long deadlineNs = System.nanoTime() + 60_000_000_000L;
    while (await(controller.statistics()).reconnects() < count) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("not connected again within 60 s: " + controller.state());
      }
    }
  }

  /** Ends everything, and looks whether anything is left or was counted wrong. */
  void close() throws Exception {
    // One that does nothing counts nothing.
    boolean counts = !controller.info().device().equals("none");
    long queues = counts ? controller.contexts().size() : 0;
    await(controller.close());
    InitiatorStatistics statistics = await(controller.statistics());
    assertThat(statistics.outstanding()).isZero();
    assertThat(statistics.liveMappings()).isZero();
    assertThat(statistics.balanced())
        .as(
            "placed %d + copied %d + not delivered %d = delivered %d; setups %d = teardowns %d",
            statistics.offload(DdpCounter.DDP_BYTES),
            statistics.offload(DdpCounter.COPIED_BYTES),
            statistics.offload(DdpCounter.NOT_DELIVERED_BYTES),
            statistics.offload(DdpCounter.DELIVERED_BYTES),
            statistics.offload(DdpCounter.SETUP),
            statistics.offload(DdpCounter.TEARDOWN))
        .isTrue();
    long added = queues * (statistics.reconnects() + 1);
    assertThat(statistics.offload(DdpCounter.QUEUE_ADD))
        .as("queues on the device")
        .isEqualTo(added);
    assertThat(statistics.offload(DdpCounter.QUEUE_DEL)).isEqualTo(added);
    assertThat(statistics.submitted()).isEqualTo(statistics.completed() + statistics.lost());
    assertThat(initiator.regions().liveRegions()).isZero();
    await(proxy.close());
    await(target.close());
    assertThat(target.statistics().connectionsOpen()).isZero();
    assertThat(target.statistics().leasesOutstanding()).isZero();
    await(Future.join(targetVertx.close(), hostVertx.close(), proxyVertx.close()));
  }
}
