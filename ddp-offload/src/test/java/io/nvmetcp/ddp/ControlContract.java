package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control path of a device that places: limits, queues, segments, down and up. */
abstract class ControlContract {
  private static final int LENGTH = 20_000;

  protected abstract DdpDevice device(RegionRegistry registry, DeviceLimits limits);

  private DeviceBench bench(DeviceLimits limits, TeardownMode mode) {
    return new DeviceBench(5, true, mode, registry -> device(registry, limits));
  }

  private static DeviceLimits limits(int queues, int segments, int tags, boolean fullRange) {
    return new DeviceLimits(queues, segments, 60_000, 4096, tags, fullRange);
  }

  @Test
  void limitsAreKnownBeforeAnyQueueAndBoundAnIo() {
    DeviceLimits limits = limits(2, 3, 4, true);
    DdpDevice device = device(new RegionRegistry(), limits);
    assertThat(device.limits()).isEqualTo(limits);
    assertThat(limits.bound(1 << 20)).isEqualTo(60_000);
    assertThat(limits.bound(4096)).isEqualTo(4096);
    assertThat(new DeviceLimits(0, 0, 0, 0).bound(1 << 20)).isEqualTo(1 << 20);
  }

  @Test
  void aQueueTooManyIsRefusedAndCountedAndWorksWithoutOffload() {
    try (DeviceBench bench = bench(limits(1, 1, 8, true), TeardownMode.LAZY)) {
      QueueConfig config = new QueueConfig(4, true, TeardownMode.LAZY);
      DdpQueue second = bench.device.addQueue(config, bench.framing, bench.upper);
      assertThat(second.offloaded()).isFalse();
      assertThat(second.counters().get(DdpCounter.QUEUE_ADD_FAIL)).isOne();
      assertThat(second.setup(1, bench.region, 0, LENGTH)).isEqualTo(SetupResult.INACTIVE);
      byte[] data = bench.data(LENGTH);
      bench.read(1, 0, LENGTH);
      bench.expect(0, data);
      byte[] pdu = bench.framing.dataIn(1, 0, data);
      second.stream(MemorySegment.ofArray(pdu), 0, pdu.length);
      bench.assertMemory();
      assertThat(bench.upper.command(1).copiedBytes).isEqualTo(LENGTH);
      second.delete();
      // A place becomes free with the end of the first.
      bench.queue.delete();
      DdpQueue third = bench.device.addQueue(config, bench.framing, bench.upper);
      assertThat(third.offloaded()).isTrue();
      third.delete();
    }
  }

  @Test
  void moreTagsThanTheDeviceHasAreRefused() {
    try (DeviceBench bench = bench(limits(1, 1, 2, true), TeardownMode.LAZY)) {
      assertThat(bench.read(0, 0, LENGTH)).isEqualTo(SetupResult.MAPPED);
      assertThat(bench.read(1, LENGTH, LENGTH)).isEqualTo(SetupResult.MAPPED);
      assertThat(bench.read(2, 2 * LENGTH, LENGTH)).isEqualTo(SetupResult.NO_TAG);
      assertThat(bench.count(DdpCounter.SETUP_FAIL_TAGS)).isOne();
      bench.upper.abort(0);
      bench.settle();
      assertThat(bench.read(3, 3 * LENGTH, LENGTH)).isEqualTo(SetupResult.MAPPED);
    }
  }

  @Test
  void aDeviceWithoutTheFullTagRangeTakesTheLowTagsOnly() {
    try (DeviceBench bench = bench(limits(1, 1, 8, false), TeardownMode.LAZY)) {
      int entries = DeviceBench.ENTRIES;
      assertThat(bench.read(entries - 1, 0, LENGTH)).isEqualTo(SetupResult.MAPPED);
      assertThat(bench.read(entries, LENGTH, LENGTH)).isEqualTo(SetupResult.NO_TAG);
    }
  }

  /** Pieces of these lengths, in two regions by turns, one byte apart and out of order. */
  private static ScatterList pieces(Region one, Region two, int... lengths) {
    BufferSlice[] slices = new BufferSlice[lengths.length];
    int[] at = {90_001, 70_003};
    for (int i = 0; i < lengths.length; i++) {
      at[i % 2] -= lengths[i] + 1;
      slices[i] = new BufferSlice(i % 2 == 0 ? one : two, at[i % 2], lengths[i]);
    }
    return ScatterList.of(slices);
  }

