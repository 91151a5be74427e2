package io.nvmetcp.pdu;

import io.nvmetcp.nvme.LittleEndian;
import java.util.Arrays;

/**
 * A terminate connection request of either direction (TCP transport specification 3.6.2.4 and .5).
 *
 * @param fes fatal error status as received; {@link FatalStatus} names the known ones
 * @param fei fatal error information
 * @param header the header that the peer objects to, 0 to 128 bytes
 */
public record TermRequest(int fes, long fei, byte[] header) {

  /** Reads a request from its {@code plen} bytes, which were judged. */
  public static TermRequest decode(byte[] pdu, int plen) {
    return new TermRequest(
        LittleEndian.u16(pdu, PduFields.FES),
        LittleEndian.u32(pdu, PduFields.FEI),
        Arrays.copyOfRange(pdu, PduType.C2H_TERM_REQ.headerBytes(), plen));
  }

  /** The request in a line. */
  public String describe() {
    FatalStatus status = FatalStatus.byCode(fes);
    String text = status == null ? "unknown status" : status.text();
    return "%s (FES %d, FEI %d)".formatted(text, fes, fei);
  }
}
