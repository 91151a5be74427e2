package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.TransferBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data of writes that is read to its place: into pages of the namespace, or the write's buffer. */
class SessionPlacingTest {
  private static final int PAGE = MemoryBackend.PAGE_BYTES;
  private static final int UNALIGNED = 10 * BLOCK;

  private final MemoryBackend storage = new MemoryBackend(1 << 22);
  private final SessionHarness.World world = new SessionHarness.World(storage);

  @AfterEach
  void everyBufferAndPageIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private SessionHarness io(boolean digests) {
    SessionHarness io = SessionHarness.io(world, SessionOptions.DEFAULT, digests, digests, true);
    io.placing = true;
    return io;
  }

  private static HostSide.Pdu asked(SessionHarness io, int cid, long slba, int bytes) {
    io.host.writeByR2t(cid, slba, bytes, BLOCK);
    return io.turn().next();
  }

  private static void send(SessionHarness io, HostSide.Pdu r2t, byte[] bytes, int from, int to) {
    byte[] part = Arrays.copyOfRange(bytes, from, to);
    io.host.h2cData(r2t.cid(), r2t.ttag(), from, part, to == bytes.length);
  }

  private byte[] stored(int offset, int length) {
    SessionHarness io = io(false);
    io.host.read(1, offset / BLOCK, length / BLOCK, BLOCK);
    byte[] data = io.turn().next().data();
    io.session.closed("test");
    return data;
  }

