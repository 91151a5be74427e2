package io.nvmetcp.ddp.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.DeviceBench;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to placing by read windows. */
final class PlacingQueueTest {
  private static final int OFFSET = 777;
  private static final int LENGTH = 40_000;

  private DeviceBench bench;

  private void open(TeardownMode mode) {
    bench =
        new DeviceBench(
            1, true, mode, registry -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 4096));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** Sends the header, so that the next window is the destination. */
  private byte[] sendHeaderOf(byte[] pdu) {
    bench.sendOnce(pdu, 0, IscsiFraming.HEADER_BYTES);
    return Arrays.copyOfRange(pdu, IscsiFraming.HEADER_BYTES, pdu.length);
  }

  @Test
  void theWindowBehindAHeaderIsTheRestOfTheDestinationAndNoMore() {
    open(TeardownMode.LAZY);
    byte[] data = bench.data(LENGTH);
    bench.read(1, OFFSET, LENGTH);
    bench.expect(OFFSET, data);
    byte[] rest = sendHeaderOf(bench.framing.dataIn(1, 0, data));
    int at = 0;
    while (LENGTH - at >= 4096) {
      ReadWindow window = bench.queue.nextWindow();
      assertThat(window.direct()).isTrue();
      assertThat(window.region()).isSameAs(bench.region);
      assertThat(window.offset()).isEqualTo(OFFSET + at);
      assertThat(window.length()).isEqualTo(LENGTH - at);
      DeviceBench.fill(window, rest, at, 1234);
      bench.queue.received(1234);
      at += 1234;
    }
    ReadWindow window = bench.queue.nextWindow();
    assertThat(window.direct()).as("a small rest comes with what is behind it").isFalse();
    bench.queue.windowReturned();
    bench.send(Arrays.copyOfRange(rest, at, rest.length), bench.framing.response(1));
    bench.settle();
    bench.assertMemory();
    assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.IN_PLACEMENT);
    assertThat(bench.upper.softwareChecks).isZero();
    assertThat(bench.count(DdpCounter.DDP_BYTES)).isEqualTo(at);
    assertThat(bench.upper.command(1).placedBytes).isEqualTo(at);
  }

  @ParameterizedTest(name = "returned with bytes: {0}")
  @ValueSource(booleans = {true, false})
  void teardownWaitsForTheWindowThatIsOut(boolean withBytes) {
    open(TeardownMode.LAZY);
    bench.read(1, OFFSET, LENGTH);
    byte[] data = bench.data(LENGTH);
    byte[] rest = sendHeaderOf(bench.framing.dataIn(1, 0, data));
    ReadWindow window = bench.queue.nextWindow();
    bench.upper.abort(1);
    assertThat(bench.queue.poll()).as("another call is needed").isTrue();
    assertThat(bench.upper.teardowns).isEmpty();
    if (withBytes) {
      DeviceBench.fill(window, rest, 0, 5000);
      bench.queue.received(5000);
      bench.expect(OFFSET, Arrays.copyOf(data, 5000));
    } else {
      bench.queue.windowReturned();
    }
    assertThat(bench.upper.teardowns).as("never within the return").isEmpty();
    bench.queue.poll();
    assertThat(bench.upper.teardowns).containsExactly(1);
    // What still comes of this PDU goes nowhere near the buffer.
    bench.send(Arrays.copyOfRange(rest, withBytes ? 5000 : 0, rest.length));
    bench.assertMemory();
  }

  @Test
  void anEagerTeardownIsDoneWithTheReadThatBroughtTheLastByte() {
    open(TeardownMode.EAGER);
    byte[] data = bench.data(LENGTH);
    bench.read(1, OFFSET, LENGTH);
    bench.expect(OFFSET, data);
    byte[] rest = sendHeaderOf(bench.framing.dataIn(1, 0, data));
    assertThat(bench.sendOnce(rest, 0, rest.length)).isEqualTo(LENGTH);
    assertThat(bench.upper.teardowns).containsExactly(1);
    bench.send(Arrays.copyOfRange(rest, LENGTH, rest.length), bench.framing.response(1));
    bench.assertMemory();
    assertThat(bench.upper.command(1).responded).isTrue();
  }

  @Test
  void aRegionClosedWhileItsWindowIsOutOutlivesTheRead() {
    open(TeardownMode.LAZY);
    bench.read(1, OFFSET, LENGTH);
    byte[] rest = sendHeaderOf(bench.framing.dataIn(1, 0, bench.data(LENGTH)));
    ReadWindow window = bench.queue.nextWindow();
    bench.region.close();
    bench.upper.abort(1);
    bench.queue.poll();
    DeviceBench.fill(window, rest, 0, 5000);
    bench.queue.received(5000);
    assertThat(bench.registry.liveRegions()).isEqualTo(2);
    bench.queue.poll();
    assertThat(bench.registry.liveRegions()).as("only the staging memory").isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void bytesThatCameAnotherWayAreDigestedAndLeftToTheUpperLayer(TeardownMode mode) {
    open(mode);
    byte[] data = bench.data(LENGTH);
    bench.read(1, OFFSET, LENGTH);
    bench.expect(OFFSET, data);
    byte[] pdu = bench.framing.dataIn(1, 0, data);
    for (int at = 0; at < pdu.length; at += 7001) {
      int step = Math.min(7001, pdu.length - at);
      bench.queue.stream(MemorySegment.ofArray(pdu), at, step);
    }
    bench.send(bench.framing.response(1));
    bench.settle();
    bench.assertMemory();
    assertThat(bench.upper.command(1).placedBytes).isZero();
    assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.IN_PLACEMENT);
  }

  @Test
  void everySplitOfASmallStreamGivesTheSameBytesAndVerdicts() {
    open(TeardownMode.LAZY);
    byte[] data = bench.data(8);
    byte[] pdu = bench.framing.dataIn(9, 0, data);
    byte[] two = IscsiFraming.concat(pdu, bench.framing.response(9), pdu);
    int sent = 0;
    for (int cut = 1; cut < two.length; cut++) {
      bench.queue.stream(MemorySegment.ofArray(two), 0, cut);
      bench.queue.stream(MemorySegment.ofArray(two), cut, two.length - cut);
      sent++;
    }
    byte[] stream = bench.upper.stream();
    assertThat(stream).hasSize(sent * two.length);
    for (int i = 0; i < sent; i++) {
      assertThat(Arrays.mismatch(stream, i * two.length, (i + 1) * two.length, two, 0, two.length))
          .isEqualTo(-1);
    }
    // Nothing is mapped for these: every digest is the software's.
    assertThat(bench.upper.softwareChecks).isEqualTo(2 * sent);
  }

  private int nextStagingBytes() {
    ReadWindow window = bench.queue.nextWindow();
    assertThat(window.direct()).isFalse();
    bench.queue.windowReturned();
    return window.length();
  }

  @Test
  void whileLargePayloadsComeAReadEndsWithTheNextHeader() {
    open(TeardownMode.LAZY);
    assertThat(nextStagingBytes()).isEqualTo(BaseQueue.STAGING_BYTES);
    byte[] pdu = bench.framing.dataIn(1, 0, bench.data(LENGTH));
    bench.read(1, 0, LENGTH);
    bench.sendOnce(pdu, 0, IscsiFraming.HEADER_BYTES);
    assertThat(bench.sendOnce(pdu, IscsiFraming.HEADER_BYTES, LENGTH - 100))
        .isEqualTo(LENGTH - 100);
    // The rest of the payload, its digest, and a header.
    assertThat(nextStagingBytes()).isEqualTo(100 + 4 + IscsiFraming.HEADER_BYTES);
    bench.sendOnce(pdu, pdu.length - 104, 104);
    assertThat(nextStagingBytes()).isEqualTo(IscsiFraming.HEADER_BYTES);
    // Part of a header: what is missing of it.
    bench.sendOnce(bench.framing.response(1), 0, 30);
    assertThat(nextStagingBytes()).isEqualTo(IscsiFraming.HEADER_BYTES - 30);
    bench.send(Arrays.copyOfRange(bench.framing.response(1), 30, IscsiFraming.HEADER_BYTES));
    // Something small and unmapped: what follows is read along with it.
    bench.send(bench.framing.dataIn(2, 0, bench.data(500)));
    assertThat(nextStagingBytes()).isEqualTo(BaseQueue.STAGING_BYTES);
  }

  @Test
  void responsesBetweenLargePayloadsAreReadWithTheHeaderBehindThem() {
    open(TeardownMode.LAZY);
    for (int tag = 1; tag <= 3; tag++) {
      bench.read(tag, 0, LENGTH);
      bench.send(bench.framing.dataIn(tag, 0, bench.data(LENGTH)), bench.framing.response(tag));
      bench.settle();
    }
    bench.read(4, 0, LENGTH);
    bench.send(bench.framing.dataIn(4, 0, bench.data(LENGTH)));
    assertThat(nextStagingBytes()).isEqualTo(2 * IscsiFraming.HEADER_BYTES);
  }

  @Test
  void smallPdusOfALargeBufferAreReadManyAtATime() {
    open(TeardownMode.LAZY);
    bench.read(1, 0, LENGTH);
    bench.send(bench.framing.dataIn(1, 0, bench.data(1000)));
    assertThat(nextStagingBytes()).isEqualTo(BaseQueue.STAGING_BYTES);
  }

  @Test
  void aStreamThatNobodyUnderstandsAnyMoreIsReadInLargePieces() {
    open(TeardownMode.LAZY);
    bench.read(1, 0, LENGTH);
    bench.send(bench.framing.dataIn(1, 0, bench.data(LENGTH)), new byte[IscsiFraming.HEADER_BYTES]);
    assertThat(nextStagingBytes()).isEqualTo(BaseQueue.STAGING_BYTES);
  }

  @Test
  void smallPiecesOfABufferAreReadTogether() {
    open(TeardownMode.LAZY);
    BufferSlice[] pieces = new BufferSlice[5];
    Arrays.setAll(pieces, i -> bench.region.slice(i * 2000L, 1000));
    pieces[4] = bench.region.slice(50_000, 36_000);
    assertThat(bench.upper.read(1, ScatterList.of(pieces))).isEqualTo(SetupResult.MAPPED);
    byte[] data = bench.data(40_000);
    sendHeaderOf(bench.framing.dataIn(1, 0, data));
    assertThat(nextStagingBytes()).isEqualTo(4096);
    bench.queue.teardown(1);
    bench.queue.poll();
  }

  @Test
  void piecesThatAreTooSmallForAReadOfTheirOwnAreCopied() {
    open(TeardownMode.LAZY);
    BufferSlice[] pieces = new BufferSlice[10];
    Arrays.setAll(pieces, i -> bench.region.slice(i * 5000L, 4095));
    ScatterList list = ScatterList.of(pieces);
    assertThat(bench.upper.read(1, list)).isEqualTo(SetupResult.BELOW_THRESHOLD);
    assertThat(bench.count(DdpCounter.SETUP_FAIL_THRESHOLD)).isOne();
    Arrays.setAll(pieces, i -> bench.region.slice(i * 5000L, 4096));
    assertThat(bench.upper.read(2, ScatterList.of(pieces))).isEqualTo(SetupResult.MAPPED);
    bench.queue.teardown(2);
    bench.queue.poll();
  }

  @Test
  void onlyInTheMiddleOfALargePayloadIsMoreThanAByteWorthWaitingFor() {
    open(TeardownMode.LAZY);
    assertThat(bench.queue.wantedBytes()).isOne();
    byte[] pdu = bench.framing.dataIn(1, 0, bench.data(LENGTH));
    bench.read(1, 0, LENGTH);
    assertThat(bench.queue.wantedBytes()).isOne();
    bench.sendOnce(pdu, 0, 20);
    assertThat(bench.queue.wantedBytes()).isOne();
    bench.sendOnce(pdu, 20, IscsiFraming.HEADER_BYTES - 20);
    assertThat(bench.queue.wantedBytes()).isEqualTo(LENGTH);
    bench.sendOnce(pdu, IscsiFraming.HEADER_BYTES, 20_000);
    assertThat(bench.queue.wantedBytes()).isEqualTo(LENGTH - 20_000);
    bench.sendOnce(pdu, IscsiFraming.HEADER_BYTES + 20_000, 10_000);
    assertThat(bench.queue.wantedBytes()).as("too little to wait for").isOne();
    bench.queue.teardown(1);
    assertThat(bench.queue.wantedBytes()).isOne();
    bench.queue.poll();
  }

  @Test
  void ofAPayloadThatIsNotWorthWaitingForAnyMoreTheTailIsDue() {
    open(TeardownMode.LAZY);
    byte[] pdu = bench.framing.dataIn(1, 0, bench.data(LENGTH));
    bench.read(1, 0, LENGTH);
    assertThat(bench.queue.tailDue()).as("between two PDUs").isFalse();
    bench.sendOnce(pdu, 0, 20);
    assertThat(bench.queue.tailDue()).as("within a header").isFalse();
    int sent = IscsiFraming.HEADER_BYTES + 20_000;
    bench.sendOnce(pdu, 20, sent - 20);
    assertThat(bench.queue.tailDue()).as("worth waiting for").isFalse();
    bench.sendOnce(pdu, sent, LENGTH - 20_001);
    assertThat(bench.queue.wantedBytes()).isOne();
    assertThat(bench.queue.tailDue()).as("one byte is missing").isTrue();
    bench.sendOnce(pdu, pdu.length - IscsiFraming.DIGEST_BYTES - 1, 1);
    assertThat(bench.queue.tailDue()).as("only the digest is").isFalse();
    bench.queue.teardown(1);
    bench.queue.poll();
  }

  @Test
  void noTailIsDueOfAPayloadThatGoesNowhere() {
    open(TeardownMode.LAZY);
    byte[] pdu = bench.framing.dataIn(1, 0, bench.data(LENGTH));
    bench.read(1, 0, LENGTH);
    bench.sendOnce(pdu, 0, IscsiFraming.HEADER_BYTES + LENGTH - 1);
    assertThat(bench.queue.tailDue()).isTrue();
    bench.queue.teardown(1);
    assertThat(bench.queue.tailDue()).isFalse();
    bench.queue.poll();
  }

  @Test
  void afterATeardownNothingIsWorthWaitingFor() {
    open(TeardownMode.LAZY);
    bench.read(1, 0, LENGTH);
    sendHeaderOf(bench.framing.dataIn(1, 0, bench.data(LENGTH)));
    assertThat(bench.queue.wantedBytes()).isEqualTo(LENGTH);
    bench.queue.teardown(1);
    assertThat(bench.queue.wantedBytes()).isOne();
    bench.queue.poll();
  }

  @Test
  void runsOfWhichTheDeviceSaysDifferentThingsAreNeverMerged() {
    open(TeardownMode.LAZY);
    byte[] good = bench.data(8000);
    byte[] bad = bench.data(8000);
    bench.read(1, 0, good.length);
    bench.read(2, 10_000, bad.length);
    bench.expect(0, good);
    bench.expect(10_000, bad);
    byte[] last = bench.framing.dataIn(2, 0, bad);
    last[last.length - 1] ^= 1;
    // In one read: what nobody vouches for, what the device vouches for, and a digest that is
    // wrong.
    byte[] stream =
        IscsiFraming.concat(
            bench.framing.dataIn(9, 0, bench.data(500)),
            bench.framing.dataIn(1, 0, good),
            bench.framing.dataIn(9, 0, bench.data(500)),
            last,
            bench.framing.response(1));
    bench.queue.stream(MemorySegment.ofArray(stream), 0, stream.length);
    assertThat(bench.upper.runs).isEqualTo(5);
    assertThat(bench.upper.falseRuns).isEqualTo(3);
    assertThat(bench.upper.stream()).isEqualTo(stream);
    assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.IN_PLACEMENT);
    assertThat(bench.upper.command(2).verdicts).containsExactly(DigestVerdict.MISMATCH);
    assertThat(bench.upper.softwareChecks)
        .as("one each, but for what was vouched for")
        .isEqualTo(3);
    bench.assertMemory();
  }

  @Test
  void anEndOfTheQueueInTheMiddleOfAPayloadWritesNothingMore() {
    open(TeardownMode.EAGER);
    bench.read(1, OFFSET, LENGTH);
    byte[] rest = sendHeaderOf(bench.framing.dataIn(1, 0, bench.data(LENGTH)));
    bench.queue.delete();
    bench.queue.stream(MemorySegment.ofArray(rest), 0, rest.length);
    bench.assertMemory();
    assertThat(bench.upper.teardowns).containsExactly(1);
  }
}
