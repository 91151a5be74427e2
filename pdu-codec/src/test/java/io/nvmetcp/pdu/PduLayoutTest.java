package io.nvmetcp.pdu;

import static io.nvmetcp.nvme.Layouts.compare;
import static io.nvmetcp.nvme.Layouts.struct;

import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Layouts;
import io.nvmetcp.nvme.Sqe;
import org.junit.jupiter.api.Test;

/** The header offsets are those of the transport specification, 3.6.2. */
final class PduLayoutTest {
  private static Layouts common() {
    return struct()
        .field("TYPE", 1)
        .field("FLAGS", 1)
        .field("HLEN", 1)
        .field("PDO", 1)
        .field("PLEN", 4);
  }

  private static Layouts afterCommon() {
    return struct().other(PduFields.COMMON_BYTES);
  }

  @Test
  void laysOutTheCommonHeader() {
    compare(
        common().ofBytes(PduFields.COMMON_BYTES),
        "TYPE",
        PduFields.TYPE,
        "FLAGS",
        PduFields.FLAGS,
        "HLEN",
        PduFields.HLEN,
        "PDO",
        PduFields.PDO,
        "PLEN",
        PduFields.PLEN);
  }

  @Test
  void laysOutIcReq() {
    compare(
        afterCommon()
            .field("PFV", 2)
            .field("HPDA", 1)
            .field("DGST", 1)
            .field("MAXR2T", 4)
            .other(112)
            .ofBytes(PduType.IC_REQ.headerBytes()),
        "PFV",
        PduFields.IC_PFV,
        "HPDA",
        PduFields.IC_PDA,
        "DGST",
        PduFields.IC_DGST,
        "MAXR2T",
        PduFields.ICREQ_MAXR2T);
  }

  @Test
  void laysOutIcResp() {
    compare(
        afterCommon()
            .field("PFV", 2)
            .field("CPDA", 1)
            .field("DGST", 1)
            .field("MAXH2CDATA", 4)
            .other(112)
            .ofBytes(PduType.IC_RESP.headerBytes()),
        "PFV",
        PduFields.IC_PFV,
        "CPDA",
        PduFields.IC_PDA,
        "DGST",
        PduFields.IC_DGST,
        "MAXH2CDATA",
        PduFields.ICRESP_MAXH2CDATA);
  }

  @Test
  void laysOutTheTerminateRequests() {
    for (PduType type : new PduType[] {PduType.H2C_TERM_REQ, PduType.C2H_TERM_REQ}) {
      compare(
          afterCommon().field("FES", 2).field("FEI", 4).other(10).ofBytes(type.headerBytes()),
          "FES",
          PduFields.FES,
          "FEI",
          PduFields.FEI);
    }
  }

  @Test
  void laysOutTheCapsules() {
    compare(
        afterCommon().field("SQE", Sqe.BYTES).ofBytes(PduType.CAPSULE_CMD.headerBytes()),
        "SQE",
        PduFields.SQE);
    compare(
        afterCommon().field("CQE", Cqe.BYTES).ofBytes(PduType.CAPSULE_RESP.headerBytes()),
        "CQE",
        PduFields.CQE);
  }

  @Test
  void laysOutTheDataPdus() {
    for (PduType type : new PduType[] {PduType.H2C_DATA, PduType.C2H_DATA}) {
      compare(
          afterCommon()
              .field("CCCID", 2)
              .field("TTAG", 2)
              .field("DATAO", 4)
              .field("DATAL", 4)
              .other(4)
              .ofBytes(type.headerBytes()),
          "CCCID",
          PduFields.CCCID,
          "TTAG",
          PduFields.TTAG,
          "DATAO",
          PduFields.DATAO,
          "DATAL",
          PduFields.DATAL);
    }
  }

  @Test
  void laysOutR2t() {
    compare(
        afterCommon()
            .field("CCCID", 2)
            .field("TTAG", 2)
            .field("R2TO", 4)
            .field("R2TL", 4)
            .other(4)
            .ofBytes(PduType.R2T.headerBytes()),
        "CCCID",
        PduFields.CCCID,
        "TTAG",
        PduFields.TTAG,
        "R2TO",
        PduFields.R2TO,
        "R2TL",
        PduFields.R2TL);
  }
}
