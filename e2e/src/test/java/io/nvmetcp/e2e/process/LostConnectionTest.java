package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.e2e.proxy.TcpProxy;
import io.nvmetcp.e2e.proxy.Way;
import io.nvmetcp.e2e.proxy.Weather;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands whose connection is cut in the middle, with leave to connect again. */
@Timeout(120)
class LostConnectionTest {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:lost";
  private static final int BYTES = 4 << 20;
  private static final long SEED = 6;
  // Far from the end, whichever way.
  private static final long CUT_AFTER_BYTES = 300_000;

  @TempDir private Path dir;
  private final Vertx vertx = Vertx.vertx();
  private byte[] content;
  private Path disk;
  private NvmeTarget target;
  private TcpProxy proxy;

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void serve() throws Exception {
    content = new byte[BYTES];
    new SplittableRandom(SEED).nextBytes(content);
    disk = Files.write(dir.resolve("disk"), content);
    target =
        NvmeTarget.create(
            vertx,
            new TargetOptions()
                .addSubsystem(
                    new SubsystemOptions(NQN).addNamespace(NamespaceOptions.file(1, disk, false))));
    await(target.start());
    proxy = await(TcpProxy.start(vertx, target.port(), SEED));
    // Slow enough that the cut comes before the end.
    await(proxy.weather(Weather.FAIR.pieces(1, 50_000).delayed(1, 3)));
  }

  @AfterEach
  void stop() throws Exception {
    await(proxy.close());
    await(target.close());
    await(vertx.close());
  }

  private CommandProcess cutInTheMiddleOf(Way way, String command, String... more)
      throws Exception {
    List<String> args = new ArrayList<>(List.of(command, "-a", "127.0.0.1", "-n", NQN));
    args.addAll(List.of("-s", String.valueOf(proxy.port()), "--chunk", "64k"));
    args.addAll(List.of("--ctrl-loss-tmo", "60", "--reconnect-delay", "1"));
    args.addAll(List.of(more));
    CommandProcess process = CommandProcess.start(args.toArray(String[]::new));
    await(proxy.whenOpened(2));
    await(proxy.cutAfter(await(proxy.live()).getLast(), way, CUT_AFTER_BYTES));
    return process;
  }

  @Test
  void aReadGoesOnAndEveryByteIsRight() throws Exception {
    Path copy = dir.resolve("copy");
    try (CommandProcess read = cutInTheMiddleOf(Way.TO_CLIENT, "read", "-d", copy.toString())) {
      assertThat(read.awaitExit()).as("%s", read.errors()).isZero();
    }
    assertThat(await(proxy.opened())).as("connections, with the new ones").isGreaterThan(2);
    assertThat(Files.mismatch(copy, disk)).isEqualTo(-1);
  }

  @Test
  void aWriteSaysThatNobodyKnowsWhatWasWritten() throws Exception {
    Path source = Files.write(dir.resolve("source"), content);
    try (CommandProcess write = cutInTheMiddleOf(Way.TO_SERVER, "write", "-d", source.toString())) {
      assertThat(write.awaitExit()).as("%s", write.errors()).isEqualTo(6);
      assertThat(write.errors()).singleElement().asString().startsWith("nvmetcp: ");
    }
  }
}
