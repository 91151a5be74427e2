package io.nvmetcp.pdu.check;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcDigests;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;

/**
 * Judges headers, for host and controller alike, without any state of its own.
 *
 * <p>The order is: {@link #shape} looks at type, direction, header length and the bounds of the PDU
 * length that are needed to find the header digest, then at the other common fields, lowest first.
 * The caller then checks the header digest. Only after that does {@link #fields} look at what the
 * type adds, lowest field first. Ranges that depend on a command are the caller's.
 *
 * <p>Accepting allocates nothing.
 */
public final class HeaderCheck {
  private static final int MAX_PDA = 31;
  private static final long MIN_MAXH2CDATA = 4096;
  private static final long MAX_TRANSFER_BYTES = 0xFFFF_FFFFL;

  private HeaderCheck() {}

  /** Judges the 8 bytes of the common header at the start of {@code h}. */
  public static Verdict shape(byte[] h, Limits limits) {
    PduType type = PduType.byCode(PduFields.type(h));
    if (type == null) {
      return field(PduFields.TYPE, "unknown PDU type %02Xh", PduFields.type(h));
    }
    if (type.sender() == limits.receiver()) {
      return field(PduFields.TYPE, type.wireName() + " cannot be sent to this end", 0);
    }
    if (type == PduType.H2C_TERM_REQ || type == PduType.C2H_TERM_REQ) {
      return termRequest(h, type);
    }
    boolean initializes = type == PduType.IC_REQ || type == PduType.IC_RESP;
    if (initializes != (limits.phase() == Phase.AWAIT_IC)) {
      return new Verdict.Rejected(
          FatalStatus.SEQUENCE_ERROR,
          0,
          type.wireName()
              + (initializes ? " on an initialized connection" : " before ICReq/ICResp"));
    }
    if (PduFields.hlen(h) != type.headerBytes()) {
      return field(PduFields.HLEN, type.wireName() + " with HLEN %d", PduFields.hlen(h));
    }
    int digest =
        limits.negotiated().headerDigest() && type.digestible() ? PduFields.DIGEST_BYTES : 0;
    if (PduFields.plen(h) < type.headerBytes() + digest) {
      return field(PduFields.PLEN, type.wireName() + " with PLEN %d", PduFields.plen(h));
    }
    return common(h, type, limits, digest);
  }

  // A malformed terminate request is answered by closing (specification 3.6.2.4, 3.6.2.5).
  private static Verdict termRequest(byte[] h, PduType type) {
    long plen = PduFields.plen(h);
    boolean sound =
        PduFields.flags(h) == 0
            && PduFields.hlen(h) == type.headerBytes()
            && plen >= type.headerBytes()
            && plen <= type.headerBytes() + PduFields.TERM_DATA_BYTES;
    return sound ? Verdict.ACCEPTED : new Verdict.HangUp("malformed " + type.wireName());
  }

  private static Verdict common(byte[] h, PduType type, Limits limits, int digest) {
    Negotiated negotiated = limits.negotiated();
    long plen = PduFields.plen(h);
    int bare = type.headerBytes() + digest;
    boolean carriesData = type.mayCarryData() && plen > bare;
    int flags = PduFields.flags(h);
    int expected =
        (digest > 0 ? PduFlags.HDGST : 0)
            | (carriesData && negotiated.dataDigest() ? PduFlags.DDGST : 0);
    if ((flags & ~type.ownFlags()) != expected) {
      return field(PduFields.FLAGS, type.wireName() + " with FLAGS %02Xh", flags);
    }
    if ((flags & PduFlags.SUCCESS) != 0 && (flags & PduFlags.LAST) == 0) {
      return field(PduFields.FLAGS, "SUCCESS without LAST_PDU", 0);
    }
    if (!carriesData) {
      // Peers disagree on PDO where no data follows; it is reserved there and not looked at.
      boolean sound = plen == bare && !isDataPdu(type);
      return sound
          ? Verdict.ACCEPTED
          : field(PduFields.PLEN, type.wireName() + " with PLEN %d", plen);
    }
    int pdo = PduFields.pdo(h);
    if (pdo < bare || pdo > plen || pdo % negotiated.dataAlignmentBytes(limits.receiver()) != 0) {
      return field(PduFields.PDO, type.wireName() + " with PDO %d", pdo);
    }
    long trailer = negotiated.dataDigest() ? PduFields.DIGEST_BYTES : 0;
    if (plen <= pdo + trailer) {
      return field(PduFields.PLEN, type.wireName() + " with PLEN %d and no data", plen);
    }
    return dataLength(type, limits, plen - pdo - trailer);
  }

  private static Verdict dataLength(PduType type, Limits limits, long dataBytes) {
    if (type == PduType.CAPSULE_CMD && dataBytes > limits.maxCapsuleDataBytes()) {
      return field(PduFields.PLEN, "%d bytes of in-capsule data are too many", dataBytes);
    }
    if (type == PduType.C2H_DATA && dataBytes > limits.maxDataBytes()) {
      return field(PduFields.PLEN, "%d bytes of data exceed any command's", dataBytes);
    }
    if (dataBytes > Integer.MAX_VALUE) {
      return field(PduFields.PLEN, "%d bytes of data in one PDU", dataBytes);
    }
    return Verdict.ACCEPTED;
  }

