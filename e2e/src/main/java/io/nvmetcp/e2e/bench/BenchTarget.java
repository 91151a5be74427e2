package io.nvmetcp.e2e.bench;

import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;

/** A target on one event loop, and a second loop for hosts. */
final class BenchTarget implements AutoCloseable {
  static final String NQN = "nqn.2026-11.io.nvmetcp:bench";
  static final long NAMESPACE_BYTES = 256L << 20;

  private final Vertx serverVertx = vertx();
  private final Vertx clientVertx = vertx();
  private final NvmeTarget target =
      NvmeTarget.create(
          serverVertx,
          new TargetOptions()
              .setEventLoops(1)
              .addSubsystem(
                  new SubsystemOptions(NQN)
                      .addNamespace(NamespaceOptions.memory(1, NAMESPACE_BYTES))));

  BenchTarget() throws Exception {
    target.start().await(10, TimeUnit.SECONDS);
  }

  private static Vertx vertx() {
    Transport epoll = Transport.EPOLL;
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(1))
        .withTransport(epoll != null && epoll.available() ? epoll : Transport.NIO)
        .build();
  }

  NvmeTarget target() {
    return target;
  }

  Vertx serverVertx() {
    return serverVertx;
  }

  Vertx clientVertx() {
    return clientVertx;
  }

  SubsystemAddress address() {
    return new SubsystemAddress("127.0.0.1", target.port(), NQN);
  }

  @Override
  public void close() {
    target.close().await();
    Future.join(serverVertx.close(), clientVertx.close()).await();
  }
}
