package io.nvmetcp.ddp;

import static io.nvmetcp.ddp.TeardownMode.EAGER;
import static io.nvmetcp.ddp.TeardownMode.LAZY;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every device keeps to, with a protocol it has never heard of: the behaviours D2 to D4, D9 to
 * D12, D14, D15. Seeds are in the display names.
 */
abstract class DeviceContract {
  private static final int SMALL = 9 * 1024 + 3;
  private static final int LARGE = 30_000;

  /** A device under test; the threshold is of its own choosing. */
  protected abstract DdpDevice device(RegionRegistry registry);

  /** False if it never maps anything. */
  protected abstract boolean places();

  private DeviceBench bench(long seed, boolean digests, TeardownMode mode) {
    return new DeviceBench(seed, digests, mode, this::device);
  }

  private SetupResult mappedIf(boolean wanted) {
    return !places()
        ? SetupResult.INACTIVE
        : wanted ? SetupResult.MAPPED : SetupResult.BELOW_THRESHOLD;
  }

  static Stream<Arguments> modes() {
    return Stream.of(LAZY, EAGER)
        .flatMap(mode -> Stream.of(true, false).map(digests -> Arguments.of(mode, digests)));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void d02_answersInTheOrder231LandInPlace(TeardownMode mode, boolean digests) {
    try (DeviceBench bench = bench(1, digests, mode)) {
      byte[][] data = {bench.data(LARGE), bench.data(LARGE), bench.data(LARGE)};
      int[] offsets = {100, 40_001, 90_003};
      for (int i = 0; i < 3; i++) {
        assertThat(bench.read(i + 1, offsets[i], LARGE)).isEqualTo(mappedIf(true));
        bench.expect(offsets[i], data[i]);
      }
      for (int i : new int[] {1, 2, 0}) {
        bench.send(bench.framing.dataIn(i + 1, 0, data[i]), bench.framing.response(i + 1));
      }
      bench.settle();
      bench.assertMemory();
      assertThat(bench.upper.commands).allMatch(command -> command.responded && !command.failed());
      assertThat(bench.count(DdpCounter.DDP_BYTES) > 0).isEqualTo(places());
      assertThat(bench.upper.teardowns.size()).isEqualTo(places() ? 3 : 0);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void d14_resultsAreTheSameHoweverTheStreamIsCut(long seed) {
    for (TeardownMode mode : TeardownMode.values()) {
      try (DeviceBench bench = bench(seed, seed % 2 == 0, mode)) {
        byte[] stream = new byte[0];
        int at = 0;
        for (int tag = 0; tag < DeviceBench.ENTRIES; tag++) {
          int length = bench.random.nextInt(1, 22_000);
          byte[] data = bench.data(length);
          bench.read(tag, at, length);
          bench.expect(at, data);
          at += length + bench.random.nextInt(1, 50);
          // In two PDUs, the second part first.
          int half = bench.random.nextInt(0, length);
          byte[] first = Arrays.copyOf(data, half);
          byte[] second = Arrays.copyOfRange(data, half, length);
          stream =
              IscsiFraming.concat(
                  stream,
                  bench.framing.dataIn(tag, half, second),
                  bench.framing.dataIn(tag, 0, first),
                  bench.framing.response(tag));
        }
        bench.send(stream);
        bench.settle();
        assertThat(bench.upper.stream()).isEqualTo(stream);
        bench.assertMemory();
        assertThat(bench.upper.commands)
            .allMatch(c -> c.responded && !c.failed())
            .allMatch(c -> c.placedBytes + c.copiedBytes == c.buffer.lengthBytes())
            .allMatch(c -> c.mapped == c.tornDown);
      }
    }
  }

  @Test
  void d03_theThresholdItselfIsMappedAndOneByteLessIsNot() {
    try (DeviceBench bench = bench(1, false, LAZY)) {
      RegionRegistry registry = bench.registry;
      int threshold = places() ? device(registry).limits().thresholdBytes() : 100;
      assertThat(bench.read(1, 0, threshold - 1)).isEqualTo(mappedIf(false));
      assertThat(bench.read(2, 50_000, threshold)).isEqualTo(mappedIf(true));
      byte[] data = bench.data(threshold);
      bench.expect(50_000, data);
      bench.send(bench.framing.dataIn(2, 0, data), bench.framing.response(2));
      bench.settle();
      bench.assertMemory();
      assertThat(bench.count(DdpCounter.SETUP_FAIL_THRESHOLD)).isEqualTo(places() ? 1 : 0);
    }
  }

  @Test
  void d04_whenTagsRunOutSetupIsRefusedAndTheDataIsRight() {
    try (DeviceBench bench = bench(2, true, LAZY)) {
      byte[][] data = new byte[DeviceBench.ENTRIES + 1][];
      for (int tag = 0; tag < data.length; tag++) {
        SetupResult result = bench.read(tag, tag * 20_000, SMALL);
        boolean last = tag == DeviceBench.ENTRIES;
        assertThat(result).isEqualTo(last && places() ? SetupResult.NO_TAG : mappedIf(true));
        data[tag] = bench.data(SMALL);
        bench.expect(tag * 20_000, data[tag]);
      }
      for (int tag = data.length - 1; tag >= 0; tag--) {
        bench.send(bench.framing.dataIn(tag, 0, data[tag]), bench.framing.response(tag));
      }
      bench.settle();
      bench.assertMemory();
      assertThat(bench.count(DdpCounter.SETUP_FAIL_TAGS)).isEqualTo(places() ? 1 : 0);
      assertThat(bench.read(DeviceBench.ENTRIES, 0, SMALL)).isEqualTo(mappedIf(true));
    }
  }

  @Test
  void aRangeThatDoesNotLieInALiveRegionIsRefused() {
    try (DeviceBench bench = bench(3, false, LAZY)) {
      var other = bench.registry.register(100_000);
      SetupResult refused = places() ? SetupResult.PROTECTION : SetupResult.INACTIVE;
      assertThat(bench.queue.setup(1, other, 100_000 - SMALL + 1, SMALL)).isEqualTo(refused);
      assertThat(bench.queue.setup(1, other, -1, SMALL)).isEqualTo(refused);
      assertThat(bench.queue.setup(1, other, Long.MAX_VALUE, SMALL)).isEqualTo(refused);
      other.close();
      assertThat(bench.queue.setup(1, other, 0, SMALL)).isEqualTo(refused);
      assertThat(bench.count(DdpCounter.SETUP_FAIL_PROTECTION)).isEqualTo(places() ? 4 : 0);
    }
  }

  @Test
  void d12_aStaleTagIsNeverPlaced() {
    try (DeviceBench bench = bench(4, true, LAZY)) {
      int fresh = 3 + DeviceBench.ENTRIES;
      bench.read(fresh, 1000, LARGE);
      // The same entry, another generation, and a tag that no entry holds.
      bench.send(bench.framing.dataIn(3, 0, bench.data(LARGE)));
      bench.send(bench.framing.dataIn(5, 0, bench.data(LARGE)));
      bench.assertMemory();
      assertThat(bench.count(DdpCounter.STALE_TAG)).isEqualTo(places() ? 1 : 0);
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      assertThat(bench.upper.droppedBytes).isEqualTo(2 * LARGE);
      byte[] data = bench.data(LARGE);
      bench.expect(1000, data);
      bench.send(bench.framing.dataIn(fresh, 0, data), bench.framing.response(fresh));
      bench.settle();
      bench.assertMemory();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, LARGE - 1, LARGE, Integer.MAX_VALUE, 0x8000_0000L, 0xFFFF_FFFFL})
  void bytesOutsideTheMappedRangeAreNeverPlaced(long offset) {
    try (DeviceBench bench = bench(5, false, LAZY)) {
      bench.read(1, 50_000, LARGE);
      bench.send(bench.framing.dataIn(1, offset, bench.data(LARGE)));
      assertThat(bench.count(DdpCounter.OUT_OF_RANGE)).isEqualTo(places() ? 1 : 0);
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      if (offset != 1) {
        bench.assertMemory();
      }
      assertThat(bench.upper.command(1).placedBytes).isZero();
    }
  }

  @Test
  void dataOfTheWrongDirectionIsNeverPlaced() {
    try (DeviceBench bench = bench(6, false, EAGER)) {
      bench.read(1, 0, LARGE);
      bench.send(bench.framing.pdu(IscsiFraming.DATA_OUT, 1, 0, bench.data(LARGE)));
      bench.assertMemory();
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void d11_afterTeardownDoneNothingIsWritten(TeardownMode mode, boolean digests) {
    try (DeviceBench bench = bench(7, digests, mode)) {
      bench.read(1, 10_000, LARGE);
      bench.upper.abort(1);
      bench.settle();
      assertThat(bench.upper.teardowns.size()).isEqualTo(places() ? 1 : 0);
      bench.send(bench.framing.dataIn(1, 0, bench.data(LARGE)), bench.framing.response(1));
      bench.settle();
      bench.assertMemory();
    }
  }

  @ParameterizedTest(name = "the same tag: {0}")
  @ValueSource(booleans = {true, false})
  void aPayloadUnderWayNeverRunsOnIntoTheNextUseOfItsEntry(boolean sameTag) {
    try (DeviceBench bench = bench(8, true, LAZY)) {
      bench.read(1, 0, LARGE);
      byte[] old = bench.framing.dataIn(1, 0, bench.data(LARGE));
      int cut = IscsiFraming.HEADER_BYTES + 5000;
      int sent = 0;
      while (sent < cut) {
        sent += bench.sendOnce(old, sent, cut - sent);
      }
      bench.upper.abort(1);
      bench.settle();
      byte[] seen = bench.region.segment().asSlice(0, LARGE).toArray(ValueLayout.JAVA_BYTE);
      bench.expect(0, seen);
      // The next user has another generation, or the very same tag.
      int tag = sameTag ? 1 : 1 + DeviceBench.ENTRIES;
      assertThat(bench.read(tag, 100_000, LARGE)).isEqualTo(mappedIf(true));
      while (sent < old.length) {
        sent += bench.sendOnce(old, sent, old.length - sent);
      }
      bench.assertMemory();
      assertThat(bench.queue.liveMappings()).isEqualTo(places() ? 1 : 0);
      byte[] data = bench.data(LARGE);
      bench.expect(100_000, data);
      bench.send(bench.framing.dataIn(tag, 0, data), bench.framing.response(tag));
      bench.settle();
      bench.assertMemory();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTeardownOfTheDevicesOwnIsReportedAfterItsBytesAndBeforeTheResponse(boolean digests) {
    for (int rest : new int[] {0, 1000, 8000}) {
      try (DeviceBench bench = bench(12, digests, EAGER)) {
        var other = bench.registry.register(100_000);
        bench.upper.read(1, new BufferSlice(other, 5, LARGE));
        // From here on only the mapping holds it: a byte handed up after the report has no home.
        other.close();
        if (!places()) {
          return;
        }
        int[] bytesAtReport = {0};
        boolean[] respondedAtReport = {false};
        var command = bench.upper.command(1);
        bench.upper.onTeardownDone =
            tag -> {
              bytesAtReport[0] = command.placedBytes + command.copiedBytes;
              respondedAtReport[0] = command.responded;
            };
        byte[] stream =
            IscsiFraming.concat(
                bench.framing.dataIn(1, 0, bench.data(LARGE)), bench.framing.response(1));
        // The last read brings the rest of the payload, the digest and the response together.
        int cut = IscsiFraming.HEADER_BYTES + LARGE - rest;
        for (int at = 0; at < cut; ) {
          at += bench.sendOnce(stream, at, Math.min(LARGE / 2, cut - at));
        }
        for (int at = cut; at < stream.length; ) {
          at += bench.sendOnce(stream, at, stream.length - at);
        }
        boolean late = !command.tornDown;
        bench.settle();
        assertThat(command.tornDown && command.responded).isTrue();
        assertThat(command.verdicts).doesNotContain(DigestVerdict.MISMATCH);
        assertThat(bytesAtReport[0]).isEqualTo(LARGE);
        assertThat(respondedAtReport[0]).isEqualTo(late);
      }
    }
  }

  @Test
  void d10_aCorruptPayloadFailsItsCommandAlone() {
    for (long seed = 1; seed <= 8; seed++) {
      try (DeviceBench bench = bench(seed, true, LAZY)) {
        byte[] good = bench.data(LARGE);
        bench.read(1, 0, LARGE);
        bench.read(2, 100_000, LARGE);
        bench.expect(100_000, good);
        bench.send(
            bench.framing.corruptDataIn(1, 0, bench.data(LARGE), bench.random.nextInt(LARGE)),
            bench.framing.dataIn(2, 0, good),
            bench.framing.response(1),
            bench.framing.response(2));
        bench.settle();
        assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.MISMATCH);
        assertThat(bench.upper.command(2).failed()).isFalse();
        assertThat(bench.upper.commands).allMatch(command -> command.responded);
      }
    }
  }

  @Test
  void eagerTeardownIsDoneBeforeTheResponseAndLazyOnlyAfterIt() {
    for (TeardownMode mode : TeardownMode.values()) {
      try (DeviceBench bench = bench(9, false, mode)) {
        bench.read(1, 0, LARGE);
        bench.send(bench.framing.dataIn(1, 0, bench.data(LARGE)));
        bench.settle();
        assertThat(bench.upper.command(1).tornDown).isEqualTo(places() && mode == EAGER);
        bench.send(bench.framing.response(1));
        bench.settle();
        assertThat(bench.upper.command(1).tornDown).isEqualTo(places());
        assertThat(bench.upper.command(1).responded).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void teardownIsNeverReportedFromWithinTheCallThatAsksForIt(TeardownMode mode) {
    try (DeviceBench bench = bench(10, false, mode)) {
      bench.read(1, 0, SMALL);
      bench.queue.teardown(1);
      bench.queue.teardown(1);
      assertThat(bench.upper.teardowns).isEmpty();
      assertThat(bench.queue.setup(1, bench.region, 0, SMALL)).isNotEqualTo(SetupResult.MAPPED);
      bench.settle();
      assertThat(bench.upper.teardowns.size()).isEqualTo(places() ? 1 : 0);
    }
  }

  @Test
  void aRegionThatClosesWhileMappedGoesAfterTheLastTeardown() {
    try (DeviceBench bench = bench(11, true, LAZY)) {
      var other = bench.registry.register(100_000);
      boolean[] gone = {false};
      bench.upper.read(1, new BufferSlice(other, 0, LARGE));
      other.close(() -> gone[0] = true);
      assertThat(gone[0]).isEqualTo(!places());
      if (places()) {
        bench.send(bench.framing.dataIn(1, 0, bench.data(LARGE)));
        assertThat(bench.count(DdpCounter.DDP_BYTES)).isPositive();
        assertThat(gone[0]).isFalse();
        bench.send(bench.framing.response(1));
        bench.settle();
        assertThat(gone[0]).isTrue();
      }
    }
  }
}