  /** Two writes, in PDUs that alternate, as bytes: one of a whole page and one of part of one. */
  private static byte[] twoWrites(SessionHarness io, byte[] whole, byte[] part) {
    HostSide.Pdu first = asked(io, 1, 0, whole.length);
    HostSide.Pdu second = asked(io, 2, (PAGE + BLOCK) / BLOCK, part.length);
    send(io, first, whole, 0, 60_000);
    send(io, second, part, 0, 20_000);
    send(io, first, whole, 60_000, whole.length);
    send(io, second, part, 20_000, part.length);
    return io.host.take();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isRightWhereverTheStreamIsCut(boolean digests) {
    byte[] whole = HostSide.pattern(PAGE, 1);
    byte[] part = HostSide.pattern(UNALIGNED, 2);
    List<Integer> cuts = new ArrayList<>();
    // Round the first two headers, everywhere; and then here and there.
    for (int cut = 1; cut < 120; cut++) {
      cuts.add(cut);
      cuts.add(60_000 + cut);
    }
    for (int cut = 997; cut < PAGE + UNALIGNED; cut += 9973) {
      cuts.add(cut);
    }
    SessionHarness io = io(digests);
    int writes = 0;
    for (int cut : cuts) {
      byte[] stream = twoWrites(io, whole, part);
      io.deliver(Arrays.copyOfRange(stream, 0, cut));
      io.deliver(Arrays.copyOfRange(stream, cut, stream.length));
      assertThat(io.transcript()).as("cut at %d", cut).containsExactly("resp 1 0", "resp 2 0");
      assertThat(io.counters.get(Counter.LENT_WRITES)).isEqualTo(++writes);
      assertThat(io.counters.get(Counter.PLACED_BYTES)).isGreaterThan(writes * (PAGE / 2L));
    }
    io.session.closed("test");
    assertThat(stored(0, PAGE)).isEqualTo(whole);
    assertThat(stored(PAGE + BLOCK, UNALIGNED)).isEqualTo(part);
    assertThat(storage.pagesInUse()).isEqualTo(2);
  }

  @Test
  void aWrongDigestLeavesTheNamespaceAsItWas() {
    SessionHarness io = io(true);
    byte[] old = HostSide.pattern(PAGE, 1);
    HostSide.Pdu r2t = asked(io, 1, 0, PAGE);
    send(io, r2t, old, 0, PAGE);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
    r2t = asked(io, 2, 0, PAGE);
    send(io, r2t, HostSide.pattern(PAGE, 2), 0, PAGE);
    byte[] bad = io.host.take();
    bad[70_000] ^= 1;
    assertThat(io.deliver(bad).transcript())
        .containsExactly("resp 2 %x".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
    assertThat(io.counters.get(Counter.PLACED_BYTES)).isGreaterThanOrEqualTo(2L * (PAGE - 4096));
    io.session.closed("test");
    assertThat(stored(0, PAGE)).isEqualTo(old);
  }

  @ParameterizedTest
  @CsvSource({
    "0,     60000, true,  term fes 1 fei 1", // ends too early
    "4096,  60000, false, term fes 4 fei 0", // not where the data before it ended
    "40000, 60000, false, term fes 4 fei 0",
    "20000, 180000, false, term fes 4 fei 0", // more than was asked for
  })
  void badDataBehindPlacedDataEndsTheConnectionAndStoresNothing(
      int from, int to, boolean last, String answer) {
    SessionHarness io = io(false);
    byte[] data = HostSide.pattern(PAGE, 1);
    HostSide.Pdu r2t = asked(io, 1, 0, PAGE);
    int start = from == 0 ? 0 : 20_000;
    if (start > 0) {
      send(io, r2t, data, 0, start);
    }
    byte[] next = Arrays.copyOfRange(HostSide.pattern(200_000, 2), from, to);
    io.host.h2cData(1, r2t.ttag(), from, next, last);
    assertThat(io.turn().transcript()).containsExactly(answer);
    assertThat(io.session.findPlace()).isZero();
    assertThat(storage.pagesInUse()).isZero();
    assertThat(stored(0, PAGE)).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {PAGE, UNALIGNED})
  void aConnectionThatEndsInTheMiddleGivesThePlaceBack(int length) {
    SessionHarness io = io(true);
    HostSide.Pdu r2t = asked(io, 1, 0, length);
    send(io, r2t, new byte[length], 0, length);
    io.deliver(Arrays.copyOfRange(io.host.take(), 0, 10_000));
    assertThat(io.session.findPlace()).isPositive();
    io.session.closed("test");
    assertThat(io.session.findPlace()).isZero();
    assertThat(storage.pagesInUse()).isZero();
  }

  @Test
  void anAbortInTheMiddleIsAnsweredAfterTheDataAndStoresNothing() {
    SessionHarness io = io(false);
    byte[] data = HostSide.pattern(PAGE, 1);
    HostSide.Pdu r2t = asked(io, 1, 0, PAGE);
    send(io, r2t, data, 0, 50_000);
    byte[] stream = io.host.take();
    io.deliver(Arrays.copyOfRange(stream, 0, 30_000));
    assertThat(io.session.abort(1)).isTrue();
    io.deliver(Arrays.copyOfRange(stream, 30_000, stream.length));
    assertThat(io.transcript()).isEmpty();
    send(io, r2t, data, 50_000, PAGE);
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 %x".formatted(Status.ABORT_REQUESTED));
    assertThat(storage.pagesInUse()).isZero();
  }

  @Test
  void whatTheNamespaceLendsCountsAsTheTargetsMemory() {
    SessionHarness io = io(false);
    List<TransferBuffer> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      all.add(Objects.requireNonNull(world.buffers.acquire(1 << 20)));
    }
    io.host.writeByR2t(1, 0, PAGE, BLOCK);
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 %x".formatted(Status.COMMAND_INTERRUPTED));
    all.removeLast().release();
    HostSide.Pdu r2t = asked(io, 2, 0, 1 << 20);
    assertThat(world.buffers.lentBytes()).isEqualTo(1 << 24);
    assertThat(storage.pagesInUse()).isEqualTo(8);
    io.host.writeByR2t(3, 0, PAGE, BLOCK);
    assertThat(io.turn().transcript()).isEmpty();
    send(io, r2t, new byte[1 << 20], 0, 1 << 20);
    assertThat(io.turn().transcript()).containsExactly("resp 2 0", "r2t 3 131072 bytes at 0");
    io.session.closed("test");
    all.forEach(TransferBuffer::release);
  }

  @Test
  void aPageIsWrittenByItsWriteAndNotBefore() {
    SessionHarness io = io(false);
    byte[] old = HostSide.pattern(PAGE, 1);
    HostSide.Pdu r2t = asked(io, 1, 0, PAGE);
    send(io, r2t, old, 0, PAGE);
    io.turn().transcript();
    byte[] next = HostSide.pattern(PAGE, 2);
    r2t = asked(io, 2, 0, PAGE);
    send(io, r2t, next, 0, 100_000);
    io.turn();
    assertThat(stored(0, PAGE)).isEqualTo(old);
    send(io, r2t, next, 100_000, PAGE);
    assertThat(io.turn().transcript()).containsExactly("resp 2 0");
    assertThat(stored(0, PAGE)).isEqualTo(next);
    assertThat(storage.pagesInUse()).isEqualTo(1);
  }
}
