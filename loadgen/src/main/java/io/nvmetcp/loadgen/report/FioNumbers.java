package io.nvmetcp.loadgen.report;

import java.util.Locale;

/** Numbers as fio prints them: as many digits as fit a width, with the unit prefix that needs. */
final class FioNumbers {
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P"};
  private static final int WIDTH = 4;

  private FioNumbers() {}

  /** Bytes with binary prefixes: {@code 30.4MiB}. */
  static String bytes(double bytes) {
    return scaled(bytes, WIDTH, 1024, BINARY) + "B";
  }

  /** Bytes with binary prefixes. */
  static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /** Bytes with decimal prefixes. */
  static String decimalBytes(long bytes) {
    return decimalBytes((double) bytes);
  }

  /** Bytes with decimal prefixes: {@code 31.9MB}. */
  static String decimalBytes(double bytes) {
    return scaled(bytes, WIDTH, 1000, DECIMAL) + "B";
  }

  /** I/Os, or I/Os per second: {@code 2679k}. */
  static String count(double value) {
    return scaled(value, WIDTH, 1000, DECIMAL);
  }

  /** A latency in some unit: {@code 4684.9k}. */
  static String latency(double value) {
    return scaled(value, 6, 1000, DECIMAL);
  }

  private static String scaled(double value, int width, int base, String[] prefixes) {
    int power = 0;
    double rest = value;
    while (digits(rest) > width && power < prefixes.length - 1) {
      rest /= base;
      power++;
    }
    // fio shows no parts of a byte or of an I/O.
    int decimals = power == 0 ? 0 : Math.max(0, width - digits(rest) - 1);
    return String.format(Locale.ROOT, "%." + decimals + "f%s", rest, prefixes[power]);
  }

  private static int digits(double value) {
    int digits = 1;
    for (double limit = 9.5; value >= limit; limit = limit * 10 + 4.5) {
      digits++;
    }
    return digits;
  }

  /** A number with two decimals, whatever the language of this machine. */
  static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
