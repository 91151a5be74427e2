package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.keepsNamedBytesOnly;
import static io.nvmetcp.nvme.Layouts.matches;
import static io.nvmetcp.nvme.Layouts.roundTrips;
import static io.nvmetcp.nvme.Layouts.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What commands carry: SGL descriptors, reservations, copy ranges, host data, small logs. */
final class DataStructuresTest {
  private static final long SEED = 0xDA7AL;

  private static void proves(StructLayout layout, Class<?> type, UnaryOperator<byte[]> codec) {
    matches(layout, type);
    keepsNamedBytesOnly(layout, codec);
    roundTrips(layout, SEED, codec);
  }

  @Test
  void keepsSglDescriptorsOfEveryType() {
    StructLayout plain =
        struct()
            .field("ADDRESS", 8)
            .field("LENGTH", 4)
            .other(3)
            .field("IDENTIFIER", 1)
            .ofBytes(SglDescriptor.BYTES);
    matches(plain, SglDescriptor.class);
    var random = new Random(SEED);
    for (int identifier = 0; identifier < 256; identifier++) {
      byte[] b = new byte[32];
      random.nextBytes(b);
      b[16 + 15] = (byte) identifier;
      byte[] written = new byte[32];
      Arrays.fill(written, (byte) 0xEE);
      SglDescriptor descriptor = SglDescriptor.decode(b, 16);
      descriptor.encode(written, 16);
      boolean keyed = descriptor.type() == SglType.KEYED_DATA_BLOCK;
      if (!keyed) {
        Arrays.fill(b, 16 + 12, 16 + 15, (byte) 0); // reserved
      }
      assertThat(HexFormat.of().formatHex(written, 16, 32))
          .isEqualTo(HexFormat.of().formatHex(b, 16, 32));
      assertThat(written[15]).isEqualTo((byte) 0xEE);
      assertThat(descriptor.statusOnTcp())
          .as("%02x", identifier)
          .isEqualTo(
              identifier == 0x01 || identifier == 0x5A ? Status.SUCCESS : Status.SGL_TYPE_INVALID);
    }
  }

  @Test
  void readsAKeyedDataBlockAndRefusesIt() {
    byte[] b = HexFormat.of().parseHex("8877665544332211" + "030201" + "efbeadde" + "4f");
    SglDescriptor keyed = SglDescriptor.decode(b, 0);
    assertThat(keyed)
        .isEqualTo(new SglDescriptor(0x4F, 0x1122_3344_5566_7788L, 0x01_0203, 0xDEAD_BEEFL));
    assertThat(keyed.subtype()).isEqualTo(SglDescriptor.SUBTYPE_INVALIDATE_KEY);
    assertThat(keyed.statusOnTcp()).isEqualTo(Status.SGL_TYPE_INVALID);
    assertThat(SglDescriptor.decode(new byte[16], 0).type()).isEqualTo(SglType.DATA_BLOCK);
    assertThat(new SglDescriptor(0x60, 0, 0, 0).type()).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SglDescriptor(0x40, 0, 0x100_0000, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new SglDescriptor(0x00, 0, 4, 1));
  }

  @Test
  void laysOutReservationKeys() {
    StructLayout register =
        struct().field("CRKEY", 8).field("NRKEY", 8).ofBytes(ReservationKeys.BYTES);
    proves(register, ReservationKeys.class, b -> ReservationKeys.decode(b).encode());
    matches(struct().field("CRKEY", 8).field("PRKEY", 8).ofBytes(16), ReservationKeys.class);
    byte[] release = new ReservationKeys(0x0102L, 9).encodeRelease();
    assertThat(release).containsExactly(2, 1, 0, 0, 0, 0, 0, 0);
    assertThat(ReservationKeys.decodeRelease(release)).isEqualTo(new ReservationKeys(0x0102L, 0));
  }

