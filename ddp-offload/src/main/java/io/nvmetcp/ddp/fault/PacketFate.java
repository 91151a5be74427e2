package io.nvmetcp.ddp.fault;

/** What becomes of a packet in front of a device. The stream behind it is always whole. */
public enum PacketFate {
  /** The device sees it in its place. */
  SEEN,
  /** It is lost; its retransmission passes the device after packets that follow it. */
  LOST,
  /** It passes the device after packets that follow it. */
  REORDERED,
  /** The device sees it in its place, and once more. */
  DUPLICATED;

  /** True if the device does not see it in its place. */
  public boolean missed() {
    return this == LOST || this == REORDERED;
  }
}
