package io.nvmetcp.e2e.sim;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.e2e.sim.host.HostOptions;
import io.nvmetcp.e2e.sim.host.Load;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.initiator.health.ReconnectPolicy;
import java.util.function.Function;

/** Draws what a host is like, and what its application does. */
final class HostDrawing {
  private static final long MILLI = 1_000_000;
  private static final int COPY_STEP_BYTES = 64 << 10;
  private static final int LATENCY_GUESS_NS = 150_000;

  // Kinds of devices, of five; the rest are simulated ones too.
  private static final int SOCKET = 1;
  private static final int SIMULATED = 2;

  private HostDrawing() {}

  static HostOptions options(Scenario scenario, int host) {
    Dice dice = scenario.dice("options of host " + host);
    boolean digests = scenario.has(Trouble.FLIPS);
    boolean headerDigest = digests || dice.oneIn(2);
    boolean dataDigest = digests || dice.oneIn(2);
    int queues = Settings.limit(dice.between(1, 3), scenario.settings().queues());
    int entries = 1 << dice.between(2, 6);
    int hpda = dice.oneIn(3) ? dice.between(1, 31) : 0;
    long maxR2t = dice.oneIn(2) ? 0 : dice.between(1, 15);
    boolean flowOff = !dice.oneIn(3);
    long kato = dice.oneIn(4) ? 0 : dice.between(2, 20) * 100L;
    long commandTimeoutNs = dice.spread(20, 500) * MILLI;
    boolean limited = scenario.has(Trouble.TIMEOUTS) && !dice.oneIn(4);
    long abortTimeoutNs = dice.spread(10, 500) * MILLI;
    TeardownMode teardown = dice.pick(TeardownMode.values());
    boolean posts = dice.oneIn(2);
    Function<RegionRegistry, DdpDevice> device = device(scenario, host, dice, dice.any());
    ReconnectPolicy reconnect = reconnect(dice);
    long firstDelayNs = dice.spread(1, 50) * MILLI;
    return new HostOptions(
        queues,
        entries,
        headerDigest,
        dataDigest,
        hpda,
        maxR2t,
        flowOff,
        // Without a keep-alive a controller that is gone without a word is never missed.
        kato == 0 && silent(scenario) ? 500 : kato,
        limited ? commandTimeoutNs : 0,
        limited ? 2 * commandTimeoutNs + 100 * MILLI : 0,
        abortTimeoutNs,
        dice.between(300, 3000) * MILLI,
        dice.oneIn(4) ? dice.between(0, 8) : dice.between(8, 256),
        scenario.dice("copy memory of host " + host).spread(1, 16) * COPY_STEP_BYTES,
        teardown,
        posts || lends(scenario, host),
        device,
        reconnect,
        firstDelayNs,
        firstDelayNs * dice.between(1, 16),
        dice.oneIn(2),
        dice.oneIn(2),
        dice.oneIn(4),
        dice.between(200, 400) * MILLI,
        dice.oneIn(3) ? dice.between(1, 3) : 0,
        scenario.busyLoopNs("host " + host, dice.oneIn(2) ? 0 : dice.spread(100, 20_000)));
  }

  // What leaves one side alone with a connection that the other does not have any more.
  private static boolean silent(Scenario scenario) {
    return scenario.hasAny(
        Trouble.PARTITIONS,
        Trouble.POWER_CUTS,
        Trouble.KILLS,
        Trouble.CLOSES,
        Trouble.HOSTILE_TARGET,
        Trouble.TIMEOUTS);
  }

  private static ReconnectPolicy reconnect(Dice dice) {
    long loss =
        switch (dice.below(6)) {
          case 0 -> 0;
          case 1 -> dice.between(100, 3000) * MILLI;
          default -> ReconnectPolicy.NEVER;
        };
    long failFast = dice.oneIn(3) ? dice.between(10, 1000) * MILLI : ReconnectPolicy.NEVER;
    return new ReconnectPolicy(
        loss, failFast, dice.between(1, 1000) * MILLI, dice.between(100, 2000) * MILLI);
  }

