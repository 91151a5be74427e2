package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.keepsNamedBytesOnly;
import static io.nvmetcp.nvme.Layouts.roundTrips;
import static io.nvmetcp.nvme.Layouts.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LogPagesTest {
  @Test
  void laysOutTheErrorInformationEntry() {
    StructLayout layout =
        struct()
            .field("ERRCNT", 8)
            .field("SQID", 2)
            .field("CID", 2)
            .other(2) // status: its lowest bit is the phase tag, see below
            .field("PELOC", 2)
            .field("LBA", 8)
            .field("NSID", 4)
            .field("VSIA", 1)
            .field("TRTYPE", 1)
            .field("CSI", 1)
            .field("OPC", 1)
            .field("CSINFO", 8)
            .other(24)
            .ofBytes(ErrorLogEntry.BYTES);
    UnaryOperator<byte[]> withoutStatus =
        bytes -> {
          Arrays.fill(bytes, 12, 14, (byte) 0);
          ErrorLogEntry.decode(bytes, 0).encode(bytes, 0);
          return bytes;
        };
    keepsNamedBytesOnly(layout, withoutStatus);
    roundTrips(layout, 1, withoutStatus);
    var entry = new ErrorLogEntry(1, 2, 3, Status.DNR | 0x281, 0xFFFF, 4, 5, 0, 3, 0, 2, 6);
    byte[] bytes = new byte[128];
    entry.encode(bytes, 64);
    assertThat(ErrorLogEntry.decode(bytes, 64)).isEqualTo(entry);
    assertThat(LittleEndian.u16(bytes, 64 + 12)).isEqualTo((Status.DNR | 0x281) << 1);
  }

  @Test
  void laysOutTheSmartLog() {
    Layouts fields =
        struct()
            .field("CW", 1)
            .field("CTEMP", 2)
            .field("AVSP", 1)
            .field("AVSPT", 1)
            .field("PUSED", 1)
            .other(26);
    for (String counter :
        List.of("DUR", "DUW", "HRC", "HWC", "CBT", "PWRC", "POH", "UPL", "MDIE", "NEIL")) {
      fields.field(counter, 8).other(8);
    }
    StructLayout layout = fields.other(320).ofBytes(SmartLog.BYTES);
    keepsNamedBytesOnly(layout, bytes -> SmartLog.decode(bytes).encode());
    roundTrips(layout, 2, bytes -> SmartLog.decode(bytes).encode());
  }

  @Test
  void laysOutTheFirmwareSlotLog() {
    byte[] page = new FirmwareSlotLog(1, 2, List.of("1.0", "", "12345678")).encode();
    assertThat(page).hasSize(512);
    assertThat(page[0]).isEqualTo((byte) 0x21);
    assertThat(new String(page, 8, 8, StandardCharsets.US_ASCII)).isEqualTo("1.0     ");
    assertThat(Arrays.copyOfRange(page, 16, 24)).containsOnly(0);
    assertThat(FirmwareSlotLog.decode(page))
        .isEqualTo(new FirmwareSlotLog(1, 2, List.of("1.0", "", "12345678", "", "", "", "")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new FirmwareSlotLog(1, 0, List.of("1", "2", "3", "4", "5", "6", "7", "8")));
  }

  @Test
  void listsChangedNamespacesOrSaysThatThereAreTooMany() {
    assertThat(ChangedNamespaceLog.of(List.of()).encode()).hasSize(4096).containsOnly(0);
    for (int count : new int[] {1, 5, 1024}) {
      List<Long> nsids = LongStream.rangeClosed(1, count).boxed().toList();
      byte[] page = ChangedNamespaceLog.of(nsids).encode();
      assertThat(page).hasSize(4096);
      assertThat(ChangedNamespaceLog.decode(page)).isEqualTo(ChangedNamespaceLog.of(nsids));
    }
    List<Long> tooMany = LongStream.rangeClosed(1, 1025).boxed().toList();
    byte[] page = ChangedNamespaceLog.of(tooMany).encode();
    assertThat(Arrays.copyOf(page, 5)).containsExactly(0xFF, 0xFF, 0xFF, 0xFF, 0);
    assertThat(ChangedNamespaceLog.decode(page).overflowed()).isTrue();
  }

  @Test
  void laysOutCommandEffects() {
    byte[] page = new byte[CommandEffectsLog.BYTES];
    for (int opcode = 0; opcode < 256; opcode++) {
      CommandEffectsLog.admin(page, opcode, opcode + 1);
      CommandEffectsLog.io(page, opcode, -opcode - 1);
    }
    for (int opcode = 0; opcode < 256; opcode++) {
      assertThat(CommandEffectsLog.admin(page, opcode)).isEqualTo(opcode + 1);
      assertThat(CommandEffectsLog.io(page, opcode)).isEqualTo(-opcode - 1);
      assertThat(LittleEndian.i32(page, 4 * opcode)).isEqualTo(opcode + 1);
      assertThat(LittleEndian.i32(page, 1024 + 4 * opcode)).isEqualTo(-opcode - 1);
    }
    assertThat(Arrays.copyOfRange(page, 2048, 4096)).as("reserved").containsOnly(0);
  }

  @Test
  void laysOutTheAnaLog() {
    var log =
        new AnaLog(
            7,
            List.of(
                new AnaLog.Group(1, 5, AnaLog.OPTIMIZED, List.of(1L, 3L)),
                new AnaLog.Group(2, 7, AnaLog.CHANGE, List.of()),
                new AnaLog.Group(0xFFFF_FFFFL, -1, AnaLog.INACCESSIBLE, List.of(9L))));
    byte[] page = log.encode();
    assertThat(page).hasSize(16 + 3 * 32 + 3 * 4);
    assertThat(LittleEndian.i64(page, 0)).isEqualTo(7);
    assertThat(LittleEndian.u16(page, 8)).isEqualTo(3);
    StructLayout group =
        struct()
            .field("AGID", 4)
            .field("NNV", 4)
            .field("CHGCNT", 8)
            .field("ANAS", 1)
            .other(15)
            .field("NSID1", 4)
            .field("NSID2", 4)
            .ofBytes(40);
    Object[] expected = {"AGID", 1, "NNV", 2, "CHGCNT", 5, "ANAS", 1, "NSID1", 1, "NSID2", 3};
    for (int i = 0; i < expected.length; i += 2) {
      int at = 16 + Layouts.offset(group, (String) expected[i]);
      assertThat((int) page[at]).as((String) expected[i]).isEqualTo(expected[i + 1]);
    }
    assertThat(AnaLog.decode(page)).isEqualTo(log);
  }

  @Test
  void readsNoMoreOfAnAnaLogThanIsThere() {
    byte[] page =
        new AnaLog(1, List.of(new AnaLog.Group(1, 1, AnaLog.OPTIMIZED, List.of(1L, 2L)))).encode();
    for (int length = 16; length < page.length; length++) {
      assertThat(AnaLog.decode(Arrays.copyOf(page, length)).groups()).isEmpty();
    }
    LittleEndian.put32(page, 20, 0xFFFF_FFFFL);
    assertThat(AnaLog.decode(page).groups()).isEmpty();
  }

  @Test
  void laysOutTheDiscoveryLog() {
    var entry =
        new DiscoveryLog.Entry(
            DiscoveryLog.SUBTYPE_NVM,
            DiscoveryLog.ADRFAM_IPV4,
            DiscoveryLog.TREQ_PLAIN_NO_FLOW_CONTROL,
            0x1234,
            0xFFFF,
            32,
            "nqn.2014-08.org.example:one",
            "192.0.2.1",
            "4420");
    var log = new DiscoveryLog(9, List.of(entry, entry));
    byte[] page = log.encode();
    StructLayout record =
        struct()
            .field("TRTYPE", 1)
            .field("ADRFAM", 1)
            .field("SUBTYPE", 1)
            .field("TREQ", 1)
            .field("PORTID", 2)
            .field("CNTLID", 2)
            .field("ASQSZ", 2)
            .other(22)
            .field("TRSVCID", 32)
            .other(192)
            .field("SUBNQN", 256)
            .field("TRADDR", 256)
            .other(256)
            .ofBytes(DiscoveryLog.RECORD_BYTES);
    assertThat(page).hasSize(3 * 1024);
    assertThat(LittleEndian.i64(page, 0)).isEqualTo(9);
    assertThat(LittleEndian.i64(page, 8)).isEqualTo(2);
    Object[] first = {
      "TRTYPE", 3, "ADRFAM", 1, "SUBTYPE", 2, "TREQ", 6, "PORTID", 0x34, "ASQSZ", 32, "TRSVCID",
      (int) '4', "SUBNQN", (int) 'n', "TRADDR", (int) '1'
    };
    for (int i = 0; i < first.length; i += 2) {
      int at = 1024 + Layouts.offset(record, (String) first[i]);
      assertThat((int) page[at]).as((String) first[i]).isEqualTo(first[i + 1]);
    }
    assertThat(DiscoveryLog.decode(page)).isEqualTo(log);
    assertThat(DiscoveryLog.decode(Arrays.copyOf(page, 2500)).entries()).hasSize(1);
    LittleEndian.put64(page, 8, -1);
    assertThat(DiscoveryLog.decode(page).entries()).as("a claim beyond the page").hasSize(2);
  }
}