  /**
   * Judges the fields that {@code type} adds to the common header; call it once the header digest
   * was found right.
   */
  public static Verdict fields(byte[] h, PduType type, Limits limits) {
    return switch (type) {
      case IC_REQ -> icCommon(h);
      case IC_RESP -> icResponse(h);
      case H2C_DATA, C2H_DATA -> data(h, type, limits);
      case R2T -> r2t(h, limits);
      case H2C_TERM_REQ, C2H_TERM_REQ, CAPSULE_CMD, CAPSULE_RESP -> Verdict.ACCEPTED;
    };
  }

  /**
   * Judges an accepted ICResp against the request that it answers: the controller may decline a
   * digest, but not turn on one that the host did not ask for.
   */
  public static Verdict answers(IcResponse response, IcRequest request) {
    boolean unasked =
        response.headerDigest() && !request.headerDigest()
            || response.dataDigest() && !request.dataDigest();
    return unasked
        ? field(PduFields.IC_DGST, "ICResp turns on a digest that was not asked for", 0)
        : Verdict.ACCEPTED;
  }

  private static Verdict icResponse(byte[] h) {
    Verdict common = icCommon(h);
    if (!common.equals(Verdict.ACCEPTED)) {
      return common;
    }
    long maxH2cData = LittleEndian.u32(h, PduFields.ICRESP_MAXH2CDATA);
    if (maxH2cData < MIN_MAXH2CDATA || maxH2cData % 4 != 0) {
      return field(PduFields.ICRESP_MAXH2CDATA, "MAXH2CDATA %d", maxH2cData);
    }
    return Verdict.ACCEPTED;
  }

  private static Verdict icCommon(byte[] h) {
    int pfv = LittleEndian.u16(h, PduFields.IC_PFV);
    if (pfv != 0) {
      return new Verdict.Rejected(
          FatalStatus.UNSUPPORTED_PARAMETER, PduFields.IC_PFV, "PFV " + pfv);
    }
    int pda = LittleEndian.u8(h, PduFields.IC_PDA);
    if (pda > MAX_PDA) {
      return field(PduFields.IC_PDA, "data alignment %d", pda);
    }
    int digests = LittleEndian.u8(h, PduFields.IC_DGST);
    if ((digests & ~(IcDigests.HEADER | IcDigests.DATA)) != 0) {
      return field(PduFields.IC_DGST, "DGST %02Xh", digests);
    }
    return Verdict.ACCEPTED;
  }

  private static Verdict data(byte[] h, PduType type, Limits limits) {
    long datao = PduFields.datao(h);
    if (limits.strict() && datao % 4 != 0) {
      return field(PduFields.DATAO, "DATAO %d is no multiple of 4", datao);
    }
    long datal = PduFields.datal(h);
    if (limits.strict() && datal % 4 != 0) {
      return field(PduFields.DATAL, "DATAL %d is no multiple of 4", datal);
    }
    long trailer = limits.negotiated().dataDigest() ? PduFields.DIGEST_BYTES : 0;
    if (datal != PduFields.plen(h) - PduFields.pdo(h) - trailer) {
      return field(PduFields.DATAL, "DATAL %d is not what PLEN leaves for data", datal);
    }
    if (type == PduType.H2C_DATA && datal > limits.negotiated().maxH2cDataBytes()) {
      return new Verdict.Rejected(
          FatalStatus.LIMIT_EXCEEDED, 0, datal + " bytes of data exceed MAXH2CDATA");
    }
    return range(datao, datal);
  }

  private static Verdict r2t(byte[] h, Limits limits) {
    if (limits.receiver() != Role.HOST) {
      throw new IllegalStateException("R2T at the controller passed the direction check");
    }
    if (limits.strict() && PduFields.r2to(h) % 4 != 0) {
      return field(PduFields.R2TO, "R2TO %d is no multiple of 4", PduFields.r2to(h));
    }
    long r2tl = PduFields.r2tl(h);
    if (r2tl == 0 || (limits.strict() && r2tl % 4 != 0)) {
      return field(PduFields.R2TL, "R2TL %d", r2tl);
    }
    return range(PduFields.r2to(h), r2tl);
  }

  // No command can move more than its 32-bit SGL length says.
  private static Verdict range(long offset, long lengthBytes) {
    if (offset + lengthBytes > MAX_TRANSFER_BYTES) {
      return new Verdict.Rejected(
          FatalStatus.DATA_OUT_OF_RANGE,
          0,
          "%d bytes at offset %d lie beyond any command".formatted(lengthBytes, offset));
    }
    return Verdict.ACCEPTED;
  }

  private static boolean isDataPdu(PduType type) {
    return type == PduType.H2C_DATA || type == PduType.C2H_DATA;
  }

  private static Verdict field(int offset, String reason, long value) {
    return new Verdict.Rejected(FatalStatus.INVALID_HEADER_FIELD, offset, reason.formatted(value));
  }
}
