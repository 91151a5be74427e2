package io.nvmetcp.pdu;

import io.nvmetcp.nvme.LittleEndian;

/**
 * Where each header field stands, and how to read it from a header at the start of an array (TCP
 * transport specification 3.6.2). Unsigned 32-bit fields come as {@code long}.
 */
public final class PduFields {
  /** PDU-type. */
  public static final int TYPE = 0;

  /** FLAGS. */
  public static final int FLAGS = 1;

  /** HLEN: header length in bytes. */
  public static final int HLEN = 2;

  /** PDO: data offset in bytes from the PDU's start. */
  public static final int PDO = 3;

  /** PLEN: length of the whole PDU in bytes. */
  public static final int PLEN = 4;

  /** Size of the common header. */
  public static final int COMMON_BYTES = 8;

  /** PFV of ICReq and ICResp. */
  public static final int IC_PFV = 8;

  /** HPDA of ICReq, CPDA of ICResp. */
  public static final int IC_PDA = 10;

  /** DGST of ICReq and ICResp. */
  public static final int IC_DGST = 11;

  /** MAXR2T of ICReq, 0-based. */
  public static final int ICREQ_MAXR2T = 12;

  /** MAXH2CDATA of ICResp, bytes. */
  public static final int ICRESP_MAXH2CDATA = 12;

  /** CCCID of H2CData, C2HData and R2T. */
  public static final int CCCID = 8;

  /** TTAG of H2CData and R2T. */
  public static final int TTAG = 10;

  /** DATAO of H2CData and C2HData, bytes. */
  public static final int DATAO = 12;

  /** DATAL of H2CData and C2HData, bytes. */
  public static final int DATAL = 16;

  /** R2TO, bytes. */
  public static final int R2TO = 12;

  /** R2TL, bytes. */
  public static final int R2TL = 16;

  /** FES of a terminate request. */
  public static final int FES = 8;

  /** FEI of a terminate request, 32 bits and not aligned. */
  public static final int FEI = 10;

  /** The SQE of a command capsule. */
  public static final int SQE = 8;

  /** The CQE of a response capsule. */
  public static final int CQE = 8;

  /** Size of a header or data digest. */
  public static final int DIGEST_BYTES = 4;

  /** Most bytes of the offending header that a terminate request carries. */
  public static final int TERM_DATA_BYTES = 128;

  private PduFields() {}

  /** PDU-type. */
  public static int type(byte[] h) {
    return LittleEndian.u8(h, TYPE);
  }

  /** FLAGS. */
  public static int flags(byte[] h) {
    return LittleEndian.u8(h, FLAGS);
  }

  /** HLEN. */
  public static int hlen(byte[] h) {
    return LittleEndian.u8(h, HLEN);
  }

  /** PDO. */
  public static int pdo(byte[] h) {
    return LittleEndian.u8(h, PDO);
  }

  /** PLEN. */
  public static long plen(byte[] h) {
    return LittleEndian.u32(h, PLEN);
  }

  /** CCCID. */
  public static int cccid(byte[] h) {
    return LittleEndian.u16(h, CCCID);
  }

  /** TTAG. */
  public static int ttag(byte[] h) {
    return LittleEndian.u16(h, TTAG);
  }

  /** DATAO. */
  public static long datao(byte[] h) {
    return LittleEndian.u32(h, DATAO);
  }

  /** DATAL. */
  public static long datal(byte[] h) {
    return LittleEndian.u32(h, DATAL);
  }

  /** R2TO. */
  public static long r2to(byte[] h) {
    return LittleEndian.u32(h, R2TO);
  }

  /** R2TL. */
  public static long r2tl(byte[] h) {
    return LittleEndian.u32(h, R2TL);
  }

  /** Writes the common header. */
  public static void common(byte[] h, PduType type, int flags, int pdo, long plen) {
    LittleEndian.put8(h, TYPE, type.code());
    LittleEndian.put8(h, FLAGS, flags);
    LittleEndian.put8(h, HLEN, type.headerBytes());
    LittleEndian.put8(h, PDO, pdo);
    LittleEndian.put32(h, PLEN, plen);
  }
}
