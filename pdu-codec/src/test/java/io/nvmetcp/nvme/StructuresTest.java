package io.nvmetcp.nvme;

import static io.nvmetcp.nvme.Layouts.compare;
import static io.nvmetcp.nvme.Layouts.struct;

import org.junit.jupiter.api.Test;

/** The offsets in the code are those of the specification's structures. */
final class StructuresTest {

  @Test
  void laysOutTheSubmissionQueueEntry() {
    compare(
        struct()
            .field("OPC", 1)
            .field("FUSE/PSDT", 1)
            .field("CID", 2)
            .field("NSID", 4)
            .other(8) // CDW2, CDW3
            .other(8) // MPTR
            .field("SGL1", 16)
            .field("CDW10", 4)
            .other(20) // CDW11 to CDW15
            .ofBytes(Sqe.BYTES),
        "OPC",
        Sqe.OPCODE,
        "FUSE/PSDT",
        Sqe.FLAGS,
        "CID",
        Sqe.CID,
        "NSID",
        Sqe.NSID,
        "SGL1",
        Sqe.SGL1,
        "CDW10",
        Sqe.CDW10);
  }

  @Test
  void laysOutTheSglDescriptor() {
    compare(
        struct().other(8).field("length", 4).other(3).field("type", 1).ofBytes(Sgl.BYTES),
        "length",
        Sgl.LENGTH,
        "type",
        Sgl.TYPE);
  }

  @Test
  void laysOutTheCompletionQueueEntry() {
    compare(
        struct()
            .field("DW0", 4)
            .field("DW1", 4)
            .field("SQHD", 2)
            .field("SQID", 2)
            .field("CID", 2)
            .field("P/STATUS", 2)
            .ofBytes(Cqe.BYTES),
        "DW0",
        Cqe.DW0,
        "DW1",
        Cqe.DW1,
        "SQHD",
        Cqe.SQHD,
        "SQID",
        Cqe.SQID,
        "CID",
        Cqe.CID,
        "P/STATUS",
        Cqe.STATUS);
  }

  @Test
  void laysOutTheConnectCommand() {
    compare(
        struct()
            .other(40)
            .field("RECFMT", 2)
            .field("QID", 2)
            .field("SQSIZE", 2)
            .field("CATTR", 1)
            .other(1)
            .field("KATO", 4)
            .other(12)
            .ofBytes(Sqe.BYTES),
        "RECFMT",
        ConnectCommand.RECFMT,
        "QID",
        ConnectCommand.QID,
        "SQSIZE",
        ConnectCommand.SQSIZE,
        "CATTR",
        ConnectCommand.CATTR,
        "KATO",
        ConnectCommand.KATO);
  }

  @Test
  void laysOutTheConnectData() {
    compare(
        struct()
            .field("HOSTID", 16)
            .field("CNTLID", 2)
            .other(238)
            .field("SUBNQN", ConnectData.NQN_BYTES)
            .field("HOSTNQN", ConnectData.NQN_BYTES)
            .other(256)
            .ofBytes(ConnectData.BYTES),
        "HOSTID",
        ConnectData.HOSTID,
        "CNTLID",
        ConnectData.CNTLID,
        "SUBNQN",
        ConnectData.SUBNQN,
        "HOSTNQN",
        ConnectData.HOSTNQN);
  }

  @Test
  void laysOutThePropertyCommands() {
    compare(
        struct()
            .other(40)
            .field("ATTRIB", 1)
            .other(3)
            .field("OFST", 4)
            .field("VALUE", 8)
            .other(8)
            .ofBytes(Sqe.BYTES),
        "ATTRIB",
        PropertyCommand.ATTRIB,
        "OFST",
        PropertyCommand.OFST,
        "VALUE",
        PropertyCommand.VALUE);
  }