  private static Function<RegionRegistry, DdpDevice> device(
      Scenario scenario, int host, Dice dice, long seed) {
    int drawn = dice.below(5);
    boolean socket = scenario.bulk() && drawn > SIMULATED || lends(scenario, host);
    int kind = socket ? SOCKET : drawn;
    int threshold = dice.oneIn(2) ? 1 : dice.between(1, 8192);
    boolean faults = scenario.has(Trouble.DEVICE);
    int packetBytes = dice.oneIn(3) ? dice.between(32, 512) : 1448;
    FaultRates rates =
        faults
            ? new FaultRates(
                rate(dice),
                rate(dice),
                rate(dice),
                rate(dice),
                dice.below(4),
                dice.below(6),
                dice.between(1, 4))
            : FaultRates.NONE;
    DeviceLimits limits =
        new DeviceLimits(
            faults && dice.oneIn(4) ? dice.between(0, 2) : Integer.MAX_VALUE,
            faults && dice.oneIn(2) ? dice.between(1, 3) : 16,
            faults && dice.oneIn(4) ? dice.between(1, 8) * 4096L : 1 << 20,
            threshold,
            faults && dice.oneIn(2) ? dice.between(1, 8) : Integer.MAX_VALUE,
            !faults || !dice.oneIn(8));
    NicOptions nic = losing(scenario, host, new NicOptions(limits, 2, packetBytes, rates));
    return switch (kind) {
      case 0 -> NoneDevice::new;
      case SOCKET ->
          registry ->
              new SocketDevice(
                  registry,
                  JdkCrc32c.INSTANCE,
                  new DeviceLimits(limits.maxQueues(), 64, limits.maxIoBytes(), threshold));
      default -> registry -> new SimulatedDevice(registry, JdkCrc32c.INSTANCE, seed, nic);
    };
  }

  // Where somebody lies in wait, more hosts than elsewhere leave parts of buffers with a socket.
  private static boolean lends(Scenario scenario, int host) {
    return scenario.has(Trouble.AMBUSHES) && scenario.dice("lending of host " + host).oneIn(4);
  }

  // Where somebody lies in wait, some devices lose so much, in such small packets, that they lose
  // their place, and find it again, anywhere in a PDU.
  private static NicOptions losing(Scenario scenario, int host, NicOptions drawn) {
    Dice dice = scenario.dice("losses of host " + host);
    if (!scenario.has(Trouble.AMBUSHES) || !scenario.has(Trouble.DEVICE) || !dice.oneIn(3)) {
      return drawn;
    }
    FaultRates rates = drawn.rates();
    return new NicOptions(
        drawn.limits(),
        drawn.rxQueues(),
        dice.between(16, 64),
        new FaultRates(
            rates.crcOffOneIn(),
            dice.between(4, 40),
            dice.between(4, 40),
            rates.duplicatedOneIn(),
            dice.between(0, 6),
            rates.maxTeardownDelayPolls(),
            rates.teardownBatchPolls()));
  }

  private static int rate(Dice dice) {
    return dice.oneIn(3) ? 0 : (int) dice.spread(20, 2000);
  }

  // Two hosts of three have registered memory only.
  private static int plain(Scenario scenario, int host) {
    Dice dice = scenario.dice("plain buffers of host " + host);
    return dice.oneIn(3) ? dice.between(1, 4) : 0;
  }

  static Load load(Scenario scenario, int host) {
    Dice dice = scenario.dice("load of host " + host);
    int operations = Math.max(1, scenario.operations() / scenario.hosts());
    int depth = (int) dice.spread(1, 32);
    depth = Settings.limit(depth, scenario.settings().depth());
    int mostBlocks = (int) (dice.oneIn(4) ? dice.spread(8, 64) : dice.spread(1, 4));
    if (scenario.bulk()) {
      mostBlocks = scenario.dice("bulk of host " + host).between(16, 64);
    }
    int reads = dice.between(1, 10);
    int writes = dice.between(1, 10);
    int others = dice.oneIn(3) ? 0 : dice.between(1, 5);
    int forced =
        scenario.has(Trouble.POWER_CUTS)
            ? dice.between(2, 8)
            : dice.oneIn(2) ? 0 : dice.between(2, 20);
    int hot = dice.oneIn(2) ? 0 : dice.between(1, 16);
    int thinkOneIn = dice.oneIn(2) ? 1 : dice.between(2, 50);
    int pieces = dice.oneIn(2) ? 0 : dice.between(1, 8);
    int aborts = scenario.has(Trouble.ABORTS) ? dice.between(5, 100) : 0;
    boolean fast = scenario.durationNs() == 0;
    long thinkNs =
        Math.min(
            2 * scenario.durationNs() * depth / operations * thinkOneIn, scenario.durationNs());
    return new Load(
        operations,
        depth,
        mostBlocks,
        mostBlocks * 4096,
        reads,
        writes,
        others,
        forced,
        hot,
        Math.max(1, thinkNs),
        fast || thinkNs < LATENCY_GUESS_NS ? 0 : thinkOneIn,
        pieces,
        plain(scenario, host),
        aborts);
  }
}
