package io.nvmetcp.pdu;

import io.nvmetcp.nvme.LittleEndian;

/**
 * Initialize Connection Response (TCP transport specification 3.6.2.3).
 *
 * @param pfv PDU format version, 0
 * @param cpda controller PDU data alignment, 0..31: data to the controller starts at multiples of
 *     (n + 1) × 4
 * @param headerDigest header digests are on
 * @param dataDigest data digests are on
 * @param maxH2cDataBytes most data bytes in one H2CData PDU, at least 4096 and a multiple of 4
 */
public record IcResponse(
    int pfv, int cpda, boolean headerDigest, boolean dataDigest, long maxH2cDataBytes) {

  /** Reads the type's own fields of a header that was judged. */
  public static IcResponse decode(byte[] h) {
    int dgst = LittleEndian.u8(h, PduFields.IC_DGST);
    return new IcResponse(
        LittleEndian.u16(h, PduFields.IC_PFV),
        LittleEndian.u8(h, PduFields.IC_PDA),
        (dgst & IcDigests.HEADER) != 0,
        (dgst & IcDigests.DATA) != 0,
        LittleEndian.u32(h, PduFields.ICRESP_MAXH2CDATA));
  }

  /** Writes the whole 128-byte header into a zeroed array. */
  public void encode(byte[] h) {
    PduFields.common(h, PduType.IC_RESP, 0, 0, PduType.IC_RESP.headerBytes());
    LittleEndian.put16(h, PduFields.IC_PFV, pfv);
    LittleEndian.put8(h, PduFields.IC_PDA, cpda);
    LittleEndian.put8(h, PduFields.IC_DGST, IcDigests.bits(headerDigest, dataDigest));
    LittleEndian.put32(h, PduFields.ICRESP_MAXH2CDATA, maxH2cDataBytes);
  }
}
