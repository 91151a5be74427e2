package io.nvmetcp.ddp.nic;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.DeviceBench;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.fault.FaultRates;
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

  private static final long SEED = 1;

  private static DeviceBench bench(long seed, FaultRates rates) {
    return new DeviceBench(
        1,
        true,
        TeardownMode.LAZY,
        registry ->
            new SimulatedDevice(
                registry,
                JdkCrc32c.INSTANCE,
                seed,
                NicOptions.of(rates).withPacketBytes(PACKET_BYTES)));
  }

  private static FaultRates crcOff(int oneIn) {
    return new FaultRates(oneIn, 0, 0, 0, 0, 0, 1);
  }

  private static FaultRates teardownsLate(int polls, int batch) {
    return new FaultRates(0, 0, 0, 0, 0, polls, batch);
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
    try (DeviceBench bench = bench(SEED, FaultRates.NONE)) {
      readOnce(bench);
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.BY_DEVICE);
      assertThat(bench.upper.softwareChecks).isZero();
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(DATA_BYTES);
    }
  }

  @Test
  void oneFalseBitOnAnyPacketMeansOneSoftwareCheckAlsoOnTheDigestAlone() {
    for (int packet = 0; packet < PACKETS; packet++) {
      try (DeviceBench bench = bench(seedDropping(packet), crcOff(PACKETS))) {
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
      SeededFaults faults = new SeededFaults(seed, crcOff(PACKETS));
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
    try (DeviceBench bench = bench(SEED, FaultRates.NONE)) {
      bench.read(1, 0, DATA_BYTES);
      bench.send(bench.framing.corruptDataIn(1, 0, bench.data(DATA_BYTES), 1000));
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.MISMATCH);
      assertThat(bench.upper.command(1).placedBytes).isEqualTo(DATA_BYTES);
    }
  }

  @Test
  void lateTeardownsAreReportedAfterAsManyPollsAsTheSeedSays() {
    SeededFaults copy = new SeededFaults(7, teardownsLate(5, 1));
    try (DeviceBench bench = bench(7, teardownsLate(5, 1))) {
      for (int tag = 0; tag < DeviceBench.ENTRIES; tag++) {
        int late = copy.teardownDelayPolls(0);
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
    SeededFaults one = new SeededFaults(99, new FaultRates(3, 5, 5, 5, 2, 4, 1));
    SeededFaults two = new SeededFaults(99, new FaultRates(3, 5, 5, 5, 2, 4, 1));
    for (int i = 0; i < 100; i++) {
      assertThat(one.dropsCrcBit()).isEqualTo(two.dropsCrcBit());
      assertThat(one.packet()).isEqualTo(two.packet());
      assertThat(one.questionDelayPackets()).isEqualTo(two.questionDelayPackets()).isBetween(0, 2);
      assertThat(one.teardownDelayPolls(i)).isEqualTo(two.teardownDelayPolls(i)).isBetween(0, 4);
    }
  }
}
