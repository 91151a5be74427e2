package io.nvmetcp.pdu.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.nvmetcp.crc.DigestSource;
import io.nvmetcp.crc.engine.DeviceCrc32c;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.testing.wire.WireSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class PduWriterTest {
  private final WireSink sink = new WireSink();
  private final PduWriter writer = new PduWriter(JdkCrc32c.INSTANCE, sink);

  @Test
  void writesDataWithDigestsAndPaddingByteForByte() {
    writer.negotiated(new Negotiated(true, true, 7, 0, 1, 4096));
    writer.data(PduType.C2H_DATA, PduFlags.LAST | PduFlags.SUCCESS, 0x1234, 0, 0x200, 4);
    writer.payload(MemorySegment.ofArray(new byte[] {1, 2, 3, 4}), 0, 4, PayloadLease.NONE);
    assertThat(hex())
        .isEqualTo(
            "070f1820 28000000 34120000 00020000 04000000 00000000" // header: PDO 32, PLEN 40
                + " 244b88cb" // header digest
                + " 00000000" // padding up to a multiple of 32
                + " 01020304"
                + " f48c3029"); // data digest, padding excluded
  }

  @Test
  void leavesReservedBytesZeroWhateverWasWrittenBefore() {
    byte[] sqe = Conversations.pattern(1, Sqe.BYTES);
    writer.capsuleCmd(sqe, 0, 0);
    int from = sink.size();
    writer.r2t(1, 2, 4, 8);
    assertThat(HexFormat.of().formatHex(sink.toByteArray(), from, sink.size()))
        .isEqualTo("090018001800000001000200040000000800000000000000");
  }

  @Test
  void refusesAPduWithinTheDataOfAnother() {
    writer.data(PduType.H2C_DATA, 0, 1, 2, 0, 8);
    assertThatIllegalStateException().isThrownBy(() -> writer.r2t(1, 2, 0, 4));
    assertThatIllegalStateException().isThrownBy(() -> writer.capsuleResp(0, 0, 0, 0));
  }

  @Test
  void refusesMoreDataThanAnnouncedAndGivesTheLeaseBack() {
    writer.data(PduType.H2C_DATA, 0, 1, 2, 0, 8);
    var released = new int[1];
    assertThatIllegalStateException()
        .isThrownBy(
            () -> writer.payload(MemorySegment.ofArray(new byte[9]), 0, 9, () -> released[0]++));
    assertThat(released[0]).isEqualTo(1);
  }

  @Test
  void givesTheLeaseBackWhenTheMemoryIsGone() {
    writer.negotiated(new Negotiated(false, true, 0, 0, 1, 4096));
    Arena arena = Arena.ofShared();
    MemorySegment closed = arena.allocate(8);
    arena.close();
    writer.data(PduType.H2C_DATA, 0, 1, 2, 0, 8);
    var released = new int[1];
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.payload(closed, 0, 8, () -> released[0]++));
    assertThat(released[0]).isEqualTo(1);
  }

  @Test
  void writesTheDataDigestOnceWhateverEmptyPiecesThereAre() {
    writer.negotiated(new Negotiated(false, true, 0, 0, 1, 4096));
    writer.data(PduType.H2C_DATA, 0, 1, 2, 0, 8);
    MemorySegment data = MemorySegment.ofArray(new byte[8]);
    var released = new int[1];
    writer.payload(data, 0, 0, () -> released[0]++);
    writer.payload(data, 0, 8, () -> released[0]++);
    writer.payload(data, 8, 0, () -> released[0]++);
    assertThat(sink.size()).isEqualTo(24 + 8 + 4);
    assertThat(released[0]).isEqualTo(3);
  }

  @Test
  void takesTheDataDigestFromTheUnitItWasGivenAndFromItsOwnEngineAgain() {
    writer.negotiated(new Negotiated(false, true, 0, 0, 1, 4096));
    MemorySegment data = MemorySegment.ofArray(Conversations.pattern(1, 8));
    var unit = new DeviceCrc32c(new DeviceCrc32c.Capability(1, 1, 4096, 10, 10));
    String[] pdus = new String[3];
    for (int i = 0; i < pdus.length; i++) {
      writer.dataDigestBy(i == 1 ? unit.newDigest() : null);
      int from = sink.size();
      writer.data(PduType.H2C_DATA, 0, 1, 2, 0, 8);
      writer.payload(data, 0, 8, PayloadLease.NONE);
      pdus[i] = HexFormat.of().formatHex(sink.toByteArray(), from, sink.size());
    }
    assertThat(unit.computedBytes()).isEqualTo(8);
    assertThat(pdus).containsOnly(pdus[0]);
  }

  @Test
  void takesDigestsOfPiecesFromWhoKnowsThemInAnyOrderWithOthers() {
    writer.negotiated(new Negotiated(false, true, 0, 0, 1, 4096));
    MemorySegment data = MemorySegment.ofArray(Conversations.pattern(1, 3000));
    int[] asked = new int[1];
    DigestSource knows =
        (offset, length, scratch) -> {
          asked[0]++;
          var own = JdkCrc32c.INSTANCE.newDigest();
          own.update(data, offset, length);
          scratch.update(data, 0, 1); // left in any state
          return own.value();
        };
    String[] pdus = new String[8];
    for (int known = 0; known < pdus.length; known++) {
      int from = sink.size();
      writer.data(PduType.C2H_DATA, 0, 1, 0, 0, 3000);
      for (int piece = 0; piece < 3; piece++) {
        boolean asks = (known & 1 << piece) != 0;
        DigestSource digests = asks ? knows : DigestSource.NONE;
        writer.payload(data, 1000L * piece, 1000, digests, PayloadLease.NONE);
      }
      pdus[known] = HexFormat.of().formatHex(sink.toByteArray(), from, sink.size());
    }
    assertThat(pdus).containsOnly(pdus[0]);
    assertThat(asked[0]).isEqualTo(12);
  }

  @Test
  void asksNobodyForADigestThatIsNotSent() {
    MemorySegment data = MemorySegment.ofArray(Conversations.pattern(1, 8));
    DigestSource fails =
        (offset, length, scratch) -> {
          throw new AssertionError("asked");
        };
    writer.data(PduType.C2H_DATA, 0, 1, 0, 0, 8);
    writer.payload(data, 0, 8, fails, PayloadLease.NONE);
    assertThat(sink.size()).isEqualTo(24 + 8);
  }

  @Test
  void refusesAnotherDigestUnitWithinAPdu() {
    writer.data(PduType.H2C_DATA, 0, 1, 2, 0, 8);
    assertThatIllegalStateException().isThrownBy(() -> writer.dataDigestBy(null));
  }

  @Test
  void refusesADataPduWithoutData() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.data(PduType.C2H_DATA, 0, 1, 0, 0, 0));
  }

  @Test
  void refusesToReportAFaultThatHasNoReport() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.termReq(Role.HOST, ConnectionFault.hangUp("closed")));
  }

  @Test
  void relaysAHeaderWithTheDigestsAndPaddingOfThisConnection() {
    writer.data(PduType.C2H_DATA, PduFlags.LAST, 0x1234, 0, 0x200, 4);
    byte[] plain = sink.toByteArray();
    var other = new WireSink();
    var relay = new PduWriter(JdkCrc32c.INSTANCE, other);
    relay.negotiated(new Negotiated(true, true, 7, 0, 1, 4096));
    relay.relay(PduType.C2H_DATA, plain, 4);
    relay.payload(MemorySegment.ofArray(new byte[] {1, 2, 3, 4}), 0, 4, PayloadLease.NONE);
    var direct = new WireSink();
    var expected = new PduWriter(JdkCrc32c.INSTANCE, direct);
    expected.negotiated(new Negotiated(true, true, 7, 0, 1, 4096));
    expected.data(PduType.C2H_DATA, PduFlags.LAST, 0x1234, 0, 0x200, 4);
    expected.payload(MemorySegment.ofArray(new byte[] {1, 2, 3, 4}), 0, 4, PayloadLease.NONE);
    assertThat(other.toByteArray()).isEqualTo(direct.toByteArray());
  }

  private String hex() {
    return HexFormat.of().formatHex(sink.toByteArray()).replaceAll("(.{8})(?=.)", "$1 ");
  }
}
