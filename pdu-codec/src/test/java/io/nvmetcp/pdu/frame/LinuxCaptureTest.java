package io.nvmetcp.pdu.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.engine.CommonsCodecCrc32c;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Digests that somebody else computed: the bytes of a real Linux host. */
class LinuxCaptureTest {

  static Stream<Crc32cEngine> engines() {
    return Stream.of(JdkCrc32c.INSTANCE, CommonsCodecCrc32c.INSTANCE);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyDigestOfALinuxHostIsRight(Crc32cEngine engine) throws IOException {
    Recorder recorder = new Recorder(engine);

    recorder.read(capture());

    assertThat(recorder.faults).isEmpty();
    assertThat(recorder.types)
        .startsWith(PduType.IC_REQ, PduType.CAPSULE_CMD, PduType.CAPSULE_CMD, PduType.CAPSULE_CMD);
    assertThat(recorder.lines.get(1)).contains("HDGSTF+DDGSTF", "Connect qid=1");
    assertThat(recorder.lines).anyMatch(line -> line.contains("Write nsid=1 slba=0 nlb=1"));
    assertThat(recorder.verdicts).hasSize(2).containsOnly(DigestVerdict.BY_FALLBACK);
  }

  @Test
  void oneBitOfItsDataIsNoticed() throws IOException {
    byte[] capture = capture();
    int data = new String(capture, StandardCharsets.ISO_8859_1).indexOf("kernel digest vector");
    capture[data] ^= 1;
    Recorder recorder = new Recorder(JdkCrc32c.INSTANCE);

    recorder.read(capture);

    assertThat(recorder.verdicts)
        .containsExactly(DigestVerdict.BY_FALLBACK, DigestVerdict.MISMATCH);
  }

  private static byte[] capture() throws IOException {
    try (InputStream in = LinuxCaptureTest.class.getResourceAsStream("linux-host-io-queue.hex")) {
      assertThat(in).isNotNull();
      String digits =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .collect(Collectors.joining());
      return HexFormat.of().parseHex(digits);
    }
  }

  private static final class Recorder implements PduListener {
    private final List<PduType> types = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final List<DigestVerdict> verdicts = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Crc32cDigest crc;
    private final PduReader reader;

    Recorder(Crc32cEngine engine) {
      crc = engine.newDigest();
      reader =
          new PduReader(engine, Voucher.PLACEMENT, Limits.initial(Role.CONTROLLER, 8192, 0), this);
    }

    void read(byte[] bytes) {
      reader.accept(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      types.add(type);
      lines.add(PduPrinter.line(header, type.headerBytes(), PduPrinter.Queue.IO));
      crc.reset();
      if (type == PduType.IC_REQ) {
        IcRequest request = IcRequest.decode(header);
        reader.limits(
            reader
                .limits()
                .with(Negotiated.of(request, new IcResponse(0, 0, true, true, 1 << 20))));
      }
    }

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
      crc.update(bytes, offset, length);
    }

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
      digest.softwareResult(crc.value() == received);
      verdicts.add(digest.verdict());
    }

    @Override
    public void onFault(ConnectionFault fault) {
      faults.add(fault.describe());
    }
  }
}
