package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How every device ends: windows out, mappings live, upper layers that call back, hostile peers.
 */
abstract class DeviceEndsContract {
  private static final int LARGE = 30_000;

  protected abstract DdpDevice device(RegionRegistry registry);

  protected abstract boolean places();

  private DeviceBench bench(boolean digests) {
    return new DeviceBench(1, digests, TeardownMode.LAZY, this::device);
  }

  @Test
  void oneWindowIsOutAtATimeAndComesBackOnce() {
    try (DeviceBench bench = bench(false)) {
      assertThatIllegalStateException().isThrownBy(() -> bench.queue.received(1));
      assertThatIllegalStateException().isThrownBy(bench.queue::windowReturned);
      bench.queue.nextWindow();
      assertThatIllegalStateException().isThrownBy(bench.queue::nextWindow);
      bench.queue.windowReturned();
      assertThatIllegalStateException().isThrownBy(bench.queue::windowReturned);
    }
  }

  @Test
  void moreBytesThanTheWindowHoldsAreRefused() {
    try (DeviceBench bench = bench(false)) {
      int length = bench.queue.nextWindow().length();
      assertThatIllegalArgumentException().isThrownBy(() -> bench.queue.received(length + 1));
      assertThatIllegalArgumentException().isThrownBy(() -> bench.queue.received(0));
      bench.queue.windowReturned();
    }
  }

  @Test
  void whatComesAfterDeleteIsDroppedAndCounted() {
    try (DeviceBench bench = bench(true)) {
      bench.queue.nextWindow();
      bench.queue.delete();
      bench.queue.received(100);
      bench.queue.stream(MemorySegment.ofArray(new byte[30]), 0, 30);
      assertThat(bench.count(DdpCounter.DROP)).isEqualTo(130);
      assertThat(bench.upper.runs).isZero();
    }
  }

