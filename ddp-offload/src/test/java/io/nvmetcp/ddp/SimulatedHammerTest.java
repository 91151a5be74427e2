package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A simulated NIC on its worst day: everything at once, and often. */
final class SimulatedHammerTest {
  private static final FaultRates WORST = new FaultRates(8, 12, 12, 12, 3, 4, 3);
  private static final int PACKET_BYTES = 700;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 24);
  }

  private static SimulatedDevice device(RegionRegistry registry, long seed) {
    return new SimulatedDevice(
        registry, JdkCrc32c.INSTANCE, seed, NicOptions.of(WORST).withPacketBytes(PACKET_BYTES));
  }

  private static DeviceBench bench(long seed) {
    TeardownMode mode = seed % 3 == 0 ? TeardownMode.EAGER : TeardownMode.LAZY;
    return new DeviceBench(seed, seed % 2 == 0, mode, registry -> device(registry, seed));
  }

  private static Map<DdpCounter, Long> play(long seed) {
    try (DeviceBench bench = bench(seed)) {
      byte[] sent = new byte[0];
      for (int round = 0; round < 6; round++) {
        byte[] stream = new byte[0];
        for (int i = 0; i < DeviceBench.ENTRIES; i++) {
          int tag = round * DeviceBench.ENTRIES + i;
          byte[] data = bench.data(bench.random.nextInt(1, 20_000));
          bench.read(tag, i * 20_500, data.length);
          bench.expect(i * 20_500, data);
          stream =
              IscsiFraming.concat(
                  stream, bench.framing.dataIn(tag, 0, data), bench.framing.response(tag));
        }
        bench.send(stream);
        bench.settle();
        bench.assertMemory();
        sent = IscsiFraming.concat(sent, stream);
      }
      // Whatever the device missed: behind it nothing is lost, changed, doubled or out of order.
      assertThat(Arrays.equals(bench.upper.stream(), sent)).isTrue();
      assertThat(bench.upper.commands)
          .allMatch(command -> command.responded && !command.failed())
          .allMatch(c -> c.placedBytes + c.copiedBytes == c.buffer.lengthBytes())
          .allMatch(command -> command.mapped == command.tornDown);
      Map<DdpCounter, Long> counts = new EnumMap<>(DdpCounter.class);
      for (DdpCounter counter : DdpCounter.values()) {
        counts.put(counter, bench.count(counter));
      }
      return counts;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyByteArrivesAndTheSameSeedGivesTheSameDay(long seed) {
    assertThat(play(seed)).isEqualTo(play(seed));
  }

  @Test
  void everyKindOfFaultHappens() {
    Map<DdpCounter, Long> sum = new EnumMap<>(DdpCounter.class);
    seeds().forEach(seed -> play(seed).forEach((counter, n) -> sum.merge(counter, n, Long::sum)));
    assertThat(sum)
        .allSatisfy(
            (counter, count) -> {
              if (counter.id().startsWith("packets") || counter.id().startsWith("resync_")) {
                assertThat(count).as("%s", counter).isPositive();
              }
            });
    assertThat(sum.get(DdpCounter.SYNC_LOST)).isPositive();
    assertThat(sum.get(DdpCounter.TEARDOWN_LATE)).isPositive();
    assertThat(sum.get(DdpCounter.DDP_BYTES)).isPositive();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void hostileHeadersNeverWriteOutsideMappedRanges(long seed) {
    try (DeviceBench bench = bench(seed)) {
      boolean[] mayChange = new boolean[DeviceBench.REGION_BYTES];
      HostilePeer peer = new HostilePeer(bench, mayChange);
      for (int round = 0; round < 60; round++) {
        peer.round(bench.random);
      }
      bench.settle();
      byte[] now = bench.region.segment().toArray(ValueLayout.JAVA_BYTE);
      for (int i = 0; i < now.length; i++) {
        if (!mayChange[i] && now[i] != 0x5A) {
          throw new AssertionError("seed " + seed + ": byte " + i + " was written");
        }
      }
    }
  }

  @Test
  void lateTeardownsAreReportedInBatches() {
    FaultRates batches = new FaultRates(0, 0, 0, 0, 0, 0, 4);
    try (DeviceBench bench =
        new DeviceBench(
            1,
            false,
            TeardownMode.LAZY,
            registry ->
                new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 1, NicOptions.of(batches)))) {
      for (int tag = 0; tag < 3; tag++) {
        bench.read(tag, 0, 100);
        bench.upper.abort(tag);
        assertThat(bench.queue.poll()).isTrue();
        assertThat(bench.upper.teardowns).isEmpty();
      }
      assertThat(bench.queue.poll()).isFalse();
      assertThat(bench.upper.teardowns).containsExactly(0, 1, 2);
      assertThat(bench.count(DdpCounter.TEARDOWN_LATE)).isEqualTo(3);
    }
  }

  @Test
  void connectionsAreSteeredToTheReceiveQueuesByTurns() {
    RegionRegistry registry = new RegionRegistry();
    SimulatedDevice device =
        new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 1, NicOptions.of(FaultRates.NONE));
    IscsiFraming framing = new IscsiFraming(false);
    DdpQueue[] queues = new DdpQueue[2 * device.rxQueues()];
    for (int i = 0; i < queues.length; i++) {
      RecordingUpperLayer upper = new RecordingUpperLayer(false, device.voucher());
      queues[i] = device.addQueue(new QueueConfig(4, false, TeardownMode.LAZY), framing, upper);
      upper.queue(queues[i]);
      byte[] pdu = framing.dataIn(1, 0, new byte[4000]);
      queues[i].stream(MemorySegment.ofArray(pdu), 0, pdu.length);
    }
    int[] flows = new int[device.rxQueues()];
    for (int rx = 0; rx < flows.length; rx++) {
      flows[rx] = device.flows(rx);
      assertThat(device.packets(rx)).isEqualTo(6);
    }
    assertThat(flows).containsOnly(2);
    Arrays.stream(queues).forEach(DdpQueue::delete);
    for (int rx = 0; rx < flows.length; rx++) {
      assertThat(device.flows(rx)).isZero();
    }
    assertThat(device.queues()).isZero();
    assertThat(registry.liveRegions()).isZero();
  }
}
