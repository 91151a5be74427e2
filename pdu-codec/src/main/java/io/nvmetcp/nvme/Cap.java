package io.nvmetcp.nvme;

/**
 * Controller capabilities, property 0h (Base specification 3.1.4.1): the fields that Fabrics uses.
 *
 * @param mqes maximum queue entries supported, 0-based
 * @param timeoutUnits worst time to become ready, units of 500 ms
 * @param commandSets CSS: bit 0 is the NVM command set
 * @param mpsMin minimum memory page size, 2^(12 + n) bytes
 * @param mpsMax maximum memory page size, 2^(12 + n) bytes
 */
public record Cap(int mqes, int timeoutUnits, int commandSets, int mpsMin, int mpsMax) {
  private static final int CQR_BIT = 16;

  /** The 64-bit property; CQR is always set on Fabrics. */
  public long encode() {
    return (mqes & 0xFFFFL)
        | 1L << CQR_BIT
        | (timeoutUnits & 0xFFL) << 24
        | (commandSets & 0xFFL) << 37
        | (mpsMin & 0xFL) << 48
        | (mpsMax & 0xFL) << 52;
  }

  /** Reads the 64-bit property. */
  public static Cap decode(long value) {
    return new Cap(
        (int) (value & 0xFFFF),
        (int) (value >>> 24 & 0xFF),
        (int) (value >>> 37 & 0xFF),
        (int) (value >>> 48 & 0xF),
        (int) (value >>> 52 & 0xF));
  }
}