  @Test
  void laysOutTheReservationStatus() {
    matches(
        struct()
            .field("GEN", 4)
            .field("RTYPE", 1)
            .field("REGCTL", 2)
            .other(2)
            .field("PTPLS", 1)
            .other(14)
            .ofBytes(ReservationStatus.ENTRY_BYTES),
        ReservationStatus.class);
    matches(
        struct()
            .field("CNTLID", 2)
            .field("RCSTS", 1)
            .other(5)
            .field("HOSTID", 8)
            .field("RKEY", 8)
            .ofBytes(ReservationStatus.ENTRY_BYTES),
        ReservationStatus.Registrant.class);
    matches(
        struct()
            .field("CNTLID", 2)
            .field("RCSTS", 1)
            .other(5)
            .field("EXTENDED_RKEY", 8)
            .field("EXTENDED_HOSTID", 16)
            .other(32)
            .ofBytes(ReservationStatus.EXTENDED_ENTRY_BYTES),
        ReservationStatus.Registrant.class);
  }

  @Test
  void keepsReservationStatusesAndReadsNoMoreThanIsThere() {
    var random = new Random(SEED);
    for (int round = 0; round < 100; round++) {
      boolean extended = random.nextBoolean();
      List<ReservationStatus.Registrant> registrants = new ArrayList<>();
      int count = random.nextInt(5);
      for (int i = 0; i < count; i++) {
        byte[] host = new byte[extended ? 16 : 8];
        random.nextBytes(host);
        registrants.add(
            new ReservationStatus.Registrant(
                random.nextInt(1 << 16),
                random.nextBoolean(),
                random.nextLong(),
                HexFormat.of().formatHex(host)));
      }
      var status =
          new ReservationStatus(
              random.nextInt() & 0xFFFF_FFFFL, random.nextInt(7), random.nextInt(2), registrants);
      byte[] b = status.encode(extended);
      int entry = extended ? 64 : 24;
      assertThat(b).hasSize(entry * (1 + count));
      assertThat(Arrays.copyOfRange(b, 10, entry)).as("reserved").containsOnly(0);
      assertThat(new byte[] {b[7], b[8]}).as("reserved").containsOnly(0);
      for (int i = 1; i <= count; i++) {
        assertThat(Arrays.copyOfRange(b, entry * i + 3, entry * i + 8)).containsOnly(0);
        if (extended) {
          assertThat(Arrays.copyOfRange(b, entry * i + 32, entry * i + 64)).containsOnly(0);
        }
      }
      assertThat(ReservationStatus.decode(b, extended)).as("seed %d", SEED).isEqualTo(status);
      LittleEndian.put16(b, ReservationStatus.REGCTL, 0xFFFF);
      assertThat(ReservationStatus.decode(b, extended).registrants()).hasSize(count);
    }
    var shortId = new ReservationStatus.Registrant(1, true, 2, "00");
    var wrong = new ReservationStatus(0, 1, 0, List.of(shortId));
    assertThatIllegalArgumentException().isThrownBy(() -> wrong.encode(true));
  }

