package io.nvmetcp.ddp.nic;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.DeviceBench;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.fault.PacketFate;
import io.nvmetcp.ddp.fault.SeededFaults;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** D5 to D8: a simulated NIC in front of which packets are lost, late or doubled. */
final class SimulatedResyncTest {
  private static final int PACKET_BYTES = 500;
  // Header, data and digest of a PDU fill four packets; with its response, 48 bytes more.
  private static final int DATA_BYTES = 4 * PACKET_BYTES - IscsiFraming.HEADER_BYTES - 4;
  private static final int PDU_PACKETS = 4;
  private static final int RATE = 8;

  private static FaultRates rates(PacketFate fate, int questionDelay) {
    return new FaultRates(
        0,
        fate == PacketFate.LOST ? RATE : 0,
        fate == PacketFate.REORDERED ? RATE : 0,
        fate == PacketFate.DUPLICATED ? RATE : 0,
        questionDelay,
        0,
        1);
  }

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

  /** A seed under which exactly this packet of the first {@code packets} has the fate. */
  private static long seed(FaultRates rates, PacketFate fate, int packets, int which) {
    for (long seed = 0; ; seed++) {
      SeededFaults faults = new SeededFaults(seed, rates);
      boolean only = true;
      for (int i = 0; i < packets; i++) {
        only &= faults.packet() == (i == which ? fate : PacketFate.SEEN);
        faults.dropsCrcBit();
      }
      if (only) {
        return seed;
      }
    }
  }

  /** Data in which nothing looks like a header. */
  private static byte[] plain(int tag) {
    byte[] data = new byte[DATA_BYTES];
    Arrays.fill(data, (byte) (0xC8 + tag));
    return data;
  }

  private static byte[] streamOf(DeviceBench bench, int reads) {
    byte[] stream = new byte[0];
    for (int tag = 0; tag < reads; tag++) {
      assertThat(bench.read(tag, tag * DATA_BYTES, DATA_BYTES)).isEqualTo(SetupResult.MAPPED);
      byte[] data = plain(tag);
      bench.expect(tag * DATA_BYTES, data);
      stream = IscsiFraming.concat(stream, bench.framing.dataIn(tag, 0, data));
    }
    for (int tag = 0; tag < reads; tag++) {
      stream = IscsiFraming.concat(stream, bench.framing.response(tag));
    }
    return stream;
  }

  private static void send(DeviceBench bench, byte[] stream) {
    bench.queue.stream(MemorySegment.ofArray(stream), 0, stream.length);
    bench.settle();
    bench.assertMemory();
    assertThat(bench.upper.stream()).isEqualTo(stream);
    assertThat(bench.upper.commands).allMatch(c -> c.responded && !c.failed());
  }

  @ParameterizedTest
  @EnumSource(
      value = PacketFate.class,
      names = {"LOST", "REORDERED"})
  void d05_aPayloadPacketThatIsMissedCostsNoResync(PacketFate fate) {
    FaultRates rates = rates(fate, 0);
    for (int packet : new int[] {1, 2, 5, 6}) {
      try (DeviceBench bench = bench(seed(rates, fate, 14, packet), rates)) {
        send(bench, streamOf(bench, 3));
        assertThat(bench.count(DdpCounter.SYNC_LOST)).isZero();
        assertThat(bench.count(DdpCounter.RESYNC)).isZero();
        assertThat(bench.count(DdpCounter.PACKETS_LOST) + bench.count(DdpCounter.PACKETS_REORDERED))
            .isOne();
        assertThat(bench.count(DdpCounter.DDP_PDUS)).isEqualTo(3);
        assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(3 * DATA_BYTES - PACKET_BYTES);
        for (int tag = 0; tag < 3; tag++) {
          assertThat(bench.upper.command(tag).verdicts)
              .containsExactly(
                  tag == packet / PDU_PACKETS
                      ? DigestVerdict.BY_FALLBACK
                      : DigestVerdict.BY_DEVICE);
        }
        assertThat(bench.upper.softwareChecks).isOne();
      }
    }
  }

