package io.nvmetcp.pdu.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.testing.wire.Transcript;
import io.nvmetcp.testing.wire.WireSink;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class PduReaderTest {
  private static final Negotiated PLAIN = new Negotiated(false, false, 0, 0, 1, 65_536);
  private static final Negotiated DIGESTS = new Negotiated(true, true, 0, 0, 1, 65_536);

  @Test
  void reportsABadHeaderDigestWithTheDigestItReceived() {
    byte[] pdu = c2hData(DIGESTS, 8);
    pdu[12] ^= 1;
    Transcript transcript = Transcript.of(Role.HOST, DIGESTS).read(pdu);
    ConnectionFault fault = Objects.requireNonNull(transcript.fault());
    assertThat(fault.status()).isEqualTo(FatalStatus.HEADER_DIGEST_ERROR);
    assertThat(fault.information()).isEqualTo(LittleEndian.u32(pdu, 24));
    assertThat(fault.header()).isEqualTo(Arrays.copyOf(pdu, 24));
  }

  @Test
  void saysNothingOfWrongFieldsWhenTheHeaderDigestIsWrongToo() {
    byte[] pdu = c2hData(DIGESTS, 8);
    LittleEndian.put32(pdu, PduFields.DATAL, 7);
    Transcript transcript = Transcript.of(Role.HOST, DIGESTS).read(pdu);
    assertThat(Objects.requireNonNull(transcript.fault()).status())
        .isEqualTo(FatalStatus.HEADER_DIGEST_ERROR);
  }

  @Test
  void findsEveryFlippedBitOfADigestedHeader() {
    byte[] sound = c2hData(DIGESTS, 8);
    for (int bit = 0; bit < 28 * 8; bit++) {
      byte[] pdu = sound.clone();
      pdu[bit / 8] ^= (byte) (1 << bit % 8);
      Transcript transcript = Transcript.of(Role.HOST, DIGESTS).read(pdu);
      assertThat(transcript.fault()).as("bit %d", bit).isNotNull();
      assertThat(transcript.size()).as("nothing but the fault").isEqualTo(1);
    }
  }

  @Test
  void reportsTheCommonHeaderWhenThatIsAllItHasRead() {
    byte[] pdu = c2hData(PLAIN, 8);
    pdu[PduFields.HLEN] = 23;
    Transcript transcript = Transcript.of(Role.HOST, PLAIN).read(pdu);
    transcript.isEqualTo("fault fes=1 fei=2: C2HData with HLEN 23");
    assertThat(Objects.requireNonNull(transcript.fault()).header())
        .isEqualTo(Arrays.copyOf(pdu, 8));
  }

  @Test
  void hangsUpOnAMalformedTerminateRequest() {
    byte[] pdu = new byte[24];
    PduFields.common(pdu, PduType.C2H_TERM_REQ, 0, 0, 4096);
    Transcript transcript = Transcript.of(Role.HOST, PLAIN).read(pdu);
    transcript.isEqualTo("hang up: malformed C2HTermReq");
    assertThat(Objects.requireNonNull(transcript.fault()).status()).isNull();
  }

  @Test
  void ignoresEverythingAfterAFault() {
    Transcript transcript =
        Transcript.of(Role.HOST, PLAIN).read(new byte[] {8, 0, 0, 0, 0, 0, 0, 0});
    assertThat(transcript.size()).isEqualTo(1);
    transcript.read(c2hData(PLAIN, 8)).read(new byte[8]);
    transcript.reader().fail(ConnectionFault.hangUp("again"));
    assertThat(transcript.size()).isEqualTo(1);
    assertThat(transcript.reader().failed()).isTrue();
    assertThat(transcript.reader().payloadLeft()).isZero();
  }

  @Test
  void isSilentAfterClose() {
    Transcript transcript = Transcript.of(Role.HOST, PLAIN);
    transcript.reader().close();
    transcript.read(c2hData(PLAIN, 8)).read(new byte[200]);
    assertThat(transcript.size()).isZero();
  }

  @Test
  void namesTheTypeOfAHeaderThatIsOnItsWayFromTheEighthByteOn() {
    Transcript transcript = Transcript.of(Role.HOST, PLAIN);
    byte[] pdu = c2hData(PLAIN, 8);
    for (int i = 0; i < pdu.length; i++) {
      boolean known = i >= PduFields.COMMON_BYTES && i < PduType.C2H_DATA.headerBytes();
      assertThat(transcript.reader().headerInHand())
          .as("after %d bytes", i)
          .isEqualTo(known ? PduType.C2H_DATA : null);
      transcript.read(new byte[] {pdu[i]});
    }
    assertThat(transcript.reader().headerInHand()).isNull();
  }

  /** Fails at its n-th event. */
  private static final class Refusing implements PduListener {
    private final List<String> events = new ArrayList<>();
    private final int refuseAt;
    private final PduReader reader;

    Refusing(int refuseAt) {
      this.refuseAt = refuseAt;
      Limits limits = Limits.initial(Role.HOST, 0, 1 << 20).with(DIGESTS);
      reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, this);
    }

    private void event(String name) {
      events.add(name);
      if (events.size() == refuseAt) {
        reader.fail(reader.fault(FatalStatus.DATA_OUT_OF_RANGE, 0, "refused"));
      }
    }

    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      event("pdu");
    }

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
      event("payload");
    }

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
      event("end");
    }

    @Override
    public void onFault(ConnectionFault fault) {
      events.add("fault " + fault.header().length);
    }
  }

  @Test
  void stopsBeforeTheNextEventWhenItsListenerFails() {
    byte[] pdu = c2hData(DIGESTS, 8);
    String[] expected = {
      "[pdu, fault 24]", "[pdu, payload, fault 24]", "[pdu, payload, end, fault 24]"
    };
    for (int refuseAt = 1; refuseAt <= 3; refuseAt++) {
      var listener = new Refusing(refuseAt);
      byte[] twice = Arrays.copyOf(pdu, pdu.length * 2);
      System.arraycopy(pdu, 0, twice, pdu.length, pdu.length);
      listener.reader.accept(MemorySegment.ofArray(twice), 0, twice.length);
      assertThat(listener.events).hasToString(expected[refuseAt - 1]);
    }
  }

  @Test
  void allocatesNothingForWhatALengthClaims() {
    byte[] header = new byte[24];
    PduFields.common(header, PduType.C2H_DATA, PduFlags.LAST, 24, 24L + (1 << 30));
    LittleEndian.put32(header, PduFields.DATAL, 1 << 30);
    byte[] piece = new byte[4096];
    var silent = new Silent();
    Limits limits = Limits.initial(Role.HOST, 0, Integer.MAX_VALUE).with(PLAIN);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    MemorySegment headerBytes = MemorySegment.ofArray(header);
    MemorySegment pieceBytes = MemorySegment.ofArray(piece);
    long allocated = Long.MAX_VALUE;
    for (int warmUp = 0; warmUp < 5; warmUp++) {
      var reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, silent);
      long before = threads.getCurrentThreadAllocatedBytes();
      reader.accept(headerBytes, 0, header.length);
      for (int i = 0; i < 1000; i++) {
        reader.accept(pieceBytes, 0, piece.length);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(reader.payloadLeft()).isEqualTo((1 << 30) - 4_096_000);
    }
    assertThat(allocated).as("bytes allocated for a claim of 1 GiB").isLessThan(64 * 1024);
  }

  @Test
  void allocatesNothingPerPduInSteadyState() {
    byte[] pdu = c2hData(DIGESTS, 64);
    MemorySegment bytes = MemorySegment.ofArray(pdu);
    var silent = new Silent();
    Limits limits = Limits.initial(Role.HOST, 0, 1 << 20).with(DIGESTS);
    var reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, silent);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20_000;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        reader.accept(bytes, 0, pdu.length);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(silent.pdus).isEqualTo(5 * rounds);
    assertThat(least).as("bytes for %d PDUs", rounds).isLessThan(rounds);
  }

  private static final class Silent implements PduListener {
    private int pdus;

    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      pdus++;
    }

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {}

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {}

    @Override
    public void onFault(ConnectionFault fault) {
      throw new AssertionError(fault.describe());
    }
  }

  @Test
  void tellsTheLedgerOfEveryRunWithItsBit() {
    byte[] pdu = c2hData(DIGESTS, 100);
    // Payload at 28..128, digest at 128..132; a run may cover the end of one and all of the other.
    record Case(int[] cuts, boolean[] crcOk, int runs, int vouched, DigestVerdict verdict) {}
    var cases =
        List.of(
            new Case(new int[] {132}, new boolean[] {true}, 2, 104, DigestVerdict.BY_DEVICE),
            new Case(new int[] {132}, new boolean[] {false}, 2, 0, DigestVerdict.BY_FALLBACK),
            new Case(
                new int[] {28, 132}, new boolean[] {false, true}, 2, 104, DigestVerdict.BY_DEVICE),
            new Case(
                new int[] {128, 132},
                new boolean[] {true, false},
                2,
                100,
                DigestVerdict.BY_FALLBACK),
            new Case(
                new int[] {130, 132},
                new boolean[] {true, false},
                3,
                102,
                DigestVerdict.BY_FALLBACK),
            new Case(
                new int[] {50, 60, 132},
                new boolean[] {true, false, true},
                4,
                94,
                DigestVerdict.BY_FALLBACK));
    for (Case test : cases) {
      var seen = new ArrayList<String>();
      var listener =
          new LedgerListener(
              ledger ->
                  seen.add(
                      "%d %d %s"
                          .formatted(ledger.runs(), ledger.vouchedBytes(), ledger.verdict())));
      Limits limits = Limits.initial(Role.HOST, 0, 1 << 20).with(DIGESTS);
      var reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, listener);
      int from = 0;
      for (int i = 0; i < test.cuts().length; i++) {
        int step = test.cuts()[i] - from;
        reader.accept(MemorySegment.ofArray(pdu), from, step, false, test.crcOk()[i]);
        from = test.cuts()[i];
      }
      assertThat(seen)
          .containsExactly("%d %d %s".formatted(test.runs(), test.vouched(), test.verdict()));
    }
  }

  private record LedgerListener(Consumer<DigestLedger> judged) implements PduListener {
    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {}

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {}

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
      if (digest.needsSoftwareCheck()) {
        digest.softwareResult(true);
      }
      judged.accept(digest);
    }

    @Override
    public void onFault(ConnectionFault fault) {
      throw new AssertionError(fault.describe());
    }
  }

  @Test
  void leavesAWrongDataDigestToTheCommand() {
    byte[] pdu = c2hData(DIGESTS, 8);
    pdu[pdu.length - 1] ^= 1;
    Transcript transcript = Transcript.of(Role.HOST, DIGESTS).read(pdu).read(c2hData(DIGESTS, 4));
    assertThat(transcript.text()).contains("MISMATCH");
    assertThat(transcript.fault()).isNull();
    assertThat(transcript.size()).isEqualTo(4);
  }

  @Test
  void survivesAnyBytes() {
    long seed = 0xF022L;
    var random = new Random(seed);
    byte[][] streams = new byte[2][];
    IcRequest request = Conversations.request(true, true, 1);
    IcResponse response = Conversations.response(true, true, 1);
    streams[0] = Conversations.ofController(request, response, 64);
    streams[1] = Conversations.ofHost(request, response, 64);
    for (int round = 0; round < 20_000; round++) {
      byte[] stream = streams[round & 1].clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        stream[random.nextInt(stream.length)] = (byte) random.nextInt();
      }
      Transcript transcript = Transcript.from(Role.values()[round & 1], request, response);
      try {
        transcript.read(stream);
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d round %d".formatted(seed, round), e);
      }
      assertThat(transcript.reader().failed()).isEqualTo(transcript.fault() != null);
    }
  }

  private static byte[] c2hData(Negotiated agreed, int bytes) {
    var sink = new WireSink();
    var writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
    writer.negotiated(agreed);
    writer.data(PduType.C2H_DATA, PduFlags.LAST, 7, 0, 0, bytes);
    byte[] payload = Conversations.pattern(1, bytes);
    writer.payload(MemorySegment.ofArray(payload), 0, bytes, PayloadLease.NONE);
    return sink.toByteArray();
  }
}
