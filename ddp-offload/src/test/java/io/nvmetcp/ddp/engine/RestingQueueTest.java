package io.nvmetcp.ddp.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.DeviceBench;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.IscsiFraming;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * While nothing is mapped a stream passes unread; with the next mapping its PDUs are found again.
 */
final class RestingQueueTest {
  private static final int LARGE = 30_000;
  private static final int SMALL = 500;
  private static final int THRESHOLD = 4096;

  private DeviceBench bench;
  private int headersRead;

  @BeforeEach
  void open() {
    bench = bench(1, true, TeardownMode.LAZY);
  }

  private DeviceBench bench(long seed, boolean digests, TeardownMode mode) {
    return new DeviceBench(
        seed,
        digests,
        mode,
        Voucher.PLACEMENT,
        (registry, config, framing, upper) ->
            new SocketDevice(registry, JdkCrc32c.INSTANCE, THRESHOLD)
                .addQueue(config, new Counting(framing), upper));
  }

  private final class Counting implements Framing {
    private final Framing real;

    Counting(Framing real) {
      this.real = real;
    }

    @Override
    public int prefixBytes() {
      return real.prefixBytes();
    }

    @Override
    public int maxHeaderBytes() {
      return real.maxHeaderBytes();
    }

    @Override
    public int headerBytes(byte[] header) {
      return real.headerBytes(header);
    }

    @Override
    public boolean parse(byte[] header, PduShape shape) {
      headersRead++;
      return real.parse(header, shape);
    }
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** Reads that are not mapped, each answered: the queue rests after the first. */
  private void smallReads(int count) {
    for (int i = 0; i < count; i++) {
      byte[] data = bench.data(SMALL);
      assertThat(bench.read(i, 100_000, SMALL)).isEqualTo(SetupResult.BELOW_THRESHOLD);
      bench.expect(100_000, data);
      byte[] answer =
          IscsiFraming.concat(bench.framing.dataIn(i, 0, data), bench.framing.response(i));
      for (int at = 0; at < answer.length; ) {
        at += bench.sendOnce(answer, at, answer.length - at);
      }
    }
    bench.assertMemory();
  }

  /** The next window is the destination, from its first byte on, once the header has come. */
  private void assertPlacedWhole(int tag, int offset) {
    byte[] data = bench.data(LARGE);
    bench.expect(offset, data);
    byte[] pdu = bench.framing.dataIn(tag, 0, data);
    bench.sendOnce(pdu, 0, IscsiFraming.HEADER_BYTES);
    ReadWindow window = bench.queue.nextWindow();
    assertThat(window.direct()).isTrue();
    assertThat(window.offset()).isEqualTo(offset);
    bench.queue.windowReturned();
    bench.send(
        Arrays.copyOfRange(pdu, IscsiFraming.HEADER_BYTES, pdu.length),
        bench.framing.response(tag));
    bench.settle();
    bench.assertMemory();
    assertThat(bench.upper.command(tag).placedBytes).isPositive();
    assertThat(bench.upper.command(tag).verdicts).containsExactly(DigestVerdict.IN_PLACEMENT);
  }

  @Test
  void whileNothingIsMappedNoHeaderIsRead() {
    smallReads(1);
    int before = headersRead;
    smallReads(50);
    assertThat(headersRead).isEqualTo(before);
    assertThat(bench.upper.runs).isEqualTo(51);
  }

  @Test
  void whileNothingIsMappedMoreIsReadAtATime() {
    smallReads(1);
    assertThat(nextStagingBytes()).isEqualTo(PlacingQueue.LARGE_STAGING_BYTES);
    // What is mapped now may come next, and is to be copied no further than its header.
    bench.read(6, 1000, LARGE);
    assertThat(nextStagingBytes()).isEqualTo(BaseQueue.STAGING_BYTES);
    assertPlacedWhole(6, 1000);
  }

  private int nextStagingBytes() {
    ReadWindow window = bench.queue.nextWindow();
    assertThat(window.direct()).isFalse();
    bench.queue.windowReturned();
    return window.length();
  }

  @Test
  void aMappingBetweenTwoPdusIsPlacedFromItsFirstByte() {
    smallReads(5);
    bench.read(6, 1000, LARGE);
    assertPlacedWhole(6, 1000);
    smallReads(5);
    bench.read(7, 40_000, LARGE);
    assertPlacedWhole(7, 40_000);
  }