  @Test
  void aPacketSeenTwiceChangesNothing() {
    FaultRates rates = rates(PacketFate.DUPLICATED, 0);
    for (int packet = 0; packet < 8; packet++) {
      try (DeviceBench bench = bench(seed(rates, PacketFate.DUPLICATED, 14, packet), rates)) {
        send(bench, streamOf(bench, 3));
        assertThat(bench.count(DdpCounter.PACKETS_DUPLICATED)).isOne();
        assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(3 * DATA_BYTES);
        assertThat(bench.upper.softwareChecks).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PacketFate.class,
      names = {"LOST", "REORDERED"})
  void d06_aHeaderPacketThatIsMissedCostsOneResyncAndThenOffloadGoesOn(PacketFate fate) {
    FaultRates rates = rates(fate, 0);
    for (int pdu = 0; pdu < 3; pdu++) {
      try (DeviceBench bench = bench(seed(rates, fate, 26, pdu * PDU_PACKETS), rates)) {
        send(bench, streamOf(bench, 6));
        assertThat(bench.count(DdpCounter.SYNC_LOST)).isOne();
        assertThat(bench.count(DdpCounter.RESYNC)).isOne();
        assertThat(bench.count(DdpCounter.RESYNC_CONFIRMED)).isOne();
        // The next header is asked about; what follows that PDU is placed again.
        assertThat(bench.upper.asked).containsExactly((pdu + 1L) * PDU_PACKETS * PACKET_BYTES);
        assertThat(bench.count(DdpCounter.DDP_PDUS)).isEqualTo(4);
        for (int tag = 0; tag < 6; tag++) {
          boolean placed = tag != pdu && tag != pdu + 1;
          assertThat(bench.upper.command(tag).placedBytes).isEqualTo(placed ? DATA_BYTES : 0);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void d07_aPayloadThatLooksLikeAHeaderNeverRearms(boolean answered) {
    FaultRates rates = rates(PacketFate.LOST, 0);
    try (DeviceBench bench = bench(seed(rates, PacketFate.LOST, 40, 0), rates)) {
      bench.upper.answers = answered;
      // The payload is made of PDUs for another command's buffer, with other content.
      bench.read(1, 0, DATA_BYTES);
      bench.read(2, 100_000, DATA_BYTES);
      byte[] lie = bench.framing.dataIn(2, 0, new byte[100]);
      byte[] data = new byte[DATA_BYTES];
      int at = 0;
      for (; at + 3 * lie.length < data.length; at += lie.length) {
        System.arraycopy(lie, 0, data, at, lie.length);
      }
      // The last one runs on beyond the payload: its chain does not break by itself.
      byte[] last = bench.framing.dataIn(2, 0, new byte[10_000]);
      System.arraycopy(last, 0, data, at, data.length - at);
      bench.expect(0, data);
      byte[] stream =
          IscsiFraming.concat(bench.framing.dataIn(1, 0, data), bench.framing.response(1));
      bench.queue.stream(MemorySegment.ofArray(stream), 0, stream.length);
      bench.assertMemory();
      assertThat(bench.upper.command(2).placedBytes).isZero();
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      assertThat(bench.count(DdpCounter.RESYNC)).isPositive();
      assertThat(bench.upper.asked.getFirst())
          .isBetween((long) PACKET_BYTES, (long) PDU_PACKETS * PACKET_BYTES);
      assertThat(bench.count(DdpCounter.RESYNC_REFUSED) > 0).isEqualTo(answered);
      byte[] right = plain(2);
      bench.expect(100_000, right);
      byte[] rest =
          IscsiFraming.concat(bench.framing.dataIn(2, 0, right), bench.framing.response(2));
      bench.queue.stream(MemorySegment.ofArray(rest), 0, rest.length);
      bench.settle();
      bench.assertMemory();
      assertThat(bench.upper.commands).allMatch(c -> c.responded && !c.failed());
    }
  }

  @Test
  void d08_answersForThePastAndTheFutureAreHandled() {
    FaultRates rates = rates(PacketFate.LOST, 0);
    try (DeviceBench bench = bench(seed(rates, PacketFate.LOST, 40, 0), rates)) {
      bench.upper.answers = false;
      byte[][] pdus = new byte[8][];
      for (int tag = 0; tag < 8; tag++) {
        bench.read(tag, tag * DATA_BYTES, DATA_BYTES);
        bench.expect(tag * DATA_BYTES, plain(tag));
        pdus[tag] = bench.framing.dataIn(tag, 0, plain(tag));
      }
      long pdu = PDU_PACKETS * (long) PACKET_BYTES;
      stream(bench, pdus[0], pdus[1]);
      assertThat(bench.upper.asked).containsExactly(pdu);
      // The past: it answers nothing.
      bench.queue.headerAt(0);
      bench.queue.headerAt(pdu - 1);
      assertThat(bench.count(DdpCounter.RESYNC_STALE)).isEqualTo(2);
      stream(bench, pdus[2]);
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      // The future: there was none where the device guessed. It searches on, and asks again.
      bench.queue.headerAt(pdu + 1);
      assertThat(bench.count(DdpCounter.RESYNC_REFUSED)).isOne();
      stream(bench, pdus[3]);
      assertThat(bench.upper.asked).containsExactly(pdu, 3 * pdu);
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      // The answer to the first question comes twice, too late.
      bench.queue.headerAt(pdu);
      stream(bench, pdus[4]);
      assertThat(bench.count(DdpCounter.DDP_BYTES)).isZero();
      // Exactly.
      bench.queue.headerAt(3 * pdu);
      assertThat(bench.count(DdpCounter.RESYNC_CONFIRMED)).isOne();
      stream(bench, pdus[5]);
      assertThat(bench.upper.command(5).placedBytes).isEqualTo(DATA_BYTES);
      // And once more: nothing is asked any more.
      bench.queue.headerAt(3 * pdu + 1);
      stream(bench, pdus[6], pdus[7]);
      assertThat(bench.upper.command(7).placedBytes).isEqualTo(DATA_BYTES);
      assertThat(bench.count(DdpCounter.RESYNC)).isEqualTo(2);
      for (int tag = 0; tag < 8; tag++) {
        stream(bench, bench.framing.response(tag));
      }
      bench.settle();
      bench.assertMemory();
    }
  }

  private static void stream(DeviceBench bench, byte[]... pdus) {
    byte[] bytes = IscsiFraming.concat(pdus);
    bench.queue.stream(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  @Test
  void aQuestionThatIsLateIsAboutThePastAndTheNextOneIsTried() {
    FaultRates rates = rates(PacketFate.LOST, 3);
    int confirmed = 0;
    for (long number = 0; number < 20; number++) {
      try (DeviceBench bench = bench(number, rates)) {
        send(bench, streamOf(bench, 8));
        confirmed += (int) bench.count(DdpCounter.RESYNC_CONFIRMED);
        assertThat(bench.count(DdpCounter.RESYNC))
            .isGreaterThanOrEqualTo(
                bench.count(DdpCounter.RESYNC_CONFIRMED) + bench.count(DdpCounter.RESYNC_REFUSED));
      }
    }
    assertThat(confirmed).isPositive();
  }
}
