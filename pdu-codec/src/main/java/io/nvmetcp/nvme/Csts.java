package io.nvmetcp.nvme;

/**
 * Controller status, property 1Ch (Base specification 3.1.4.6).
 *
 * @param ready RDY
 * @param fatal CFS
 * @param shutdownStatus SHST: 0 normal operation, 1 occurring, 2 complete
 */
public record Csts(boolean ready, boolean fatal, int shutdownStatus) {
  /** SHST value: shutdown processing is complete. */
  public static final int SHUTDOWN_COMPLETE = 2;

  /** The 32-bit property. */
  public int encode() {
    return (ready ? 1 : 0) | (fatal ? 2 : 0) | (shutdownStatus & 0x3) << 2;
  }

  /** Reads the 32-bit property. */
  public static Csts decode(int value) {
    return new Csts((value & 1) != 0, (value & 2) != 0, value >>> 2 & 0x3);
  }
}
