package io.nvmetcp.pdu;

/** Bits of the FLAGS field (TCP transport specification 3.6.1). */
public final class PduFlags {
  /** HDGSTF: a header digest follows the header. */
  public static final int HDGST = 1;

  /** DDGSTF: a data digest follows the data. */
  public static final int DDGST = 1 << 1;

  /** LAST_PDU: the last PDU of a data transfer. */
  public static final int LAST = 1 << 2;

  /** SUCCESS: the command succeeded and no response capsule follows. */
  public static final int SUCCESS = 1 << 3;

  private PduFlags() {}
}
