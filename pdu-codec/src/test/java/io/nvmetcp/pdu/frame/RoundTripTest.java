package io.nvmetcp.pdu.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.CommonsCodecCrc32c;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.testing.wire.WireSink;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the writer writes, the reader reads, for every type, digest, alignment and size. */
final class RoundTripTest {
  private static final int[] SIZES = {1, 3, 4, 7, 64, 512, 4095, 4096, 8192};

  record Got(PduType type, byte[] header, byte[] payload, DigestVerdict verdict) {}

  static Stream<Negotiated> agreements() {
    var all = new ArrayList<Negotiated>();
    for (int digests = 0; digests < 4; digests++) {
      for (int hpda : new int[] {0, 1, 7, 31}) {
        for (int cpda : new int[] {0, 1, 7, 31}) {
          all.add(new Negotiated((digests & 1) != 0, (digests & 2) != 0, hpda, cpda, 1, 65_536));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("agreements")
  void readsWhatWasWritten(Negotiated agreed) {
    var random = new Random(agreed.hashCode());
    byte[] sqe = new byte[Sqe.BYTES];
    byte[] cqe = new byte[Cqe.BYTES];
    random.nextBytes(sqe);
    random.nextBytes(cqe);

    List<Got> atController = new ArrayList<>();
    List<Got> atHost = new ArrayList<>();
    PduWriter host = pipe(Role.CONTROLLER, agreed, atController);
    PduWriter controller = pipe(Role.HOST, agreed, atHost);
    host.capsuleCmd(sqe, 0, 0);
    controller.capsuleResp(cqe, 0);
    controller.r2t(0xBEEF, 0xFFFF, 0xFFFF_0000L, 0x8000);
    assertThat(atController.removeFirst().header()).containsSequence(sqe);
    assertThat(atHost.removeFirst().header()).containsSequence(cqe);
    byte[] r2t = atHost.removeFirst().header();
    assertThat(PduFields.cccid(r2t)).isEqualTo(0xBEEF);
    assertThat(PduFields.ttag(r2t)).isEqualTo(0xFFFF);
    assertThat(PduFields.r2to(r2t)).isEqualTo(0xFFFF_0000L);
    assertThat(PduFields.r2tl(r2t)).isEqualTo(0x8000);

    for (int size : SIZES) {
      byte[] data = Conversations.pattern(size, size);
      host.capsuleCmd(sqe, 0, size);
      payload(host, data, random);
      host.data(PduType.H2C_DATA, PduFlags.LAST, 1, 2, 0xFFFF_0000L, size);
      payload(host, data, random);
      controller.data(PduType.C2H_DATA, PduFlags.LAST | PduFlags.SUCCESS, 3, 0, 8, size);
      payload(controller, data, random);
      carries(atController.removeFirst(), PduType.CAPSULE_CMD, data, agreed);
      carries(atController.removeFirst(), PduType.H2C_DATA, data, agreed);
      carries(atHost.removeFirst(), PduType.C2H_DATA, data, agreed);
    }
    assertThat(atController).isEmpty();
    assertThat(atHost).isEmpty();
  }

  private static void carries(Got got, PduType type, byte[] data, Negotiated agreed) {
    assertThat(got.type()).isEqualTo(type);
    assertThat(got.payload()).isEqualTo(data);
    assertThat(got.verdict())
        .isEqualTo(agreed.dataDigest() ? DigestVerdict.BY_FALLBACK : DigestVerdict.NOT_NEGOTIATED);
    byte[] h = got.header();
    assertThat(PduFields.pdo(h) % agreed.dataAlignmentBytes(type.sender().peer())).isZero();
    assertThat(PduFields.pdo(h)).isEqualTo(agreed.dataOffset(type));
    assertThat(PduFields.plen(h))
        .isEqualTo(PduFields.pdo(h) + data.length + (agreed.dataDigest() ? 4 : 0));
    if (type != PduType.CAPSULE_CMD) {
      assertThat(PduFields.datal(h)).isEqualTo(data.length);
    }
  }

  // In up to three pieces, from native memory at any alignment.
  private static void payload(PduWriter writer, byte[] data, Random random) {
    try (Arena arena = Arena.ofConfined()) {
      int shift = random.nextInt(16);
      MemorySegment source = arena.allocate(data.length + 16L);
      MemorySegment.copy(data, 0, source, ValueLayout.JAVA_BYTE, shift, data.length);
      int one = random.nextInt(data.length + 1);
      int two = random.nextInt(data.length - one + 1);
      var released = new int[1];
      writer.payload(source, shift, one, () -> released[0]++);
      writer.payload(source, shift + one, two, () -> released[0]++);
      writer.payload(source, shift + one + two, data.length - one - two, () -> released[0]++);
      assertThat(released[0]).as("leases given back").isEqualTo(3);
    }
  }

  /** A writer whose bytes go straight to a reader; digests by different engines. */
  private static PduWriter pipe(Role receiver, Negotiated agreed, List<Got> got) {
    var collector = new Collector(got);
    Limits limits = Limits.initial(receiver, 8192, 1 << 20).with(agreed);
    var reader = new PduReader(CommonsCodecCrc32c.INSTANCE, Voucher.DEVICE, limits, collector);
    var writer =
        new PduWriter(
            JdkCrc32c.INSTANCE,
            new TransmitSink() {
              @Override
              public void bytes(byte[] source, int offset, int length) {
                reader.accept(MemorySegment.ofArray(source), offset, length);
              }

              @Override
              public void payload(
                  MemorySegment source, long offset, int length, PayloadLease lease) {
                reader.accept(source, offset, length);
                lease.release();
              }
            });
    writer.negotiated(agreed);
    return writer;
  }

  private static final class Collector implements PduListener {
    private final List<Got> got;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();

    Collector(List<Got> got) {
      this.got = got;
    }

    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      payload.reset();
      if (payloadBytes == 0) {
        got.add(new Got(type, header.clone(), new byte[0], DigestVerdict.NOT_NEGOTIATED));
      }
    }

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
      payload.writeBytes(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
      byte[] bytes = payload.toByteArray();
      if (digest.needsSoftwareCheck()) {
        var crc = CommonsCodecCrc32c.INSTANCE.newDigest();
        crc.update(bytes, 0, bytes.length);
        digest.softwareResult(crc.value() == received);
      }
      got.add(new Got(type, header.clone(), bytes, digest.verdict()));
    }

    @Override
    public void onFault(ConnectionFault fault) {
      throw new AssertionError(fault.describe());
    }
  }

  @Test
  void carriesEveryFieldOfTheInitializingPdus() {
    for (int bits = 0; bits < 4; bits++) {
      var request = new IcRequest(0, 31, (bits & 1) != 0, (bits & 2) != 0, 0xFFFF_FFFFL);
      var response = new IcResponse(0, 7, (bits & 1) != 0, (bits & 2) != 0, 0xFFFF_FFFCL);
      var sink = new WireSink();
      var writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
      writer.icReq(request);
      writer.icResp(response);
      byte[] bytes = sink.toByteArray();
      assertThat(bytes).hasSize(256);
      assertThat(IcRequest.decode(bytes)).isEqualTo(request);
      assertThat(IcResponse.decode(Arrays.copyOfRange(bytes, 128, 256))).isEqualTo(response);
      assertThat(Arrays.copyOfRange(bytes, 16, 128)).as("reserved").containsOnly(0);
      assertThat(Arrays.copyOfRange(bytes, 144, 256)).as("reserved").containsOnly(0);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void carriesAFaultWithUpTo128BytesOfTheOffendingHeader(Role sender) {
    for (int length : new int[] {0, 1, 8, 24, 72, 127, 128, 200}) {
      byte[] offending = Conversations.pattern(9, 256);
      var fault =
          ConnectionFault.of(
              FatalStatus.HEADER_DIGEST_ERROR, 0xFEDC_BA98L, "test", offending, length);
      var sink = new WireSink();
      new PduWriter(JdkCrc32c.INSTANCE, sink).termReq(sender, fault);
      byte[] bytes = sink.toByteArray();
      int carried = Math.min(length, 128);
      assertThat(bytes).hasSize(24 + carried);
      assertThat(bytes[0]).isEqualTo((byte) (sender == Role.HOST ? 2 : 3));
      TermRequest read = TermRequest.decode(bytes, bytes.length);
      assertThat(read.fes()).isEqualTo(3);
      assertThat(read.fei()).isEqualTo(0xFEDC_BA98L);
      assertThat(read.header()).isEqualTo(Arrays.copyOf(offending, carried));
      assertThat(read.describe()).isEqualTo("header digest error (FES 3, FEI 4275878552)");
    }
  }
}
