package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.matches;
import static io.nvmetcp.nvme.Layouts.struct;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Everything that Identify answers with. */
final class IdentifyTest {
  private static final long SEED = 0x1DE47L;

  @Test
  void laysOutTheController() {
    matches(
        struct()
            .field("VID", 2)
            .field("SSVID", 2)
            .field("SN", 20)
            .field("MN", 40)
            .field("FR", 8)
            .field("RAB", 1)
            .field("IEEE", 3)
            .field("CMIC", 1)
            .field("MDTS", 1)
            .field("CNTLID", 2)
            .field("VER", 4)
            .field("RTD3R", 4)
            .field("RTD3E", 4)
            .field("OAES", 4)
            .field("CTRATT", 4)
            .field("RRLS", 2)
            .other(9)
            .field("CNTRLTYPE", 1)
            .field("FGUID", 16)
            .field("CRDT1", 2)
            .field("CRDT2", 2)
            .field("CRDT3", 2)
            .other(119)
            .field("NVMSR", 1)
            .field("VWCI", 1)
            .field("MEC", 1)
            .field("OACS", 2)
            .field("ACL", 1)
            .field("AERL", 1)
            .field("FRMW", 1)
            .field("LPA", 1)
            .field("ELPE", 1)
            .field("NPSS", 1)
            .field("AVSCC", 1)
            .field("APSTA", 1)
            .field("WCTEMP", 2)
            .field("CCTEMP", 2)
            .field("MTFA", 2)
            .field("HMPRE", 4)
            .field("HMMIN", 4)
            .field("TNVMCAP", 16)
            .field("UNVMCAP", 16)
            .field("RPMBS", 4)
            .field("EDSTT", 2)
            .field("DSTO", 1)
            .field("FWUG", 1)
            .field("KAS", 2)
            .field("HCTMA", 2)
            .field("MNTMT", 2)
            .field("MXTMT", 2)
            .field("SANICAP", 4)
            .field("HMMINDS", 4)
            .field("HMMAXD", 2)
            .field("NSETIDMAX", 2)
            .field("ENDGIDMAX", 2)
            .field("ANATT", 1)
            .field("ANACAP", 1)
            .field("ANAGRPMAX", 4)
            .field("NANAGRPID", 4)
            .field("PELS", 4)
            .field("DOMAINID", 2)
            .other(10)
            .field("MEGCAP", 16)
            .other(2)
            .field("CQT", 2)
            .other(124)
            .field("SQES", 1)
            .field("CQES", 1)
            .field("MAXCMD", 2)
            .field("NN", 4)
            .field("ONCS", 2)
            .field("FUSES", 2)
            .field("FNA", 1)
            .field("VWC", 1)
            .field("AWUN", 2)
            .field("AWUPF", 2)
            .field("ICSVSCC", 1)
            .field("NWPC", 1)
            .field("ACWU", 2)
            .field("OCFS", 2)
            .field("SGLS", 4)
            .field("MNAN", 4)
            .field("MAXDNA", 16)
            .field("MAXCNA", 4)
            .other(204)
            .field("SUBNQN", 256)
            .other(768)
            .field("IOCCSZ", 4)
            .field("IORCSZ", 4)
            .field("ICDOFF", 2)
            .field("FCATT", 1)
            .field("MSDBD", 1)
            .field("OFCS", 2)
            .field("DCTYPE", 1)
            .other(241)
            .field("PSD0", 32)
            .other(2016)
            .ofBytes(Cns.DATA_BYTES),
        IdentifyController.class);
  }

  @Test
  void laysOutTheNamespace() {
    matches(
        struct()
            .field("NSZE", 8)
            .field("NCAP", 8)
            .field("NUSE", 8)
            .field("NSFEAT", 1)
            .field("NLBAF", 1)
            .field("FLBAS", 1)
            .field("MC", 1)
            .field("DPC", 1)
            .field("DPS", 1)
            .field("NMIC", 1)
            .field("RESCAP", 1)
            .field("FPI", 1)
            .field("DLFEAT", 1)
            .field("NAWUN", 2)
            .field("NAWUPF", 2)
            .field("NACWU", 2)
            .field("NABSN", 2)
            .field("NABO", 2)
            .field("NABSPF", 2)
            .field("NOIOB", 2)
            .field("NVMCAP", 16)
            .field("NPWG", 2)
            .field("NPWA", 2)
            .field("NPDG", 2)
            .field("NPDA", 2)
            .field("NOWS", 2)
            .field("MSSRL", 2)
            .field("MCL", 4)
            .field("MSRC", 1)
            .other(1)
            .field("NULBAF", 1)
            .other(9)
            .field("ANAGRPID", 4)
            .other(3)
            .field("NSATTR", 1)
            .field("NVMSETID", 2)
            .field("ENDGID", 2)
            .field("NGUID", 16)
            .field("EUI64", 8)
            .field("LBAF0", 4)
            .other(3964)
            .ofBytes(Cns.DATA_BYTES),
        IdentifyNamespace.class);
  }

