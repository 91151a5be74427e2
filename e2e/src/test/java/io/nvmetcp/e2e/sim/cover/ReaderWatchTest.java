package io.nvmetcp.e2e.sim.cover;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ReaderWatchTest {
  private static final PduListener DEAF =
      new PduListener() {
        @Override
        public void onPdu(PduType type, byte[] header, int payloadBytes) {}

        @Override
        public void onPayload(
            MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {}

        @Override
        public void onPayloadEnd(
            PduType type, byte[] header, DigestLedger digest, int receivedDigest) {}

        @Override
        public void onFault(ConnectionFault fault) {}
      };

  private final Coverage coverage = new Coverage();
  private final PduReader reader =
      new PduReader(
          JdkCrc32c.INSTANCE, Voucher.DEVICE, Limits.initial(Role.CONTROLLER, 8192, 0), DEAF);
  private final ReaderWatch watch = new ReaderWatch(coverage, Machine.TARGET_READER, reader);

  private void give(byte... bytes) {
    watch.before();
    reader.accept(MemorySegment.ofArray(bytes), 0, bytes.length);
    watch.after(bytes.length);
  }

  private long count(String state, Event event) {
    return coverage.count(new Transition(Machine.TARGET_READER, state, event));
  }

  @Test
  void tellsARunThatEndsWithinAHeaderFromOneThatEndsWithIt() {
    // An ICReq: type, flags, HLEN, PDO, PLEN.
    give((byte) 0, (byte) 0, (byte) 128);
    give((byte) 0, (byte) 128, (byte) 0, (byte) 0, (byte) 0);
    give(new byte[64]);
    assertThat(count("AT_BOUNDARY", Event.BYTES_INSIDE)).isEqualTo(1);
    assertThat(count("AWAIT_COMMON_HEADER", Event.BYTES_TO_END)).isEqualTo(1);
    assertThat(count("AWAIT_HEADER", Event.BYTES_INSIDE)).isEqualTo(1);
  }

  @Test
  void countsAFaultWhereTheRunBeganThatHasIt() {
    give((byte) 0x7F, (byte) 0, (byte) 128, (byte) 0, (byte) 128, (byte) 0, (byte) 0, (byte) 0);
    assertThat(count("AT_BOUNDARY", Event.FAULT)).isEqualTo(1);
    watch.over();
    assertThat(coverage.refuted()).isEmpty();
  }
}