  @Test
  void laysOutIdentifyController() {
    compare(
        struct()
            .field("VID", 2)
            .other(2) // SSVID
            .field("SN", 20)
            .field("MN", 40)
            .field("FR", 8)
            .other(4) // RAB, IEEE
            .field("CMIC", 1)
            .field("MDTS", 1)
            .field("CNTLID", 2)
            .field("VER", 4)
            .other(8) // RTD3R, RTD3E
            .field("OAES", 4)
            .field("CTRATT", 4)
            .other(11) // RRLS and others
            .field("CNTRLTYPE", 1)
            .other(144)
            .field("OACS", 2)
            .field("ACL", 1)
            .field("AERL", 1)
            .other(1) // FRMW
            .field("LPA", 1)
            .field("ELPE", 1)
            .other(57)
            .field("KAS", 2)
            .other(190)
            .field("SQES", 1)
            .field("CQES", 1)
            .field("MAXCMD", 2)
            .field("NN", 4)
            .field("ONCS", 2)
            .field("FUSES", 2)
            .other(1) // FNA
            .field("VWC", 1)
            .field("AWUN", 2)
            .other(2) // AWUPF
            .other(6) // ICSVSCC, NWPC, ACWU, CDFS
            .field("SGLS", 4)
            .field("MNAN", 4)
            .other(224)
            .field("SUBNQN", 256)
            .other(768)
            .field("IOCCSZ", 4)
            .field("IORCSZ", 4)
            .field("ICDOFF", 2)
            .field("FCATT", 1)
            .field("MSDBD", 1)
            .field("OFCS", 2)
            .other(242)
            .other(2048) // power states, vendor specific
            .ofBytes(4096),
        "VID",
        IdentifyController.VID,
        "SN",
        IdentifyController.SN,
        "MN",
        IdentifyController.MN,
        "FR",
        IdentifyController.FR,
        "CMIC",
        IdentifyController.CMIC,
        "MDTS",
        IdentifyController.MDTS,
        "CNTLID",
        IdentifyController.CNTLID,
        "VER",
        IdentifyController.VER,
        "OAES",
        IdentifyController.OAES,
        "CTRATT",
        IdentifyController.CTRATT,
        "CNTRLTYPE",
        IdentifyController.CNTRLTYPE,
        "OACS",
        IdentifyController.OACS,
        "ACL",
        IdentifyController.ACL,
        "AERL",
        IdentifyController.AERL,
        "LPA",
        IdentifyController.LPA,
        "ELPE",
        IdentifyController.ELPE,
        "KAS",
        IdentifyController.KAS,
        "SQES",
        IdentifyController.SQES,
        "CQES",
        IdentifyController.CQES,
        "MAXCMD",
        IdentifyController.MAXCMD,
        "NN",
        IdentifyController.NN,
        "ONCS",
        IdentifyController.ONCS,
        "FUSES",
        IdentifyController.FUSES,
        "VWC",
        IdentifyController.VWC,
        "AWUN",
        IdentifyController.AWUN,
        "SGLS",
        IdentifyController.SGLS,
        "MNAN",
        IdentifyController.MNAN,
        "SUBNQN",
        IdentifyController.SUBNQN,
        "IOCCSZ",
        IdentifyController.IOCCSZ,
        "IORCSZ",
        IdentifyController.IORCSZ,
        "ICDOFF",
        IdentifyController.ICDOFF,
        "FCATT",
        IdentifyController.FCATT,
        "MSDBD",
        IdentifyController.MSDBD,
        "OFCS",
        IdentifyController.OFCS);
  }

  @Test
  void laysOutIdentifyNamespace() {
    compare(
        struct()
            .field("NSZE", 8)
            .field("NCAP", 8)
            .field("NUSE", 8)
            .field("NSFEAT", 1)
            .field("NLBAF", 1)
            .field("FLBAS", 1)
            .other(3) // MC, DPC, DPS
            .field("NMIC", 1)
            .other(68) // RESCAP to ANAGRPID and reserved
            .field("NSATTR", 1)
            .other(4) // NVMSETID, ENDGID
            .field("NGUID", 16)
            .field("EUI64", 8)
            .field("LBAF0", 4)
            .other(3964)
            .ofBytes(4096),
        "NSZE",
        IdentifyNamespace.NSZE,
        "NCAP",
        IdentifyNamespace.NCAP,
        "NUSE",
        IdentifyNamespace.NUSE,
        "NSFEAT",
        IdentifyNamespace.NSFEAT,
        "NLBAF",
        IdentifyNamespace.NLBAF,
        "FLBAS",
        IdentifyNamespace.FLBAS,
        "NMIC",
        IdentifyNamespace.NMIC,
        "NSATTR",
        IdentifyNamespace.NSATTR,
        "NGUID",
        IdentifyNamespace.NGUID,
        "EUI64",
        IdentifyNamespace.EUI64,
        "LBAF0",
        IdentifyNamespace.LBAF0);
  }
}
