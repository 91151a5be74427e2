package io.nvmetcp.cli.host;

import static io.nvmetcp.cli.host.StructureFields.bytes;
import static io.nvmetcp.cli.host.StructureFields.decimal;
import static io.nvmetcp.cli.host.StructureFields.hex;
import static io.nvmetcp.cli.host.StructureFields.reversed;
import static io.nvmetcp.cli.host.StructureFields.text;

import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Identify structures for people and programs, under the names that nvme-cli gives the fields. */
public final class IdentifyText {
  private static final StructureFields CONTROLLER =
      new StructureFields(
          hex("vid", IdentifyController.VID, 2),
          hex("ssvid", IdentifyController.SSVID, 2),
          text("sn", IdentifyController.SN, 20),
          text("mn", IdentifyController.MN, 40),
          text("fr", IdentifyController.FR, 8),
          decimal("rab", IdentifyController.RAB, 1),
          reversed("ieee", IdentifyController.IEEE, 3),
          hex("cmic", IdentifyController.CMIC, 1),
          decimal("mdts", IdentifyController.MDTS, 1),
          hex("cntlid", IdentifyController.CNTLID, 2),
          hex("ver", IdentifyController.VER, 4),
          hex("rtd3r", IdentifyController.RTD3R, 4),
          hex("rtd3e", IdentifyController.RTD3E, 4),
          hex("oaes", IdentifyController.OAES, 4),
          hex("ctratt", IdentifyController.CTRATT, 4),
          hex("rrls", IdentifyController.RRLS, 2),
          decimal("cntrltype", IdentifyController.CNTRLTYPE, 1),
          bytes("fguid", IdentifyController.FGUID, 16),
          decimal("crdt1", IdentifyController.CRDT1, 2),
          decimal("crdt2", IdentifyController.CRDT2, 2),
          decimal("crdt3", IdentifyController.CRDT3, 2),
          decimal("nvmsr", IdentifyController.NVMSR, 1),
          decimal("vwci", IdentifyController.VWCI, 1),
          decimal("mec", IdentifyController.MEC, 1),
          hex("oacs", IdentifyController.OACS, 2),
          decimal("acl", IdentifyController.ACL, 1),
          decimal("aerl", IdentifyController.AERL, 1),
          hex("frmw", IdentifyController.FRMW, 1),
          hex("lpa", IdentifyController.LPA, 1),
          decimal("elpe", IdentifyController.ELPE, 1),
          decimal("npss", IdentifyController.NPSS, 1),
          hex("avscc", IdentifyController.AVSCC, 1),
          hex("apsta", IdentifyController.APSTA, 1),
          decimal("wctemp", IdentifyController.WCTEMP, 2),
          decimal("cctemp", IdentifyController.CCTEMP, 2),
          decimal("mtfa", IdentifyController.MTFA, 2),
          decimal("hmpre", IdentifyController.HMPRE, 4),
          decimal("hmmin", IdentifyController.HMMIN, 4),
          decimal("tnvmcap", IdentifyController.TNVMCAP, 16),
          decimal("unvmcap", IdentifyController.UNVMCAP, 16),
          hex("rpmbs", IdentifyController.RPMBS, 4),
          decimal("edstt", IdentifyController.EDSTT, 2),
          decimal("dsto", IdentifyController.DSTO, 1),
          decimal("fwug", IdentifyController.FWUG, 1),
          decimal("kas", IdentifyController.KAS, 2),
          hex("hctma", IdentifyController.HCTMA, 2),
          decimal("mntmt", IdentifyController.MNTMT, 2),
          decimal("mxtmt", IdentifyController.MXTMT, 2),
          hex("sanicap", IdentifyController.SANICAP, 4),
          decimal("hmminds", IdentifyController.HMMINDS, 4),
          decimal("hmmaxd", IdentifyController.HMMAXD, 2),
          decimal("nsetidmax", IdentifyController.NSETIDMAX, 2),
          decimal("endgidmax", IdentifyController.ENDGIDMAX, 2),
          decimal("anatt", IdentifyController.ANATT, 1),
          hex("anacap", IdentifyController.ANACAP, 1),
          decimal("anagrpmax", IdentifyController.ANAGRPMAX, 4),
          decimal("nanagrpid", IdentifyController.NANAGRPID, 4),
          decimal("pels", IdentifyController.PELS, 4),
          decimal("domainid", IdentifyController.DOMAINID, 2),
          decimal("megcap", IdentifyController.MEGCAP, 16),
          hex("sqes", IdentifyController.SQES, 1),
          hex("cqes", IdentifyController.CQES, 1),
          decimal("maxcmd", IdentifyController.MAXCMD, 2),
          decimal("nn", IdentifyController.NN, 4),
          hex("oncs", IdentifyController.ONCS, 2),
          hex("fuses", IdentifyController.FUSES, 2),
          hex("fna", IdentifyController.FNA, 1),
          hex("vwc", IdentifyController.VWC, 1),
          decimal("awun", IdentifyController.AWUN, 2),
          decimal("awupf", IdentifyController.AWUPF, 2),
          decimal("icsvscc", IdentifyController.ICSVSCC, 1),
          decimal("nwpc", IdentifyController.NWPC, 1),
          decimal("acwu", IdentifyController.ACWU, 2),
          hex("ocfs", IdentifyController.OCFS, 2),
          hex("sgls", IdentifyController.SGLS, 4),
          decimal("mnan", IdentifyController.MNAN, 4),
          decimal("maxdna", IdentifyController.MAXDNA, 16),
          decimal("maxcna", IdentifyController.MAXCNA, 4),
          text("subnqn", IdentifyController.SUBNQN, 256),
          decimal("ioccsz", IdentifyController.IOCCSZ, 4),
          decimal("iorcsz", IdentifyController.IORCSZ, 4),
          decimal("icdoff", IdentifyController.ICDOFF, 2),
          hex("fcatt", IdentifyController.FCATT, 1),
          decimal("msdbd", IdentifyController.MSDBD, 1),
          hex("ofcs", IdentifyController.OFCS, 2));

