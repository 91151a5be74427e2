package io.nvmetcp.ddp.nic;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.DeviceBench;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What is particular to a device with packets, bits that fail and teardowns that are late. */
final class SimulatedQueueTest {
  private static final int PACKET_BYTES = 1000;
  private static final int PACKETS = 5;
  // Header, data and digest fill the packets exactly; the last one has digest bytes only.
  private static final int DATA_BYTES =
      (PACKETS - 1) * PACKET_BYTES + 2 - IscsiFraming.HEADER_BYTES - 2;

  private static DeviceBench bench(SeededFaults faults) {
    return new DeviceBench(
        1,
        true,
        TeardownMode.LAZY,
        Voucher.DEVICE,
        (registry, config, framing, upper) ->
            new SimulatedQueue(
                new DeviceLimits(1, 1, 1 << 20, 1),
                config,
                framing,
                upper,
                registry,
                JdkCrc32c.INSTANCE,
                faults,
                PACKET_BYTES));
  }

  private static void readOnce(DeviceBench bench) {
    byte[] data = bench.data(DATA_BYTES);
    bench.read(1, 100, DATA_BYTES);
    bench.expect(100, data);
    byte[] stream =
        IscsiFraming.concat(bench.framing.dataIn(1, 0, data), bench.framing.response(1));
    bench.queue.stream(MemorySegment.ofArray(stream), 0, stream.length);
    bench.settle();
    bench.assertMemory();
  }

  @Test
  void whenEveryPacketIsVouchedForTheDeviceIsBelieved() {
    try (DeviceBench bench = bench(new SeededFaults(1, 0, 0))) {
      readOnce(bench);
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.BY_DEVICE);
      assertThat(bench.upper.softwareChecks).isZero();
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(DATA_BYTES);
    }
  }

  @Test
  void oneFalseBitOnAnyPacketMeansOneSoftwareCheckAlsoOnTheDigestAlone() {
    for (int packet = 0; packet < PACKETS; packet++) {
      try (DeviceBench bench = bench(new SeededFaults(seedDropping(packet), PACKETS, 0))) {
        readOnce(bench);
        assertThat(bench.upper.command(1).verdicts)
            .as("packet %d", packet)
            .containsExactly(DigestVerdict.BY_FALLBACK);
        assertThat(bench.upper.softwareChecks).isEqualTo(1);
        assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(DATA_BYTES);
      }
    }
  }

  /** A seed under which exactly this packet of the PDU's passes without the bit. */
  private static long seedDropping(int packet) {
    for (long seed = 0; ; seed++) {
      SeededFaults faults = new SeededFaults(seed, PACKETS, 0);
      boolean only = true;
      for (int i = 0; i < PACKETS; i++) {
        only &= faults.dropsCrcBit() == (i == packet);
      }
      if (only) {
        return seed;
      }
    }
  }

  @Test
  void aWrongDigestIsNeverVouchedForAndSoftwareSaysMismatch() {
    try (DeviceBench bench = bench(new SeededFaults(1, 0, 0))) {
      bench.read(1, 0, DATA_BYTES);
      bench.send(bench.framing.corruptDataIn(1, 0, bench.data(DATA_BYTES), 1000));
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.MISMATCH);
      assertThat(bench.upper.command(1).placedBytes).isEqualTo(DATA_BYTES);
    }
  }

  @Test
  void lateTeardownsAreReportedAfterAsManyPollsAsTheSeedSays() {
    SeededFaults copy = new SeededFaults(7, 0, 5);
    try (DeviceBench bench = bench(new SeededFaults(7, 0, 5))) {
      for (int tag = 0; tag < DeviceBench.ENTRIES; tag++) {
        int late = copy.teardownDelayPolls();
        bench.read(tag, 0, 100);
        bench.queue.teardown(tag);
        for (int poll = 0; poll < late; poll++) {
          assertThat(bench.queue.poll()).isTrue();
        }
        assertThat(bench.upper.teardowns).doesNotContain(tag);
        assertThat(bench.queue.poll()).isFalse();
        assertThat(bench.upper.teardowns).contains(tag);
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameFaults() {
    SeededFaults one = new SeededFaults(99, 3, 4);
    SeededFaults two = new SeededFaults(99, 3, 4);
    for (int i = 0; i < 100; i++) {
      assertThat(one.dropsCrcBit()).isEqualTo(two.dropsCrcBit());
      assertThat(one.teardownDelayPolls()).isEqualTo(two.teardownDelayPolls()).isBetween(0, 4);
    }
  }
}
