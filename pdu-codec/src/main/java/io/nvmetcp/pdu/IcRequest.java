package io.nvmetcp.pdu;

import io.nvmetcp.nvme.LittleEndian;

/**
 * Initialize Connection Request (TCP transport specification 3.6.2.2).
 *
 * @param pfv PDU format version, 0
 * @param hpda host PDU data alignment, 0..31: data to the host starts at multiples of (n + 1) × 4
 * @param headerDigest the host asks for header digests
 * @param dataDigest the host asks for data digests
 * @param maxR2t most R2Ts outstanding per command, 0-based
 */
public record IcRequest(int pfv, int hpda, boolean headerDigest, boolean dataDigest, long maxR2t) {

  /** Reads the type's own fields of a header that was judged. */
  public static IcRequest decode(byte[] h) {
    int dgst = LittleEndian.u8(h, PduFields.IC_DGST);
    return new IcRequest(
        LittleEndian.u16(h, PduFields.IC_PFV),
        LittleEndian.u8(h, PduFields.IC_PDA),
        (dgst & IcDigests.HEADER) != 0,
        (dgst & IcDigests.DATA) != 0,
        LittleEndian.u32(h, PduFields.ICREQ_MAXR2T));
  }

  /** Writes the whole 128-byte header into a zeroed array. */
  public void encode(byte[] h) {
    PduFields.common(h, PduType.IC_REQ, 0, 0, PduType.IC_REQ.headerBytes());
    LittleEndian.put16(h, PduFields.IC_PFV, pfv);
    LittleEndian.put8(h, PduFields.IC_PDA, hpda);
    LittleEndian.put8(h, PduFields.IC_DGST, IcDigests.bits(headerDigest, dataDigest));
    LittleEndian.put32(h, PduFields.ICREQ_MAXR2T, maxR2t);
  }
}
