package io.nvmetcp.cli.host;

import java.util.Locale;

/** Sizes for people. */
public final class Sizes {
  private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Sizes() {}

  /** In powers of 1000, two decimals, as lists of disks have it: {@code 1.07 GB}. */
  public static String decimal(long bytes) {
    return scaled(bytes, 1000, DECIMAL, "%6.2f %2s");
  }

  /** In powers of 1024, one decimal: {@code 64.0 MiB}. */
  public static String binary(long bytes) {
    return scaled(bytes, 1024, BINARY, "%.1f %s");
  }

  private static String scaled(long bytes, int step, String[] units, String form) {
    double value = bytes;
    int unit = 0;
    while (value >= step && unit < units.length - 1) {
      value /= step;
      unit++;
    }
    return String.format(Locale.ROOT, form, value, units[unit]);
  }
}