  private static byte[] gather(ScatterList list) {
    byte[] all = new byte[list.lengthBytes()];
    for (int i = 0; i < list.segments(); i++) {
      BufferSlice slice = list.segment(i);
      MemorySegment.copy(
          slice.region().segment(),
          ValueLayout.JAVA_BYTE,
          slice.offset(),
          all,
          list.start(i),
          slice.lengthBytes());
    }
    return all;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aBufferInPiecesIsPlacedAcrossThem(long seed) {
    for (TeardownMode mode : TeardownMode.values()) {
      try (DeviceBench bench =
          new DeviceBench(
              seed, seed % 2 == 0, mode, registry -> device(registry, limits(1, 8, 8, true)))) {
        Region two = bench.registry.register(100_000);
        ScatterList list = pieces(bench.region, two, 12_345, 1, 5000, 9_999, 17);
        assertThat(bench.upper.read(1, list)).isEqualTo(SetupResult.MAPPED);
        assertThat(two.holders()).isPositive();
        byte[] data = bench.data(list.lengthBytes());
        int half = bench.random.nextInt(1, data.length);
        bench.send(
            bench.framing.dataIn(1, half, Arrays.copyOfRange(data, half, data.length)),
            bench.framing.dataIn(1, 0, Arrays.copyOf(data, half)),
            bench.framing.response(1));
        bench.settle();
        assertThat(gather(list)).isEqualTo(data);
        for (int i = 0, at = 0; i < list.segments(); at += list.segment(i++).lengthBytes()) {
          if (list.segment(i).region() == bench.region) {
            BufferSlice slice = list.segment(i);
            bench.expect(
                (int) slice.offset(), Arrays.copyOfRange(data, at, at + slice.lengthBytes()));
          }
        }
        bench.assertMemory();
        var command = bench.upper.command(1);
        assertThat(command.placedBytes).isPositive();
        assertThat(command.placedBytes + command.copiedBytes).isEqualTo(data.length);
        assertThat(command.failed()).isFalse();
        assertThat(two.holders()).isZero();
        two.close();
      }
    }
  }

  @Test
  void tooManyPiecesAreRefusedAndCountedAndTheDataIsRight() {
    try (DeviceBench bench = bench(limits(1, 2, 8, true), TeardownMode.LAZY)) {
      Region two = bench.registry.register(100_000);
      ScatterList list = pieces(bench.region, two, 5000, 6000, 7000);
      assertThat(bench.upper.read(1, list)).isEqualTo(SetupResult.TOO_LARGE);
      assertThat(bench.count(DdpCounter.SETUP_FAIL_SEGMENTS)).isOne();
      assertThat(two.holders()).isZero();
      byte[] data = bench.data(list.lengthBytes());
      bench.send(bench.framing.dataIn(1, 0, data), bench.framing.response(1));
      assertThat(gather(list)).isEqualTo(data);
      assertThat(bench.upper.command(1).copiedBytes).isEqualTo(data.length);
      assertThat(bench.upper.read(2, pieces(bench.region, two, 5000, 6000)))
          .isEqualTo(SetupResult.MAPPED);
      bench.queue.delete();
      assertThat(two.holders()).isZero();
      two.close();
    }
  }

  @Test
  void aPieceInAClosingRegionIsRefusedAndHoldsNothing() {
    try (DeviceBench bench = bench(limits(1, 8, 8, true), TeardownMode.LAZY)) {
      Region two = bench.registry.register(100_000);
      ScatterList list = pieces(bench.region, two, 5000, 6000);
      assertThat(two.hold()).isTrue();
      two.close();
      assertThat(bench.queue.setup(1, list)).isEqualTo(SetupResult.PROTECTION);
      assertThat(bench.region.holders()).isZero();
      two.release();
    }
  }

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void aDeviceThatGoesDownEndsPlacingAndTakesTheQueueBackLater(TeardownMode mode) {
    try (DeviceBench bench = bench(limits(4, 1, 8, true), mode)) {
      byte[] data = bench.data(LENGTH);
      bench.read(1, 0, LENGTH);
      bench.expect(0, data);
      bench.device.down();
      bench.device.down();
      assertThat(bench.upper.deviceEvents).containsExactly("down");
      // The stream goes on, unplaced, and what was mapped ends as ever.
      assertThat(bench.read(2, LENGTH, LENGTH)).isEqualTo(SetupResult.INACTIVE);
      bench.send(bench.framing.dataIn(1, 0, data), bench.framing.response(1));
      bench.settle();
      bench.assertMemory();
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      assertThat(bench.upper.command(1).tornDown).isTrue();
      bench.queue.delete();
      QueueConfig config = new QueueConfig(8, true, mode);
      DdpQueue refused = bench.device.addQueue(config, bench.framing, bench.upper);
      assertThat(refused.offloaded()).isFalse();
      assertThat(refused.counters().get(DdpCounter.QUEUE_ADD_FAIL)).isOne();
      DdpQueue gone = bench.device.addQueue(config, bench.framing, bench.upper);
      gone.delete();
      bench.device.up();
      bench.device.up();
      assertThat(bench.upper.deviceEvents).containsExactly("down", "up");
      refused.delete();
      DdpQueue again = bench.device.addQueue(config, bench.framing, bench.upper);
      assertThat(again.offloaded()).isTrue();
      assertThat(again.setup(3, bench.region, 0, LENGTH)).isEqualTo(SetupResult.MAPPED);
      bench.upper.onTeardownDone = tag -> {};
      bench.upper.commands.add(mapped(bench));
      again.delete();
    }
  }

  // The command that the fake protocol will be told the teardown of.
  private static RecordingUpperLayer.Command mapped(DeviceBench bench) {
    var command =
        new RecordingUpperLayer.Command(
            3, ScatterList.of(new BufferSlice(bench.region, 0, LENGTH)));
    command.mapped = true;
    return command;
  }
}