  @Test
  void writesReservationCommandsBitForBit() {
    byte[] b = new byte[Sqe.BYTES];
    ReservationCommand.register(
        b, 0, 1, 1, ReservationCommand.REPLACE, true, ReservationCommand.PERSISTENCE_ON);
    assertThat(LittleEndian.u32(b, 40)).isEqualTo(0xC000_000AL);
    assertThat(ReservationCommand.action(b, 0)).isEqualTo(ReservationCommand.REPLACE);
    assertThat(ReservationCommand.ignoresKey(b, 0)).isTrue();
    assertThat(ReservationCommand.persistence(b, 0)).isEqualTo(ReservationCommand.PERSISTENCE_ON);
    for (ReservationType type : ReservationType.values()) {
      ReservationCommand.acquire(b, 0, 1, 1, ReservationCommand.PREEMPT_AND_ABORT, false, type);
      assertThat(LittleEndian.u32(b, 40)).isEqualTo(2 | (long) type.code() << 8);
      assertThat(ReservationType.byCode(ReservationCommand.type(b, 0))).isEqualTo(type);
      ReservationCommand.release(b, 0, 1, 1, ReservationCommand.CLEAR, true, type);
      assertThat(LittleEndian.u32(b, 40)).isEqualTo(9 | (long) type.code() << 8);
      assertThat(type.letsRegistrantsIn())
          .isEqualTo(type.name().endsWith("REGISTRANTS") || type.name().endsWith("ONLY"));
      assertThat(type.isHeldByAllRegistrants()).isEqualTo(type.name().contains("ALL"));
      assertThat(type.letsOthersRead()).isEqualTo(type.name().startsWith("WRITE"));
      assertThat(type.capability()).isEqualTo(1 << type.code());
    }
    assertThat(ReservationType.byCode(0)).isNull();
    assertThat(ReservationType.byCode(7)).isNull();
    ReservationCommand.report(b, 0, 1, 1, 4096, true);
    assertThat(LittleEndian.u32(b, 40)).isEqualTo(1023);
    assertThat(ReservationCommand.reportBytes(b, 0)).isEqualTo(4096);
    assertThat(ReservationCommand.wantsExtended(b, 0)).isTrue();
    Sqe.cdw(b, 0, 10, 0xFFFF_FFFFL);
    assertThat(ReservationCommand.reportBytes(b, 0)).isEqualTo(1L << 34);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReservationCommand.report(b, 0, 1, 1, 6, false));
  }

  @Test
  void laysOutDatasetRanges() {
    proves(
        struct().field("CATTR", 4).field("LLB", 4).field("SLBA", 8).ofBytes(DatasetRange.BYTES),
        DatasetRange.class,
        b -> {
          byte[] written = new byte[DatasetRange.BYTES];
          DatasetRange.decode(b, 0).encode(written, 0);
          return written;
        });
    byte[] list = new byte[3 * DatasetRange.BYTES];
    List<DatasetRange> ranges = List.of(new DatasetRange(1, 2, 3), new DatasetRange(4, 5, -1));
    ranges.get(0).encode(list, 0);
    ranges.get(1).encode(list, 16);
    assertThat(DatasetRange.decodeAll(list, 2)).isEqualTo(ranges);
  }

  @Test
  void laysOutCopyRangesOfEveryFormat() {
    for (int format = 0; format < 4; format++) {
      boolean names = format >= 2;
      boolean large = format % 2 == 1;
      Layouts fields = names ? struct().field("SNSID", 4).other(4) : struct().other(8);
      fields.field("SLBA", 8).field("NLB", 2).other(4);
      fields = names ? fields.field("SOPT", 2) : fields.other(2);
      fields = large ? fields.other(2).field("ELBT", 10) : fields.field("EILBRT", 4);
      StructLayout layout =
          fields.field("ELBAT", 2).field("ELBATM", 2).ofBytes(CopyRange.bytes(format));
      int chosen = format;
      UnaryOperator<byte[]> codec =
          b -> {
            byte[] written = new byte[CopyRange.bytes(chosen)];
            CopyRange.decode(b, 0, chosen).encode(written, 0);
            return written;
          };
      keepsNamedBytesOnly(layout, codec);
      roundTrips(layout, SEED + format, codec);
      assertThat(Layouts.offset(layout, "SLBA")).isEqualTo(CopyRange.SLBA);
      assertThat(Layouts.offset(layout, "NLB")).isEqualTo(CopyRange.NLB);
      assertThat(Layouts.offset(layout, large ? "ELBT" : "EILBRT"))
          .isEqualTo(large ? CopyRange.ELBT : CopyRange.EILBRT);
      assertThat(Layouts.offset(layout, "ELBAT"))
          .isEqualTo(large ? CopyRange.LARGE_ELBAT : CopyRange.ELBAT);
      assertThat(Layouts.offset(layout, "ELBATM"))
          .isEqualTo(large ? CopyRange.LARGE_ELBATM : CopyRange.ELBATM);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new CopyRange(0, 1, 0, 1, 0, 0, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> CopyRange.of(0, 65_537));
    assertThatIllegalArgumentException().isThrownBy(() -> CopyRange.decode(new byte[64], 0, 4));
  }

  @Test
  void writesACopyCommandBitForBit() {
    byte[] b = new byte[Sqe.BYTES];
    CopyCommand.put(b, 0, 1, 1, 0x1122_3344_5566_7788L, 256, 2, true);
    assertThat(LittleEndian.u32(b, 48)).isEqualTo(0x4000_02FFL);
    assertThat(CopyCommand.destination(b, 0)).isEqualTo(0x1122_3344_5566_7788L);
    assertThat(CopyCommand.ranges(b, 0)).isEqualTo(256);
    assertThat(CopyCommand.format(b, 0)).isEqualTo(2);
    assertThat(CopyCommand.forceUnitAccess(b, 0)).isTrue();
    assertThat(CopyCommand.limitedRetry(b, 0)).isFalse();
    Sqe.cdw(b, 0, 12, 0xA430_7000L);
    assertThat(CopyCommand.readProtection(b, 0)).isEqualTo(7);
    assertThat(CopyCommand.directive(b, 0)).isEqualTo(3);
    assertThat(CopyCommand.writeProtection(b, 0)).isEqualTo(9);
    assertThat(CopyCommand.limitedRetry(b, 0)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CopyCommand.put(b, 0, 1, 1, 0, 257, 0, false));
  }

  @Test
  void laysOutHostBehaviorAndTheReservationLog() {
    proves(
        struct()
            .field("ACRE", 1)
            .field("ETDAS", 1)
            .field("LBAFEE", 1)
            .field("HDISNS", 1)
            .field("CDFE", 2)
            .other(506)
            .ofBytes(HostBehavior.BYTES),
        HostBehavior.class,
        b -> HostBehavior.decode(b).encode());
    proves(
        struct()
            .field("LPC", 8)
            .field("RNLPT", 1)
            .field("NALP", 1)
            .other(2)
            .field("NSID", 4)
            .other(48)
            .ofBytes(ReservationNotificationLog.BYTES),
        ReservationNotificationLog.class,
        b -> ReservationNotificationLog.decode(b).encode());
  }

  @Test
  void keepsHostIdentifiersAndSupportedLogPages() {
    var id = new UUID(0x0011_2233_4455_6677L, 0x8899_AABB_CCDD_EEFFL);
    byte[] b = HostIdentifier.encode(id);
    assertThat(HexFormat.of().formatHex(b)).isEqualTo("00112233445566778899aabbccddeeff");
    assertThat(HostIdentifier.decode(b)).isEqualTo(id);
    assertThat(HostIdentifier.decodeShort(HostIdentifier.encodeShort(0x1234L))).isEqualTo(0x1234L);
    assertThat(HostIdentifier.encodeShort(1)).hasSize(8);
    assertThat(HostIdentifier.isExtended(1)).isTrue();
    assertThat(HostIdentifier.isExtended(2)).isFalse();
    byte[] page = new byte[SupportedLogPages.BYTES];
    SupportedLogPages.entry(page, 255, SupportedLogPages.SUPPORTED);
    SupportedLogPages.entry(page, 0x0C, SupportedLogPages.INDEX_OFFSET);
    assertThat(SupportedLogPages.isSupported(page, 255)).isTrue();
    assertThat(SupportedLogPages.isSupported(page, 0x0C)).isFalse();
    assertThat(page[1020]).isEqualTo((byte) 1);
    assertThat(page[48]).isEqualTo((byte) 2);
  }
}