  @Test
  void laysOutALogicalBlockFormat() {
    matches(
        struct().field("LBAF_MS", 2).field("LBAF_LBADS", 1).field("LBAF_RP", 1).ofBytes(4),
        IdentifyNamespace.class);
  }

  @Test
  void laysOutTheStructuresOfTheNvmCommandSet() {
    matches(
        struct()
            .field("LBSTM", 8)
            .field("PIC", 1)
            .field("PIFA", 1)
            .other(2)
            .field("ELBAF0", 4)
            .other(63 * 4)
            .other(3828)
            .ofBytes(Cns.DATA_BYTES),
        IdentifyNvmNamespace.class);
    matches(
        struct()
            .field("VSL", 1)
            .field("WZSL", 1)
            .field("WUSL", 1)
            .field("DMRL", 1)
            .field("DMRSL", 4)
            .field("DMSL", 8)
            .other(4080)
            .ofBytes(Cns.DATA_BYTES),
        IdentifyNvmController.class);
  }

  @Test
  void laysOutTheNamespaceThatNoCommandSetChanges() {
    matches(
        struct()
            .field("NSFEAT", 1)
            .field("NMIC", 1)
            .field("RESCAP", 1)
            .field("FPI", 1)
            .field("ANAGRPID", 4)
            .field("NSATTR", 1)
            .other(1)
            .field("NVMSETID", 2)
            .field("ENDGID", 2)
            .field("NSTAT", 1)
            .other(4081)
            .ofBytes(Cns.DATA_BYTES),
        IdentifyIndependentNamespace.class);
  }

  @Test
  void findsTheFormatInUseAmongSixtyFour() {
    byte[] b = new byte[4096];
    for (int index = 0; index < 64; index++) {
      b[IdentifyNamespace.LBAF0 + 4 * index] = (byte) index;
      b[IdentifyNamespace.LBAF0 + 4 * index + 2] = (byte) (9 + index % 4);
    }
    for (int index = 0; index < 64; index++) {
      b[IdentifyNamespace.NLBAF] = 63;
      b[IdentifyNamespace.FLBAS] = (byte) ((index & 0xF) | index >> 4 << 5 | 0x10);
      assertThat(IdentifyNamespace.formatIndex(b)).isEqualTo(index);
      assertThat(IdentifyNamespace.metadataBytes(b)).isEqualTo(index);
      assertThat(IdentifyNamespace.blockShift(b)).isEqualTo(9 + index % 4);
      b[IdentifyNamespace.NLBAF] = 15;
      assertThat(IdentifyNamespace.formatIndex(b)).as("bits 6:5 reserved").isEqualTo(index & 0xF);
    }
  }

  @Test
  void keepsTheExtendedFormats() {
    var random = new Random(SEED);
    byte[] b = new byte[4096];
    int[] storageTagBits = new int[IdentifyNvmNamespace.FORMATS];
    int[] protection = new int[IdentifyNvmNamespace.FORMATS];
    for (int i = 0; i < storageTagBits.length; i++) {
      storageTagBits[i] = random.nextInt(65);
      protection[i] = random.nextInt(4);
      IdentifyNvmNamespace.format(b, i, storageTagBits[i], protection[i]);
    }
    for (int i = 0; i < storageTagBits.length; i++) {
      assertThat(IdentifyNvmNamespace.storageTagBits(b, i)).isEqualTo(storageTagBits[i]);
      assertThat(IdentifyNvmNamespace.protectionFormat(b, i)).isEqualTo(protection[i]);
    }
    assertThat(Arrays.copyOf(b, IdentifyNvmNamespace.ELBAF0)).containsOnly(0);
    assertThat(Arrays.copyOfRange(b, 12 + 64 * 4, 4096)).containsOnly(0);
  }

