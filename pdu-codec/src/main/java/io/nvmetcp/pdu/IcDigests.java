package io.nvmetcp.pdu;

/** Bits of the DGST field of ICReq and ICResp (TCP transport specification 3.6.2.2). */
public final class IcDigests {
  /** Header digests. */
  public static final int HEADER = 1;

  /** Data digests. */
  public static final int DATA = 2;

  private IcDigests() {}

  static int bits(boolean header, boolean data) {
    return (header ? HEADER : 0) | (data ? DATA : 0);
  }
}
