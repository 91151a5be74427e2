package io.nvmetcp.e2e.chaos;

import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.backend.FileBackend;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A target with a file behind a volatile cache, in a process of its own: {@code FILE UUID POLICY
 * SEED LIES}. Says its port in a line, and ends when its standard input does, and so also when the
 * process that started it was killed.
 */
final class VictimMain {
  private static final int LOOPS = 2;
  private static final long START_SECONDS = 60;

  private VictimMain() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    long seed = Long.parseLong(args[3]);
    boolean lies = Boolean.parseBoolean(args[4]);
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS).setPreferNativeTransport(true));
    NvmeTarget target =
        NvmeTarget.create(
            vertx,
            new TargetOptions()
                .setEventLoops(LOOPS)
                .setPolicy(args[2])
                .addSubsystem(
                    new SubsystemOptions(Victim.NQN)
                        .addNamespace(
                            NamespaceOptions.custom(
                                    1,
                                    "cache before " + file,
                                    bytes ->
                                        new VolatileCache(
                                            FileBackend.open(file, false, bytes), lies, seed))
                                .setUuid(UUID.fromString(args[1])))));
    target.start().await(START_SECONDS, TimeUnit.SECONDS);
    System.out.println("port " + target.port());
    awaitParent();
    System.exit(0);
  }

  private static void awaitParent() throws IOException {
    while (System.in.read() >= 0) {
      // Nobody writes; only the end matters.
    }
  }
}
