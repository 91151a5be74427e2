package io.nvmetcp.nvme;

/**
 * Controller status, property 1Ch (Base specification 3.1.4.6).
 *
 * @param ready RDY
 * @param fatal CFS
 * @param shutdownStatus SHST: 0 normal operation, 1 occurring, 2 complete
 * @param subsystemResetOccurred NSSRO
 * @param processingPaused PP
 * @param subsystemShutdown ST: SHST speaks of a shutdown of the whole subsystem
 */
public record Csts(
    boolean ready,
    boolean fatal,
    int shutdownStatus,
    boolean subsystemResetOccurred,
    boolean processingPaused,
    boolean subsystemShutdown) {
  /** SHST value: shutdown processing is under way. */
  public static final int SHUTDOWN_OCCURRING = 1;

  /** SHST value: shutdown processing is complete. */
  public static final int SHUTDOWN_COMPLETE = 2;

  /** The fields that a Fabrics controller sets; the others are 0. */
  public Csts(boolean ready, boolean fatal, int shutdownStatus) {
    this(ready, fatal, shutdownStatus, false, false, false);
  }

  /** The 32-bit property; reserved bits are 0. */
  public int encode() {
    return (ready ? 1 : 0)
        | (fatal ? 1 << 1 : 0)
        | (shutdownStatus & 0x3) << 2
        | (subsystemResetOccurred ? 1 << 4 : 0)
        | (processingPaused ? 1 << 5 : 0)
        | (subsystemShutdown ? 1 << 6 : 0);
  }

  /** Reads the 32-bit property. */
  public static Csts decode(int value) {
    return new Csts(
        (value & 1) != 0,
        (value >>> 1 & 1) != 0,
        value >>> 2 & 0x3,
        (value >>> 4 & 1) != 0,
        (value >>> 5 & 1) != 0,
        (value >>> 6 & 1) != 0);
  }
}
