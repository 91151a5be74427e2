package io.nvmetcp.pdu.stream;

import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalInt;

/**
 * One whole PDU. What is written takes its digests, padding, {@code PDO} and {@code PLEN} from the
 * stream it is written to; what was read shows them as received. Data that arrived with a wrong
 * digest leaves with a wrong one, so that passing it on does not make it look right.
 *
 * @param type its type
 * @param header the header from its first byte, {@code HLEN} bytes (a terminate request: all of
 *     it); not to be changed
 * @param payload the data, empty if there is none; not to be changed
 * @param headerDigest as received, if one was negotiated
 * @param dataDigest as received, if one was negotiated and there is data
 * @param dataDigestMatches false if a data digest was received and is not that of the payload
 */
public record Pdu(
    PduType type,
    byte[] header,
    Buffer payload,
    OptionalInt headerDigest,
    OptionalInt dataDigest,
    boolean dataDigestMatches) {
  private static final Buffer NOTHING = Buffer.buffer();

  /** A PDU to write; digests come from the stream. */
  public static Pdu of(PduType type, byte[] header, Buffer payload) {
    return new Pdu(type, header, payload, OptionalInt.empty(), OptionalInt.empty(), true);
  }

  /** An ICReq to write. */
  public static Pdu icReq(IcRequest request) {
    byte[] header = new byte[PduType.IC_REQ.headerBytes()];
    request.encode(header);
    return of(PduType.IC_REQ, header, NOTHING);
  }

  /** An ICResp to write. */
  public static Pdu icResp(IcResponse response) {
    byte[] header = new byte[PduType.IC_RESP.headerBytes()];
    response.encode(header);
    return of(PduType.IC_RESP, header, NOTHING);
  }

  /** A command capsule to write, with {@code data} in capsule; the SQE is copied. */
  public static Pdu capsuleCmd(byte[] sqe, Buffer data) {
    byte[] header = header(PduType.CAPSULE_CMD, 0);
    System.arraycopy(sqe, 0, header, PduFields.SQE, Sqe.BYTES);
    return of(PduType.CAPSULE_CMD, header, data);
  }

  /** A response capsule to write; the CQE is copied. */
  public static Pdu capsuleResp(byte[] cqe) {
    byte[] header = header(PduType.CAPSULE_RESP, 0);
    System.arraycopy(cqe, 0, header, PduFields.CQE, Cqe.BYTES);
    return of(PduType.CAPSULE_RESP, header, NOTHING);
  }

  /** An H2CData or C2HData to write; {@code flags} without those of the digests. */
  public static Pdu data(PduType type, int flags, int cccid, int ttag, long datao, Buffer data) {
    byte[] header = header(type, flags);
    LittleEndian.put16(header, PduFields.CCCID, cccid);
    LittleEndian.put16(header, PduFields.TTAG, ttag);
    LittleEndian.put32(header, PduFields.DATAO, datao);
    LittleEndian.put32(header, PduFields.DATAL, data.length());
    return of(type, header, data);
  }

  /** An R2T to write. */
  public static Pdu r2t(int cccid, int ttag, long r2to, long r2tl) {
    byte[] header = header(PduType.R2T, 0);
    LittleEndian.put16(header, PduFields.CCCID, cccid);
    LittleEndian.put16(header, PduFields.TTAG, ttag);
    LittleEndian.put32(header, PduFields.R2TO, r2to);
    LittleEndian.put32(header, PduFields.R2TL, r2tl);
    return of(PduType.R2T, header, NOTHING);
  }

  private static byte[] header(PduType type, int flags) {
    byte[] header = new byte[type.headerBytes()];
    PduFields.common(header, type, flags, 0, header.length);
    return header;
  }

  /** This PDU, whose data digest will be wrong when it is written. */
  public Pdu withWrongDataDigest() {
    return new Pdu(type, header, payload, headerDigest, dataDigest, false);
  }

  @Override
  public String toString() {
    String data = payload.length() == 0 ? "" : " data=" + payload.length();
    return PduPrinter.line(header) + data + (dataDigestMatches ? "" : " (data digest wrong)");
  }
}
