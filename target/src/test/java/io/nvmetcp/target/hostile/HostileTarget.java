package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A target with a well-behaved host on it, to be attacked. */
final class HostileTarget implements AutoCloseable {
  static final String NQN = "nqn.2024-01.io.nvmetcp:hostile";

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final long BASE_SECONDS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final NvmeTarget target;
  private final Neighbour neighbour;
  private final int sockets;

  HostileTarget(TargetOptions options, NamespaceOptions... more) {
    SubsystemOptions subsystem =
        new SubsystemOptions(NQN).addNamespace(NamespaceOptions.memory(1, 1 << 24));
    for (NamespaceOptions namespace : more) {
      subsystem.addNamespace(namespace);
    }
    target = await(NvmeTarget.create(vertx, options.addSubsystem(subsystem)).start());
    neighbour = new Neighbour(target.port(), NQN, 4000);
    neighbour.works();
    sockets = openSockets();
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  int port() {
    return target.port();
  }

  TargetStatistics statistics() {
    return target.statistics();
  }

  Neighbour neighbour() {
    return neighbour;
  }

  /**
   * Waits until nothing is left of what an attack brought: connections, controllers, memory,
   * descriptors. The well-behaved host works meanwhile, and must not notice.
   */
  void backToBase() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BASE_SECONDS);
    neighbour.works();
    while (!atBase() && System.nanoTime() < deadline) {
      neighbour.works();
    }
    TargetStatistics now = target.statistics();
    assertThat(now.connectionsOpen()).as("connections").isEqualTo(2);
    assertThat(now.controllers()).as("controllers").isEqualTo(1);
    assertThat(now.transferBytes()).as("transfer memory").isZero();
    assertThat(now.leasesOutstanding()).as("leases").isZero();
    assertThat(openSockets()).as("sockets").isLessThanOrEqualTo(sockets);
  }

  private boolean atBase() {
    TargetStatistics now = target.statistics();
    return now.connectionsOpen() == 2
        && now.controllers() == 1
        && now.transferBytes() == 0
        && now.leasesOutstanding() == 0
        && openSockets() <= sockets;
  }

  /** Sockets of this process; 0 where that cannot be seen. */
  private static int openSockets() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path one : all) {
        if (isSocket(one)) {
          count++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return count;
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      // It was closed since it was listed.
      return false;
    }
  }

  @Override
  public void close() {
    neighbour.close();
    await(target.close());
    await(vertx.close());
  }
}
