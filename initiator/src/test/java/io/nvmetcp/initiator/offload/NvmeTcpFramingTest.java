package io.nvmetcp.initiator.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.testing.wire.WireSink;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvmeTcpFramingTest {
  private final PduShape shape = new PduShape();

  private static Negotiated negotiated(boolean headerDigest, boolean dataDigest, int hpda) {
    return new Negotiated(headerDigest, dataDigest, hpda, 0, 1, 8192);
  }

  private static NvmeTcpFraming framing(Negotiated negotiated) {
    return new NvmeTcpFraming(negotiated, JdkCrc32c.INSTANCE);
  }

  private static byte[] data(Negotiated negotiated, int bytes) {
    WireSink sink = new WireSink();
    PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, sink);
    writer.negotiated(negotiated);
    writer.data(PduType.C2H_DATA, 0, 0xABCD, 0, 4096, bytes);
    writer.payload(MemorySegment.ofArray(new byte[bytes]), 0, bytes, PayloadLease.NONE);
    return sink.take();
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 0, 24",
    "true, false, 0, 28",
    "false, true, 0, 24",
    "true, true, 7, 32"
  })
  void findsThePlaceOfC2hData(boolean headerDigest, boolean dataDigest, int hpda, int dataStart) {
    Negotiated negotiated = negotiated(headerDigest, dataDigest, hpda);
    NvmeTcpFraming framing = framing(negotiated);
    byte[] pdu = data(negotiated, 1000);
    assertThat(framing.headerBytes(pdu)).isEqualTo(headerDigest ? 28 : 24);
    assertThat(framing.parse(pdu, shape)).isTrue();
    assertThat(shape.pduBytes).isEqualTo(pdu.length);
    assertThat(shape.dataStart).isEqualTo(dataStart);
    assertThat(shape.dataBytes).isEqualTo(1000);
    assertThat(shape.digestBytes).isEqualTo(dataDigest ? 4 : 0);
    assertThat(shape.placeable).isTrue();
    assertThat(shape.tag).isEqualTo(0xABCD);
    assertThat(shape.bufferOffset).isEqualTo(4096);
  }

  @Test
  void believesNoHeaderWhoseDigestIsWrong() {
    Negotiated negotiated = negotiated(true, true, 0);
    byte[] pdu = data(negotiated, 64);
    for (int i = 8; i < 28; i++) {
      byte[] spoiled = pdu.clone();
      spoiled[i] ^= 0x10;
      assertThat(framing(negotiated).parse(spoiled, shape)).as("byte %d", i).isFalse();
    }
  }

  @Test
  void believesNoLengthsThatContradictEachOther() {
    Negotiated negotiated = negotiated(false, false, 0);
    byte[] pdu = data(negotiated, 64);
    NvmeTcpFraming framing = framing(negotiated);
    for (long plen : new long[] {0, 23, 24, 87, 89, 0xFFFF_FFFFL}) {
      byte[] spoiled = pdu.clone();
      LittleEndian.put32(spoiled, PduFields.PLEN, plen);
      assertThat(framing.parse(spoiled, shape)).as("PLEN %d", plen).isFalse();
    }
    for (int pdo : new int[] {0, 23, 28, 255}) {
      byte[] spoiled = pdu.clone();
      LittleEndian.put8(spoiled, PduFields.PDO, pdo);
      assertThat(framing.parse(spoiled, shape)).as("PDO %d", pdo).isFalse();
    }
    byte[] huge = pdu.clone();
    LittleEndian.put32(huge, PduFields.PLEN, 0x8000_0018L);
    LittleEndian.put32(huge, PduFields.DATAL, 0x8000_0000L);
    assertThat(framing.parse(huge, shape)).isFalse();
  }

  @Test
  void knowsEveryHeaderOfAControllerButPlacesOnlyC2hData() {
    NvmeTcpFraming framing = framing(negotiated(true, true, 0));
    for (PduType type : PduType.values()) {
      byte[] header = new byte[framing.maxHeaderBytes()];
      int digest = type.digestible() ? 4 : 0;
      int data = type == PduType.C2H_DATA ? 4 : 0;
      int pdo = data > 0 ? type.headerBytes() + digest : 0;
      PduFields.common(header, type, 0, pdo, type.headerBytes() + digest + data);
      if (type.sender() == Role.HOST) {
        assertThat(framing.headerBytes(header)).as("%s", type).isNegative();
        continue;
      }
      assertThat(framing.headerBytes(header)).isEqualTo(type.headerBytes() + digest);
      assertThat(framing.headerBytes(header)).isLessThanOrEqualTo(framing.maxHeaderBytes());
      if (digest > 0) {
        var crc = JdkCrc32c.INSTANCE.newDigest();
        crc.update(header, 0, type.headerBytes());
        LittleEndian.put32(header, type.headerBytes(), crc.value());
      }
      boolean believed = framing.parse(header, shape);
      assertThat(believed).as("%s", type).isEqualTo(type != PduType.C2H_DATA);
      assertThat(shape.placeable).isFalse();
    }
  }

  @Test
  void isNoHeaderIfTheLengthContradictsTheType() {
    NvmeTcpFraming framing = framing(negotiated(true, true, 0));
    for (PduType type : PduType.values()) {
      byte[] header = new byte[framing.maxHeaderBytes()];
      for (int plen : new int[] {0, type.headerBytes() - 1, type.headerBytes() + 200}) {
        PduFields.common(header, type, 0, 0, plen);
        assertThat(framing.headerBytes(header)).as("%s %d", type, plen).isNegative();
      }
    }
  }

  @Test
  void isNoHeaderWithAnUnknownTypeOrAWrongLength() {
    NvmeTcpFraming framing = framing(negotiated(false, false, 0));
    byte[] pdu = data(framing.negotiated(), 16);
    byte[] unknown = pdu.clone();
    unknown[0] = 0x0A;
    assertThat(framing.headerBytes(unknown)).isNegative();
    assertThat(framing.parse(unknown, shape)).isFalse();
    byte[] wrong = Arrays.copyOf(pdu, pdu.length);
    wrong[PduFields.HLEN] = 25;
    assertThat(framing.headerBytes(wrong)).isNegative();
  }
}