  private static final StructureFields NAMESPACE =
      new StructureFields(
          hex("nsze", IdentifyNamespace.NSZE, 8),
          hex("ncap", IdentifyNamespace.NCAP, 8),
          hex("nuse", IdentifyNamespace.NUSE, 8),
          hex("nsfeat", IdentifyNamespace.NSFEAT, 1),
          decimal("nlbaf", IdentifyNamespace.NLBAF, 1),
          hex("flbas", IdentifyNamespace.FLBAS, 1),
          hex("mc", IdentifyNamespace.MC, 1),
          hex("dpc", IdentifyNamespace.DPC, 1),
          hex("dps", IdentifyNamespace.DPS, 1),
          hex("nmic", IdentifyNamespace.NMIC, 1),
          hex("rescap", IdentifyNamespace.RESCAP, 1),
          hex("fpi", IdentifyNamespace.FPI, 1),
          hex("dlfeat", IdentifyNamespace.DLFEAT, 1),
          decimal("nawun", IdentifyNamespace.NAWUN, 2),
          decimal("nawupf", IdentifyNamespace.NAWUPF, 2),
          decimal("nacwu", IdentifyNamespace.NACWU, 2),
          decimal("nabsn", IdentifyNamespace.NABSN, 2),
          decimal("nabo", IdentifyNamespace.NABO, 2),
          decimal("nabspf", IdentifyNamespace.NABSPF, 2),
          decimal("noiob", IdentifyNamespace.NOIOB, 2),
          decimal("nvmcap", IdentifyNamespace.NVMCAP, 16),
          decimal("npwg", IdentifyNamespace.NPWG, 2),
          decimal("npwa", IdentifyNamespace.NPWA, 2),
          decimal("npdg", IdentifyNamespace.NPDG, 2),
          decimal("npda", IdentifyNamespace.NPDA, 2),
          decimal("nows", IdentifyNamespace.NOWS, 2),
          decimal("mssrl", IdentifyNamespace.MSSRL, 2),
          decimal("mcl", IdentifyNamespace.MCL, 4),
          decimal("msrc", IdentifyNamespace.MSRC, 1),
          decimal("nulbaf", IdentifyNamespace.NULBAF, 1),
          decimal("anagrpid", IdentifyNamespace.ANAGRPID, 4),
          hex("nsattr", IdentifyNamespace.NSATTR, 1),
          decimal("nvmsetid", IdentifyNamespace.NVMSETID, 2),
          decimal("endgid", IdentifyNamespace.ENDGID, 2),
          bytes("nguid", IdentifyNamespace.NGUID, 16),
          bytes("eui64", IdentifyNamespace.EUI64, 8));

  private static final int FORMAT_BYTES = 4;
  private static final int MAX_FORMATS = 64;

  private IdentifyText() {}

  /** Identify Controller, a line per field. */
  public static String controller(byte[] structure) {
    return "NVME Identify Controller:\n" + CONTROLLER.text(structure);
  }

  /** Identify Controller, a member per field. */
  public static JsonObject controllerJson(byte[] structure) {
    return CONTROLLER.json(structure);
  }

  /** Identify Namespace, a line per field and one per format. */
  public static String namespace(long id, byte[] structure) {
    StringBuilder lines = new StringBuilder("NVME Identify Namespace " + id + ":\n");
    lines.append(NAMESPACE.text(structure));
    for (int i = 0; i < formats(structure); i++) {
      int at = IdentifyNamespace.LBAF0 + i * FORMAT_BYTES;
      lines.append(
          String.format(
              "lbaf %2d : ms:%-3d lbads:%-2d rp:%d%s%n",
              i,
              LittleEndian.u16(structure, at),
              LittleEndian.u8(structure, at + 2),
              LittleEndian.u8(structure, at + 3) & 0x3,
              i == IdentifyNamespace.formatIndex(structure) ? " (in use)" : ""));
    }
    return lines.toString();
  }

  /** Identify Namespace, a member per field and a list of formats. */
  public static JsonObject namespaceJson(byte[] structure) {
    JsonArray formats = new JsonArray();
    for (int i = 0; i < formats(structure); i++) {
      int at = IdentifyNamespace.LBAF0 + i * FORMAT_BYTES;
      formats.add(
          new JsonObject()
              .put("ms", LittleEndian.u16(structure, at))
              .put("ds", LittleEndian.u8(structure, at + 2))
              .put("rp", LittleEndian.u8(structure, at + 3) & 0x3)
              .put("in_use", i == IdentifyNamespace.formatIndex(structure)));
    }
    return NAMESPACE.json(structure).put("lbafs", formats);
  }

  private static int formats(byte[] structure) {
    int stated =
        LittleEndian.u8(structure, IdentifyNamespace.NLBAF)
            + 1
            + LittleEndian.u8(structure, IdentifyNamespace.NULBAF);
    return Math.min(stated, MAX_FORMATS);
  }

  /** True if the structure says nothing: the namespace is not active. */
  public static boolean isEmpty(byte[] structure) {
    return StructureFields.isEmpty(structure);
  }
}