  @Test
  void deleteReportsAllMappingsAndIsDoneOnce() {
    DeviceBench bench = bench(false);
    for (int tag = 0; tag < 4; tag++) {
      bench.read(tag, tag * LARGE, LARGE);
    }
    bench.queue.teardown(2);
    bench.queue.delete();
    assertThat(bench.queue.deleted()).isTrue();
    if (places()) {
      assertThat(bench.upper.teardowns).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
    bench.queue.delete();
    assertThat(bench.count(DdpCounter.QUEUE_DEL)).isEqualTo(bench.queue.offloaded() ? 1 : 0);
    assertThat(bench.read(5, 0, LARGE)).isNotEqualTo(SetupResult.MAPPED);
    assertThatIllegalStateException().isThrownBy(bench.queue::nextWindow);
    bench.close();
  }

  @ParameterizedTest(name = "with bytes: {0}")
  @ValueSource(booleans = {true, false})
  void deleteWaitsForTheWindowThatIsOut(boolean withBytes) {
    DeviceBench bench = bench(true);
    bench.read(1, 0, LARGE);
    byte[] pdu = bench.framing.dataIn(1, 0, bench.data(LARGE));
    bench.sendOnce(pdu, 0, IscsiFraming.HEADER_BYTES);
    ReadWindow window = bench.queue.nextWindow();
    boolean direct = window.direct();
    bench.queue.delete();
    bench.region.close();
    assertThat(bench.upper.command(1).tornDown).isEqualTo(places() && !direct);
    assertThat(bench.registry.liveRegions())
        .isEqualTo(direct ? 1 : window.region() == bench.region ? 2 : 1);
    // The transport may write here: the memory is still there.
    DeviceBench.fill(window, pdu, IscsiFraming.HEADER_BYTES, 100);
    int runs = bench.upper.runs;
    if (withBytes) {
      bench.queue.received(100);
    } else {
      bench.queue.windowReturned();
    }
    assertThat(bench.upper.runs).as("nothing is handed up after delete").isEqualTo(runs);
    assertThat(bench.upper.command(1).tornDown).isEqualTo(places());
    assertThat(bench.registry.liveRegions()).isZero();
    assertThatIllegalStateException()
        .isThrownBy(() -> window.region().segment().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void theUpperLayerMayDeleteTheQueueWhileItReadsARun() {
    for (int atRun = 1; atRun <= 3; atRun++) {
      DeviceBench bench = bench(true);
      int last = atRun;
      bench.read(1, 0, LARGE);
      bench.upper.onRun =
          () -> {
            if (bench.upper.runs == last) {
              bench.queue.delete();
              // Its bytes are still there: the run lies in memory that the queue lent.
              assertThat(bench.queue.deleted()).isTrue();
            }
          };
      byte[] stream =
          IscsiFraming.concat(
              bench.framing.dataIn(1, 0, bench.data(LARGE)), bench.framing.response(1));
      int at = 0;
      while (at < stream.length && !bench.queue.deleted()) {
        at += bench.sendOnce(stream, at, Math.min(10_000, stream.length - at));
      }
      assertThat(bench.upper.runs).isEqualTo(last);
      bench.close();
    }
  }

  @Test
  void theUpperLayerMayCallAnythingWhileATeardownIsReported() {
    DeviceBench bench = bench(false);
    List<SetupResult> again = new ArrayList<>();
    for (int tag = 0; tag < 6; tag++) {
      bench.read(tag, tag * LARGE, LARGE);
    }
    bench.upper.onTeardownDone =
        tag -> {
          if (tag == 0 && again.isEmpty() && !bench.queue.deleted()) {
            again.add(bench.read(tag, 0, LARGE));
            bench.queue.poll();
          } else if (tag == 3) {
            bench.queue.delete();
          }
        };
    for (int tag = 0; tag < 6; tag++) {
      bench.queue.teardown(tag);
    }
    bench.settle();
    bench.close();
    assertThat(again).allMatch(result -> result == SetupResult.MAPPED || !places());
    if (places()) {
      assertThat(bench.upper.teardowns).contains(0, 1, 2, 3, 4, 5).hasSize(6 + again.size());
    }
  }

  @Test
  void aHeaderThatCannotBeOneEndsPlacingAndNotTheStream() {
    try (DeviceBench bench = bench(false)) {
      bench.read(1, 0, LARGE);
      byte[] garbage = bench.data(20_000);
      garbage[0] = 0x3F;
      // The fake protocol cannot read that either: it only counts here.
      int[] bytes = {0};
      DdpQueue queue =
          device(bench.registry)
              .addQueue(
                  new QueueConfig(4, false, TeardownMode.LAZY),
                  bench.framing,
                  new UpperLayer() {
                    @Override
                    public void run(MemorySegment b, long at, int n, boolean p, boolean c) {
                      bytes[0] += n;
                      assertThat(p).isFalse();
                    }

                    @Override
                    public void teardownDone(int tag) {}
                  });
      queue.setup(1, bench.region, 0, LARGE);
      byte[] stream = IscsiFraming.concat(garbage, bench.framing.dataIn(1, 0, bench.data(LARGE)));
      for (int at = 0; at < stream.length; ) {
        ReadWindow window = queue.nextWindow();
        int step = Math.min(window.length(), Math.min(3000, stream.length - at));
        DeviceBench.fill(window, stream, at, step);
        queue.received(step);
        at += step;
      }
      assertThat(bytes[0]).isEqualTo(stream.length);
      bench.assertMemory();
      queue.delete();
    }
  }

  /** The peer sends whatever it likes; only mapped ranges may change. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void hostileHeadersNeverWriteOutsideMappedRanges(long seed) {
    DeviceBench bench = new DeviceBench(seed, seed % 2 == 0, TeardownMode.EAGER, this::device);
    SplittableRandom random = bench.random;
    boolean[] mayChange = new boolean[DeviceBench.REGION_BYTES];
    HostilePeer peer = new HostilePeer(bench, mayChange);
    for (int round = 0; round < 60; round++) {
      peer.round(random);
    }
    bench.settle();
    byte[] now = bench.region.segment().toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < now.length; i++) {
      if (!mayChange[i] && now[i] != 0x5A) {
        throw new AssertionError("seed " + seed + ": byte " + i + " was written");
      }
    }
    bench.close();
  }
}
