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
}
