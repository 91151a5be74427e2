package io.nvmetcp.nvme;

/**
 * Version, property 8h, and the VER field of Identify Controller (Base specification 3.1.4.2).
 *
 * @param major MJR
 * @param minor MNR
 * @param tertiary TER
 */
public record Vs(int major, int minor, int tertiary) {
  /** The 32-bit property. */
  public int encode() {
    return (major & 0xFFFF) << 16 | (minor & 0xFF) << 8 | (tertiary & 0xFF);
  }

  /** Reads the 32-bit property. */
  public static Vs decode(int value) {
    return new Vs(value >>> 16, value >>> 8 & 0xFF, value & 0xFF);
  }

  /** True if this version is {@code thatMajor.thatMinor} or later. */
  public boolean isAtLeast(int thatMajor, int thatMinor) {
    return major > thatMajor || (major == thatMajor && minor >= thatMinor);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + tertiary;
  }
}
