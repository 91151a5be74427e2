package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.keepsNamedBytesOnly;
import static io.nvmetcp.nvme.Layouts.matches;
import static io.nvmetcp.nvme.Layouts.roundTrips;
import static io.nvmetcp.nvme.Layouts.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.StructLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LogPagesTest {
  private static final long SEED = 0x106L;

  @Test
  void laysOutTheErrorInformationEntry() {
    StructLayout layout =
        struct()
            .field("ERRCNT", 8)
            .field("SQID", 2)
            .field("CID", 2)
            .field("STS", 2)
            .field("PELOC", 2)
            .field("LBA", 8)
            .field("NSID", 4)
            .field("VSIA", 1)
            .field("TRTYPE", 1)
            .field("CSI", 1)
            .field("OPC", 1)
            .field("CSINFO", 8)
            .field("TTSI", 2)
            .other(22)
            .ofBytes(ErrorLogEntry.BYTES);
    matches(layout, ErrorLogEntry.class);
    UnaryOperator<byte[]> codec =
        bytes -> {
          byte phase = (byte) (bytes[ErrorLogEntry.STS] & 1); // not kept, see below
          ErrorLogEntry.decode(bytes, 0).encode(bytes, 0);
          bytes[ErrorLogEntry.STS] |= phase;
          return bytes;
        };
    keepsNamedBytesOnly(layout, codec);
    roundTrips(layout, 1, codec);
    var entry = new ErrorLogEntry(1, 2, 3, Status.DNR | 0x281, 0xFFFF, 4, 5, 0, 3, 0, 2, 6, 7);
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
            .field("EGCWS", 1)
            .other(25);
    for (String counter :
        List.of("DUR", "DUW", "HRC", "HWC", "CBT", "PWRC", "POH", "UPL", "MDIE", "NEILE")) {
      fields.field(counter, 16);
    }
    StructLayout layout =
        fields
            .field("WCTT", 4)
            .field("CCTT", 4)
            .field("TSEN1", 16)
            .field("TMT1TC", 4)
            .field("TMT2TC", 4)
            .field("TTTMT1", 4)
            .field("TTTMT2", 4)
            .other(280)
            .ofBytes(SmartLog.BYTES);
    matches(layout, SmartLog.class);
    keepsNamedBytesOnly(layout, bytes -> SmartLog.decode(bytes).encode());
    roundTrips(layout, 2, bytes -> SmartLog.decode(bytes).encode());
  }

  @Test
  void countsTo128Bits() {
    byte[] page = new byte[SmartLog.BYTES];
    page[SmartLog.DUR] = 1;
    page[SmartLog.DUR + 15] = (byte) 0x80;
    BigInteger read = BigInteger.ONE.shiftLeft(127).add(BigInteger.ONE);
    assertThat(SmartLog.decode(page).dataUnitsRead()).isEqualTo(read);
    assertThat(SmartLog.decode(page).dataUnitsWritten()).isZero();
    BigInteger most = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
    LittleEndian.put128(page, 0, most);
    assertThat(LittleEndian.u128(page, 0)).isEqualTo(most);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LittleEndian.put128(page, 0, most.add(BigInteger.ONE)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LittleEndian.put128(page, 0, BigInteger.ONE.negate()));
    var small = new SmartLog(0, 300, 100, 10, 1, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(small.dataUnitsRead()).isEqualTo(new BigInteger("18446744073709551615"));
    assertThat(SmartLog.decode(small.encode())).isEqualTo(small);
  }

  @Test
  void laysOutTheFirmwareSlotLog() {
    matches(
        struct()
            .field("AFI", 1)
            .other(7)
            .field("FRS1", 8)
            .other(48)
            .other(448)
            .ofBytes(FirmwareSlotLog.BYTES),
        FirmwareSlotLog.class);
    byte[] page = new FirmwareSlotLog(1, 2, List.of("1.0", "", "12345678")).encode();
    assertThat(page).hasSize(512);
    assertThat(page[0]).isEqualTo((byte) 0x21);
    assertThat(new String(page, 8, 8, StandardCharsets.US_ASCII)).isEqualTo("1.0     ");
    assertThat(Arrays.copyOfRange(page, 16, 24)).containsOnly(0);
    assertThat(Arrays.copyOfRange(page, 1, 8)).as("reserved").containsOnly(0);
    assertThat(Arrays.copyOfRange(page, 64, 512)).as("reserved").containsOnly(0);
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
    matches(
        struct().field("CHGCNT", 8).field("NAGD", 2).other(6).ofBytes(AnaLog.HEADER_BYTES),
        AnaLog.class);
    StructLayout group =
        struct()
            .field("AGID", 4)
            .field("NNV", 4)
            .field("CHGCNT", 8)
            .field("ANAS", 1)
            .other(15)
            .ofBytes(AnaLog.Group.BYTES);
    matches(group, AnaLog.Group.class);
    byte[] page = new AnaLog(7, List.of(new AnaLog.Group(1, 5, 0xF, List.of(3L, 9L)))).encode();
    assertThat(page).hasSize(16 + 32 + 2 * 4);
    assertThat(LittleEndian.u32(page, 48)).isEqualTo(3);
    assertThat(LittleEndian.u32(page, 52)).isEqualTo(9);
    assertThat(AnaLog.decode(page).groups().getFirst().state()).isEqualTo(AnaLog.CHANGE);
    page[16 + AnaLog.Group.ANAS] |= (byte) 0xF0;
    assertThat(AnaLog.decode(page).groups().getFirst().state()).as("bits 3:0").isEqualTo(0xF);
  }

  @Test
  void keepsAnaLogsOfAnyContent() {
    var random = new Random(SEED);
    for (int round = 0; round < 100; round++) {
      List<AnaLog.Group> groups = new ArrayList<>();
      for (int g = random.nextInt(4); g > 0; g--) {
        List<Long> nsids = random.ints(random.nextInt(5)).mapToObj(n -> n & 0xFFFF_FFFFL).toList();
        long id = random.nextInt() & 0xFFFF_FFFFL;
        groups.add(new AnaLog.Group(id, random.nextLong(), random.nextInt(16), nsids));
      }
      var log = new AnaLog(random.nextLong(), groups);
      byte[] page = log.encode();
      assertThat(AnaLog.decode(page)).as("seed %d", SEED).isEqualTo(log);
      assertThat(Arrays.copyOfRange(page, 10, 16)).as("reserved").containsOnly(0);
      int at = AnaLog.HEADER_BYTES;
      for (AnaLog.Group group : groups) {
        assertThat(Arrays.copyOfRange(page, at + 17, at + 32)).as("reserved").containsOnly(0);
        at += AnaLog.Group.BYTES + 4 * group.nsids().size();
      }
    }
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
    matches(
        struct()
            .field("GENCTR", 8)
            .field("NUMREC", 8)
            .field("RECFMT", 2)
            .other(1006)
            .ofBytes(DiscoveryLog.RECORD_BYTES),
        DiscoveryLog.class);
    matches(
        struct()
            .field("TRTYPE", 1)
            .field("ADRFAM", 1)
            .field("SUBTYPE", 1)
            .field("TREQ", 1)
            .field("PORTID", 2)
            .field("CNTLID", 2)
            .field("ASQSZ", 2)
            .field("EFLAGS", 2)
            .other(20)
            .field("TRSVCID", 32)
            .other(192)
            .field("SUBNQN", 256)
            .field("TRADDR", 256)
            .field("SECTYPE", 1)
            .other(255)
            .ofBytes(DiscoveryLog.RECORD_BYTES),
        DiscoveryLog.Entry.class);
  }

  @Test
  void keepsDiscoveryRecordsOfAnyContent() {
    var random = new Random(SEED);
    for (int round = 0; round < 100; round++) {
      List<DiscoveryLog.Entry> entries = new ArrayList<>();
      for (int e = random.nextInt(4); e > 0; e--) {
        entries.add(
            new DiscoveryLog.Entry(
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(1 << 16),
                random.nextInt(1 << 16),
                random.nextInt(1 << 16),
                random.nextInt(1 << 16),
                "n".repeat(random.nextInt(256)),
                "a".repeat(random.nextInt(257)),
                "1".repeat(random.nextInt(33)),
                random.nextInt(256)));
      }
      var log = new DiscoveryLog(random.nextLong(), entries);
      byte[] page = log.encode();
      assertThat(DiscoveryLog.decode(page)).as("seed %d", SEED).isEqualTo(log);
      assertThat(Arrays.copyOfRange(page, 16, 1024)).as("format 0, reserved").containsOnly(0);
      for (int at = 1024; at < page.length; at += 1024) {
        assertThat(page[at]).as("TCP").isEqualTo((byte) 3);
        assertThat(Arrays.copyOfRange(page, at + 12, at + 32)).as("reserved").containsOnly(0);
        assertThat(Arrays.copyOfRange(page, at + 64, at + 256)).as("reserved").containsOnly(0);
        assertThat(Arrays.copyOfRange(page, at + 769, at + 1024)).as("reserved").containsOnly(0);
      }
    }
  }

  @Test
  void readsNoMoreOfADiscoveryLogThanIsThere() {
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
    byte[] page = new DiscoveryLog(9, List.of(entry, entry)).encode();
    assertThat(DiscoveryLog.decode(Arrays.copyOf(page, 2500)).entries()).hasSize(1);
    assertThat(DiscoveryLog.decode(Arrays.copyOf(page, 1024)).entries()).isEmpty();
    LittleEndian.put64(page, DiscoveryLog.NUMREC, -1);
    assertThat(DiscoveryLog.decode(page).entries()).as("a claim beyond the page").hasSize(2);
    page[1024] = 1;
    assertThat(DiscoveryLog.decode(page).entries()).as("RDMA is left out").hasSize(1);
    assertThat(DiscoveryLog.recordFormat(page)).isZero();
  }
}