  @Test
  void aMappingInTheMiddleOfAPduIsPlacedAfterIt() {
    smallReads(5);
    byte[] data = bench.data(SMALL);
    bench.read(5, 100_000, SMALL);
    bench.expect(100_000, data);
    byte[] under = IscsiFraming.concat(bench.framing.dataIn(5, 0, data));
    bench.sendOnce(under, 0, 200);
    bench.read(6, 1000, LARGE);
    // Reads that end where the PDU does: there the headers begin to be read again.
    for (int at = 200; at < under.length; ) {
      ReadWindow window = bench.queue.nextWindow();
      assertThat(window.length()).isLessThanOrEqualTo(under.length - at);
      bench.queue.windowReturned();
      at += bench.sendOnce(under, at, under.length - at);
    }
    assertPlacedWhole(6, 1000);
  }

  @Test
  void aMappingWithinARunIsPlacedAfterIt() {
    smallReads(5);
    bench.upper.onRun =
        () -> {
          bench.upper.onRun = () -> {};
          assertThat(bench.read(6, 1000, LARGE)).isEqualTo(SetupResult.MAPPED);
        };
    smallReads(1);
    assertPlacedWhole(6, 1000);
  }

  @Test
  void whereTheUpperLayerDoesNotSayWherePdusEndEveryHeaderIsRead() {
    bench.upper.knowsBoundaries = false;
    smallReads(10);
    assertThat(headersRead).isEqualTo(20);
    bench.read(6, 1000, LARGE);
    assertPlacedWhole(6, 1000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFirstReadAfterARestIsAsLongAsWhatCameLastSuggests(boolean largeAgain) {
    bench.read(6, 1000, LARGE);
    assertPlacedWhole(6, 1000);
    if (!largeAgain) {
      // The first may still be read as if something large were to come.
      bench.send(bench.framing.dataIn(9, 0, bench.data(SMALL)));
      bench.send(bench.framing.dataIn(9, 0, bench.data(SMALL)));
    }
    ReadWindow window = bench.queue.nextWindow();
    assertThat(window.length() < BaseQueue.STAGING_BYTES).isEqualTo(largeAgain);
    bench.queue.windowReturned();
  }

  @ParameterizedTest(name = "seed {0}, {1}")
  @CsvSource({
    "1,LAZY", "2,LAZY", "3,LAZY", "4,LAZY", "5,LAZY", "6,LAZY", "7,LAZY", "8,LAZY",
    "9,EAGER", "10,EAGER", "11,EAGER", "12,EAGER", "13,EAGER", "14,EAGER", "15,EAGER", "16,EAGER"
  })
  void largeAndSmallReadsByTurnsAreRightHoweverTheStreamIsCut(long seed, TeardownMode mode) {
    bench.close();
    bench = bench(seed, seed % 2 == 0, mode);
    byte[] stream = {};
    int at = 0;
    int placed = 0;
    for (int tag = 0; tag < 200; tag++) {
      // The next command is given while the answers to earlier ones are somewhere on their way.
      int length = bench.random.nextInt(4) == 0 ? bench.random.nextInt(1, 9000) : SMALL;
      int offset = tag % DeviceBench.ENTRIES * 10_000;
      byte[] data = bench.data(length);
      bench.read(tag, offset, length);
      bench.expect(offset, data);
      stream =
          IscsiFraming.concat(
              Arrays.copyOfRange(stream, at, stream.length),
              bench.framing.dataIn(tag, 0, data),
              bench.framing.response(tag));
      at = 0;
      boolean all = tag % DeviceBench.ENTRIES == DeviceBench.ENTRIES - 1;
      int until = all ? stream.length : bench.random.nextInt(stream.length + 1);
      while (at < until) {
        at += bench.sendOnce(stream, at, Math.min(until - at, bench.random.nextInt(1, 3000)));
        bench.assertBalanced();
      }
      if (all || bench.random.nextBoolean()) {
        bench.settle();
      }
      if (all) {
        bench.assertMemory();
      }
      placed += bench.upper.command(tag).placedBytes;
    }
    assertThat(bench.upper.commands)
        .allMatch(command -> command.responded && !command.failed())
        .allMatch(c -> c.placedBytes + c.copiedBytes == c.buffer.lengthBytes())
        .allMatch(command -> command.mapped == command.tornDown);
    assertThat(bench.count(DdpCounter.DDP_BYTES)).isGreaterThanOrEqualTo(placed).isPositive();
    assertThat(headersRead).as("some were not").isLessThan(400);
  }
}
