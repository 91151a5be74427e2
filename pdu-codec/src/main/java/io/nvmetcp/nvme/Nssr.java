package io.nvmetcp.nvme;

/**
 * NVM subsystem reset, property 20h (Base specification 3.1.4.7): the subsystem is reset by writing
 * one certain value, anything else has no effect; it always reads as 0.
 */
public final class Nssr {
  /** "NVMe": the value that resets. */
  public static final int RESET = 0x4E56_4D65;

  private Nssr() {}

  /** True if writing {@code value} resets the subsystem. */
  public static boolean resets(long value) {
    return (int) value == RESET;
  }
}