  @Test
  void listsNamespacesAboveTheOneAskedFor() {
    List<Long> all = LongStream.rangeClosed(1, 3000).map(n -> n * 7).boxed().toList();
    byte[] b = NamespaceList.after(0, all);
    assertThat(b).hasSize(4096);
    assertThat(NamespaceList.decode(b)).isEqualTo(all.subList(0, 1024));
    assertThat(NamespaceList.decode(NamespaceList.after(7 * 1024, all)))
        .isEqualTo(all.subList(1024, 2048));
    assertThat(NamespaceList.decode(NamespaceList.after(7 * 2999, all))).containsExactly(21_000L);
    assertThat(NamespaceList.after(7 * 3000, all)).containsOnly(0);
    assertThat(NamespaceList.decode(Arrays.copyOf(b, 11))).containsExactly(7L, 14L);
    assertThat(NamespaceList.decode(NamespaceList.after(0, List.of(0xFFFF_FFFEL))))
        .containsExactly(0xFFFF_FFFEL);
    assertThat(NamespaceList.mayStartAfter(0xFFFF_FFFDL)).isTrue();
    assertThat(NamespaceList.mayStartAfter(0xFFFF_FFFEL)).isFalse();
  }

  @Test
  void listsControllersFromTheOneAskedFor() {
    matches(
        struct().field("NUMID", 2).field("ID0", 2).other(4092).ofBytes(ControllerList.BYTES),
        ControllerList.class);
    List<Integer> all = IntStream.range(0, 0xFFF0).boxed().toList();
    byte[] b = ControllerList.from(5, all);
    assertThat(LittleEndian.u16(b, 0)).isEqualTo(2047);
    assertThat(ControllerList.decode(b)).isEqualTo(all.subList(5, 2052));
    assertThat(ControllerList.decode(ControllerList.from(0xFFEF, all))).containsExactly(0xFFEF);
    assertThat(ControllerList.from(0xFFF0, all)).containsOnly(0);
    LittleEndian.put16(b, 0, 0xFFFF);
    assertThat(ControllerList.decode(b)).as("a claim beyond the list").hasSize(2047);
    for (int length = 0; length < 8; length++) {
      assertThat(ControllerList.decode(Arrays.copyOf(b, length)))
          .hasSize(Math.max(0, length / 2 - 1));
    }
  }

  @Test
  void keepsCommandSetCombinations() {
    byte[] b = new byte[CommandSets.BYTES];
    CommandSets.vector(b, 511, 1L << 63 | 1L << CommandSets.ZONED);
    assertThat(LittleEndian.i64(b, 4088)).isEqualTo(1L << 63 | 4);
    assertThat(CommandSets.has(b, 511, CommandSets.ZONED)).isTrue();
    assertThat(CommandSets.has(b, 511, CommandSets.NVM)).isFalse();
    assertThat(CommandSets.has(b, 511, 63)).isTrue();
    assertThat(CommandSets.vector(b, 0)).isZero();
    assertThat(CommandSets.MAX_VECTORS).isEqualTo(512);
  }

  @Test
  void readsEveryKindOfNamespaceDescriptor() {
    matches(
        struct().field("NIDT", 1).field("NIDL", 1).other(2).field("NID", 16).ofBytes(20),
        NamespaceDescriptors.class);
    byte[] b = new byte[4096];
    byte[] eui = {0, 1, 2, 3, 4, 5, 6, 7};
    int at = NamespaceDescriptors.put(b, 0, NamespaceDescriptors.EUI64, eui);
    at = NamespaceDescriptors.put(b, at, NamespaceDescriptors.CSI, new byte[] {2});
    assertThat(NamespaceDescriptors.nguid(b)).isEmpty();
    NamespaceDescriptors.put(b, at, NamespaceDescriptors.NGUID, new byte[16]);
    assertThat(NamespaceDescriptors.eui64(b)).contains("0001020304050607");
    assertThat(NamespaceDescriptors.commandSet(b)).hasValue(CommandSets.ZONED);
    assertThat(NamespaceDescriptors.nguid(b)).contains("0".repeat(32));
    b[1] = 9; // a length that is not the type's: skipped, and all after it is misread or ends
    assertThat(NamespaceDescriptors.eui64(b)).isEmpty();
  }
}
