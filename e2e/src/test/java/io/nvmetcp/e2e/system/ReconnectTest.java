package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.e2e.proxy.Way;
import io.nvmetcp.e2e.proxy.Weather;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.ReconnectOptions;
import io.vertx.core.Future;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our initiator against our target through a network that delays, stalls, cuts and re-segments:
 * every I/O has one outcome, every byte is right, nothing is left.
 */
@Timeout(180)
class ReconnectTest {
  private static final long SIZE = 64 << 20;

  @TempDir private Path folder;

  private final long seed = new SplittableRandom().nextLong();
  private Path file;
  private ProxiedPair pair;
  private VerifiedLoad load;

  @BeforeEach
  void makeFile() throws Exception {
    file = Files.createFile(folder.resolve("disk"));
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(SIZE);
    }
  }

  private static InitiatorOptions options() {
    return new InitiatorOptions()
        .setHeaderDigest(true)
        .setDataDigest(true)
        .setDevice(DeviceSpec.parse("socket:4096"))
        .setConnectTimeoutMillis(30_000)
        .setReconnect(new ReconnectOptions().setFirstDelayMillis(5).setMaxDelayMillis(50));
  }

  private void begin(InitiatorOptions options) throws Exception {
    pair =
        new ProxiedPair(
            file,
            seed,
            target -> target.setPolicy("shuffle:8:1").setMaxH2cDataBytes(8192),
            options);
    load = new VerifiedLoad(pair.initiator(), pair.controller(), 1);
    load.start();
  }

  private ControllerState state() {
    return pair.controller().state();
  }

  private Map<String, Integer> end() throws Exception {
    await(pair.proxy().weather(Weather.FAIR));
    assertThat(load.stop()).as("seed %d", seed).isEmpty();
    assertThat(load.outcomes().keySet())
        .as("seed %d: reads and what was never sent go on", seed)
        .isSubsetOf("read", "written", "write OutcomeUnknown");
    return load.outcomes();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    load.close();
    pair.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "socket:4096", "simulated:3"})
  void everyByteIsRightWhileAllConnectionsAreCutAgainAndAgain(String device) throws Exception {
    begin(options().setDevice(DeviceSpec.parse(device)));
    await(pair.proxy().weather(Weather.FAIR.pieces(1, 20_000)));
    for (int round = 1; round <= 4; round++) {
      load.more(100);
      await(round % 2 == 0 ? pair.proxy().resetAll() : pair.proxy().cutAll());
      pair.awaitReconnects(round);
    }
    load.more(100);
    assertThat(end().get("read")).isPositive();
  }

  @Test
  void everyByteIsRightWhileSingleConnectionsAreCutInTheMiddleOfAPdu() throws Exception {
    begin(options());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 1; round <= 5; round++) {
      load.more(100);
      List<Integer> live = await(pair.proxy().live());
      // That of the admin queue, in its turn, has little traffic.
      int number = live.get(1 + random.nextInt(live.size() - 1));
      Way way = Way.values()[random.nextInt(2)];
      await(pair.proxy().cutAfter(number, way, random.nextLong(1, 300_000)));
      pair.awaitReconnects(round);
    }
    assertThat(end()).containsKey("read");
  }

  @Test
  void aSilentNetworkIsNoticedByKeepAlive() throws Exception {
    begin(options().setKeepAliveMillis(1_000).setCommandTimeoutMillis(0));
    load.more(100);
    await(pair.proxy().stall(true));
    while (state() == ControllerState.LIVE) {
      Thread.onSpinWait();
    }
    // What was held back arrives late, on connections that nobody wants any more.
    await(pair.proxy().stall(false));
    pair.awaitReconnects(1);
    load.more(100);
    assertThat(end()).containsKey("read");
  }

  @Test
  void aSilentQueueIsNoticedByTheTimeLimitOfItsCommands() throws Exception {
    begin(
        options()
            .setKeepAliveMillis(60_000)
            .setCommandTimeoutMillis(1_000)
            .setAbortTimeoutMillis(500));
    load.more(100);
    List<Integer> live = await(pair.proxy().live());
    await(pair.proxy().stall(live.getLast(), Way.TO_CLIENT, true));
    pair.awaitReconnects(1);
    load.more(100);
    assertThat(end()).containsKey("read");
  }

  @Test
  void theTargetIsKilledAndStartedAnewUnderLoad() throws Exception {
    begin(options());
    for (int round = 1; round <= 2; round++) {
      load.more(100);
      pair.restartTarget();
      pair.awaitReconnects(round);
      assertThat(state()).isEqualTo(ControllerState.LIVE);
    }
    load.more(100);
    assertThat(end()).containsKey("written");
  }

  @Test
  void withReplayEveryWriteSucceedsAndNoneIsAppliedLate() throws Exception {
    begin(
        options()
            .setKeepAliveMillis(500)
            .setReconnect(
                new ReconnectOptions()
                    .setFirstDelayMillis(5)
                    .setMaxDelayMillis(50)
                    .setReplayWrites(true)
                    .setQuiesceMarginMillis(200)));
    await(pair.proxy().weather(Weather.FAIR.pieces(1, 20_000).delayed(0, 5)));
    for (int round = 1; round <= 2; round++) {
      load.more(100);
      await(pair.proxy().cutAll());
      pair.awaitReconnects(round);
      load.more(100);
    }
    assertThat(end()).containsOnlyKeys("read", "written");
  }

  @Test
  void slowAndTornStreamsChangeNothing() throws Exception {
    begin(options().setDevice(DeviceSpec.parse("simulated:5")));
    await(pair.proxy().weather(Weather.FAIR.pieces(1, 1_000).delayed(0, 2)));
    load.more(200);
    Map<String, Integer> outcomes = end();
    assertThat(outcomes).containsOnlyKeys("read", "written");
    assertThat(await(pair.controller().statistics()).reconnects()).isZero();
  }

  @Test
  void closesWhileTheNetworkIsDown() throws Exception {
    begin(options());
    load.more(100);
    await(pair.proxy().refuse(true));
    await(pair.proxy().cutAll());
    while (state() == ControllerState.LIVE) {
      Thread.onSpinWait();
    }
    Future<Void> closed = pair.controller().close();
    await(closed);
    assertThat(state()).isEqualTo(ControllerState.ENDED);
    await(pair.proxy().refuse(false));
    // Every I/O has ended; those that come now are refused, and the workers go on until told.
    assertThat(load.outcomes()).containsKey("read");
    assertThat(load.stopHere()).isEmpty();
  }
}
