package io.nvmetcp.nvme;

/**
 * Controller ready timeouts, property 68h (Base specification 3.1.4.20), in units of 500 ms.
 *
 * @param withMediaUnits CRWMT: worst time until ready with media
 * @param independentUnits CRIMT: worst time until ready independent of media
 */
public record Crto(int withMediaUnits, int independentUnits) {
  /** The 32-bit property. */
  public int encode() {
    return (independentUnits & 0xFFFF) << 16 | (withMediaUnits & 0xFFFF);
  }

  /** Reads the 32-bit property. */
  public static Crto decode(int value) {
    return new Crto(value & 0xFFFF, value >>> 16);
  }
}
