package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.e2e.proxy.TcpProxy;
import io.nvmetcp.e2e.proxy.Way;
import io.nvmetcp.e2e.proxy.Weather;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.TargetOptions;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our initiator against our target, configured by a seed, through a network that does what the seed
 * says: every command ends once, every byte is right, nothing is left. {@code -Dweather.seed=N}
 * draws the same again, {@code -Dweather.seeds=N} so many others, {@code -Dweather.rounds=N} makes
 * each longer.
 */
@Timeout(600)
class AnyWeatherTest {
  private static final long SIZE = 256 << 20;
  private static final int SEEDS = Integer.getInteger("weather.seeds", 2);
  private static final int ROUNDS = Integer.getInteger("weather.rounds", 5);

  @TempDir private Path folder;

  static LongStream seeds() {
    Long chosen = Long.getLong("weather.seed");
    return chosen == null
        ? new SplittableRandom().longs(SEEDS)
        : LongStream.iterate(chosen, seed -> seed).limit(SEEDS);
  }

  /** What a seed draws. */
  private static final class Draw {
    private final SplittableRandom random;

    Draw(long seed) {
      random = new SplittableRandom(seed);
    }

    <T> T of(List<T> choice) {
      return choice.get(random.nextInt(choice.size()));
    }

    boolean coin() {
      return random.nextBoolean();
    }

    int number(int least, int most) {
      return random.nextInt(least, most + 1);
    }

    Weather weather() {
      return of(
          List.of(
              Weather.FAIR,
              Weather.FAIR.pieces(1, 500),
              Weather.FAIR.pieces(1, 20_000),
              Weather.FAIR.pieces(1000, 9000).delayed(0, 3)));
    }

    InitiatorOptions host(boolean replayWrites) {
      boolean headerDigest = coin();
      return new InitiatorOptions()
          .setIoQueues(number(1, 3))
          .setQueueEntries(of(List.of(4, 8, 128)))
          .setHeaderDigest(headerDigest)
          .setDataDigest(coin())
          .setDisableFlowControl(coin())
          .setHostDataAlignment(of(List.of(0, 0, 7, 31)))
          .setMaxR2t(of(List.of(0, 0, 3)))
          .setDevice(
              DeviceSpec.parse(of(List.of("none", "socket:512", "socket:4096", "simulated:3"))))
          .setTeardownMode(of(List.of(TeardownMode.values())))
          .setPolling(number(0, 3) == 0)
          .setRetries(number(0, 2))
          .setKeepAliveMillis(1_000)
          .setConnectTimeoutMillis(30_000)
          .setCommandTimeoutMillis(2_000)
          .setAbortTimeoutMillis(1_000)
          .setReconnect(
              new ReconnectOptions()
                  .setFirstDelayMillis(5)
                  .setMaxDelayMillis(50)
                  .setReplayWrites(replayWrites)
                  .setQuiesceMarginMillis(200));
    }

    TargetOptions target(TargetOptions options) {
      return options
          .setMaxTransferBytes(of(List.of(8_192, 1 << 20)))
          .setPolicy(of(List.of("in-order", "shuffle:8:1", "interleave:8:1024")))
          .setMaxH2cDataBytes(of(List.of(4096, 8192, 65536)))
          .setConnections(
              new ConnectionOptions()
                  .setCpda(of(List.of(0, 0, 7)))
                  .setMaxR2tBytes(of(List.of(4096, 8192)))
                  .setMaxR2ts(4));
    }
  }

  private Path file() throws Exception {
    Path file = Files.createFile(folder.resolve("disk"));
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(SIZE);
    }
    return file;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyCommandEndsOnceAndEveryByteIsRight(long seed) throws Exception {
    Draw draw = new Draw(seed);
    boolean replayWrites = draw.coin();
    InitiatorOptions options = draw.host(replayWrites);
    ProxiedPair pair =
        new ProxiedPair(
            file(),
            seed,
            // Of its own seed: a target that is started anew is the same again.
            target -> new Draw(seed + 1).target(target),
            options,
            draw.of(Transports.loadable()),
            draw.weather());
    VerifiedLoad load = new VerifiedLoad(pair.initiator(), pair.controller(), 1).mixed();
    load.start();
    for (int round = 0; round < ROUNDS; round++) {
      load.more(60);
      storm(draw, pair);
      load.more(60);
    }
    await(pair.proxy().weather(Weather.FAIR));
    assertThat(load.stop()).isEmpty();
    Set<String> allowed = new TreeSet<>(Set.of("read", "written"));
    // On a busy machine a command may take longer than it is given.
    String aborted = Status.nameIo(Status.ABORT_REQUESTED);
    allowed.addAll(Set.of("read " + aborted, "write " + aborted));
    if (!replayWrites) {
      allowed.add("write OutcomeUnknown");
    }
    assertThat(load.outcomes().keySet()).isSubsetOf(allowed).contains("read", "written");
    load.close();
    pair.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void closesInTheMiddleOfAStormAndEveryCommandEndsOnce(long seed) throws Exception {
    Draw draw = new Draw(seed);
    ProxiedPair pair =
        new ProxiedPair(
            file(),
            seed,
            target -> new Draw(seed + 1).target(target),
            // The bound of a shutdown that is not answered.
            draw.host(draw.coin()).setConnectTimeoutMillis(10_000),
            draw.of(Transports.loadable()),
            Weather.FAIR);
    VerifiedLoad load = new VerifiedLoad(pair.initiator(), pair.controller(), 1).mixed();
    load.start();
    load.more(60);
    storm(draw, pair);
    // Before anybody noticed, or while it is connected to again.
    if (draw.coin()) {
      load.more(draw.number(1, 30));
    }
    await(pair.controller().close());
    assertThat(pair.controller().state()).isEqualTo(ControllerState.ENDED);
    assertThat(load.stopHere()).isEmpty();
    load.close();
    pair.close();
  }

  private static void storm(Draw draw, ProxiedPair pair) throws Exception {
    TcpProxy proxy = pair.proxy();
    List<Integer> live = await(proxy.live());
    int victim = live.isEmpty() ? 0 : draw.of(live);
    Way way = draw.of(List.of(Way.values()));
    switch (draw.number(0, 10)) {
      case 0 -> await(proxy.cutAll());
      case 1 -> await(proxy.resetAll());
      case 2 -> await(proxy.cut(victim));
      case 3, 4 -> await(proxy.cutAfter(victim, way, draw.number(1, 200_000)));
      case 5 -> await(proxy.weather(way, draw.weather()));
      // Noticed by keep-alive, or by the time limit of a command.
      case 6 -> await(proxy.stall(victim, way, true));
      case 7 -> {
        await(proxy.refuse(true));
        await(proxy.cutAll());
        awaitLoss(pair);
        await(proxy.refuse(false));
      }
      case 8 -> pair.restartTarget();
      // Again, in the middle of connecting.
      case 9, 10 -> {
        int opened = await(proxy.opened());
        await(proxy.cutAll());
        await(proxy.whenOpened(opened + draw.number(1, 2)));
        List<Integer> now = await(proxy.live());
        if (!now.isEmpty()) {
          await(proxy.cutAfter(now.getLast(), way, draw.number(1, 2_000)));
        }
      }
      default -> throw new IllegalStateException();
    }
  }

  private static void awaitLoss(ProxiedPair pair) {
    while (pair.controller().state() == ControllerState.LIVE) {
      Thread.onSpinWait();
    }
  }
}
