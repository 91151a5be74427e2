package io.nvmetcp.initiator.offload;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;

/**
 * What a placing device must know of NVMe/TCP: where C2HData puts its data. It believes no header
 * whose digest is wrong, since a device acts before the protocol's own reader has judged.
 */
public final class NvmeTcpFraming implements Framing {
  private final Negotiated negotiated;
  private final Crc32cDigest crc;
  private final int headerDigestBytes;
  private final int dataDigestBytes;

  /** The framing of a connection with these parameters. */
  public NvmeTcpFraming(Negotiated negotiated, Crc32cEngine engine) {
    this.negotiated = negotiated;
    crc = engine.newDigest();
    headerDigestBytes = negotiated.headerDigest() ? PduFields.DIGEST_BYTES : 0;
    dataDigestBytes = negotiated.dataDigest() ? PduFields.DIGEST_BYTES : 0;
  }

  @Override
  public int prefixBytes() {
    return PduFields.COMMON_BYTES;
  }

  @Override
  public int maxHeaderBytes() {
    return PduType.IC_RESP.headerBytes() + PduFields.DIGEST_BYTES;
  }

  @Override
  public int headerBytes(byte[] header) {
    PduType type = PduType.byCode(PduFields.type(header));
    if (type == null
        || type.sender() == Role.HOST
        || PduFields.hlen(header) != type.headerBytes()) {
      return -1;
    }
    int bytes = type.headerBytes() + (type.digestible() ? headerDigestBytes : 0);
    return plausible(type, header, bytes) ? bytes : -1;
  }

  // A device that lost its place tries every position: what a length contradicts is no header.
  private static boolean plausible(PduType type, byte[] header, int bytes) {
    long plen = PduFields.plen(header);
    return switch (type) {
      case CAPSULE_RESP, R2T, IC_RESP -> plen == bytes;
      case C2H_DATA -> PduFields.pdo(header) >= bytes && plen > PduFields.pdo(header);
      case C2H_TERM_REQ -> plen >= bytes && plen <= bytes + PduFields.TERM_DATA_BYTES;
      case IC_REQ, H2C_TERM_REQ, CAPSULE_CMD, H2C_DATA -> false;
    };
  }

  @Override
  public boolean parse(byte[] header, PduShape shape) {
    PduType type = PduType.byCode(PduFields.type(header));
    if (type == null) {
      return false;
    }
    int digest = type.digestible() ? headerDigestBytes : 0;
    if (digest > 0) {
      crc.reset();
      crc.update(header, 0, type.headerBytes());
      if (crc.value() != LittleEndian.i32(header, type.headerBytes())) {
        return false;
      }
    }
    int bare = type.headerBytes() + digest;
    long plen = PduFields.plen(header);
    if (plen < bare) {
      return false;
    }
    shape.pduBytes = plen;
    shape.dataBytes = 0;
    shape.digestBytes = 0;
    shape.placeable = false;
    return type != PduType.C2H_DATA || data(header, bare, shape);
  }

  private boolean data(byte[] header, int bare, PduShape shape) {
    int pdo = PduFields.pdo(header);
    long dataBytes = shape.pduBytes - pdo - dataDigestBytes;
    if (pdo < bare || dataBytes <= 0 || dataBytes != PduFields.datal(header)) {
      return false;
    }
    if (dataBytes > Integer.MAX_VALUE) {
      return false;
    }
    shape.dataStart = pdo;
    shape.dataBytes = (int) dataBytes;
    shape.digestBytes = dataDigestBytes;
    shape.placeable = true;
    shape.tag = PduFields.cccid(header);
    shape.bufferOffset = PduFields.datao(header);
    return true;
  }

  /** The parameters in force. */
  public Negotiated negotiated() {
    return negotiated;
  }
}
