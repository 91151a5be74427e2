package io.nvmetcp.loadgen.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a plot: where values lie, and which of them are named.
 *
 * @param min value at the start
 * @param max value at the end, more than {@code min}
 * @param log logarithmic
 * @param ticks the values that are named
 * @param unit how they are named
 */
record Axis(double min, double max, boolean log, List<Double> ticks, Unit unit) {
  /** How values are named. */
  interface Unit {
    String name(double value);
  }

  private static final int ABOUT = 5;
  private static final int ABOUT_TIMES = 10;

  /** From 0 to a round number above {@code max}. */
  static Axis linear(double max, Unit unit) {
    return linear(max, ABOUT, unit);
  }

  private static Axis linear(double max, int about, Unit unit) {
    double top = max <= 0 ? 1 : max;
    double step = step(top / about);
    double end = Math.ceil(top / step) * step;
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i * step <= end * 1.0001; i++) {
      ticks.add(i * step);
    }
    return new Axis(0, end, false, ticks, unit);
  }

  /** Bytes per second, named at round numbers of KiB, MiB or GiB. */
  static Axis binaryRate(double max) {
    double unit = 1;
    while (max / unit >= 1024) {
      unit *= 1024;
    }
    double scale = unit;
    Axis round = linear(max / unit, Axis::bytesPerSecond);
    List<Double> ticks = round.ticks.stream().map(tick -> tick * scale).toList();
    return new Axis(0, round.max * unit, false, ticks, Axis::bytesPerSecond);
  }

  /** As {@link #linear}, but it ends where the values do. */
  static Axis time(double seconds) {
    // Round numbers of seconds, minutes or hours.
    double unit = seconds >= 7200 ? 3600 : seconds >= 120 ? 60 : 1;
    Axis round = linear(seconds / unit, ABOUT_TIMES, Axis::seconds);
    List<Double> ticks =
        round.ticks.stream().map(tick -> tick * unit).filter(tick -> tick <= seconds).toList();
    return new Axis(0, Math.max(seconds, 1e-3), false, ticks, round.unit);
  }

  /** Between the powers of ten, or parts of them, round {@code min} and {@code max}. */
  static Axis decades(double min, double max, Unit unit) {
    double low = floor(Math.max(min, 1));
    double high = Math.max(low * 10, -floor(-max));
    List<Double> ticks = new ArrayList<>();
    for (double decade = Math.pow(10, Math.floor(Math.log10(low))); decade <= high; decade *= 10) {
      boolean few = high / low < 1000;
      for (int factor : few ? new int[] {1, 2, 5} : new int[] {1}) {
        double tick = decade * factor;
        if (tick >= low * 0.999 && tick <= high * 1.001) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(low, high, true, ticks, unit);
  }

  // The next 1, 2 or 5 times a power of ten: below a positive number, above a negative one.
  private static double floor(double value) {
    double size = Math.abs(value);
    double decade = Math.pow(10, Math.floor(Math.log10(size)));
    double part = size / decade;
    if (value > 0) {
      return decade * (part >= 5 ? 5 : part >= 2 ? 2 : 1);
    }
    return -decade * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  }

  private static double step(double raw) {
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    double part = raw / decade;
    return decade * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
  }

  /**
   * Where a value lies, from 0 at the start to 1 at the end; what lies outside is put at an end.
   */
  double at(double value) {
    double part =
        log
            ? (Math.log(Math.max(value, min)) - Math.log(min)) / (Math.log(max) - Math.log(min))
            : (value - min) / (max - min);
    return Math.clamp(part, 0, 1);
  }

  // ---- units

  static String seconds(double value) {
    if (value >= 3600) {
      return String.format(
          Locale.ROOT, "%d:%02d:%02d", (int) value / 3600, (int) value / 60 % 60, (int) value % 60);
    }
    if (value >= 120) {
      return String.format(Locale.ROOT, "%d:%02d", (int) value / 60, (int) value % 60);
    }
    return round(value) + " s";
  }

  static String nanos(long value) {
    return nanos((double) value);
  }

  static String nanos(double value) {
    if (value >= 1e9) {
      return round(value / 1e9) + " s";
    }
    if (value >= 1e6) {
      return round(value / 1e6) + " ms";
    }
    return value >= 1e3 ? round(value / 1e3) + " \u00B5s" : round(value) + " ns";
  }

  static String count(long value) {
    return count((double) value);
  }

  static String count(double value) {
    if (value >= 1e6) {
      return round(value / 1e6) + "M";
    }
    return value >= 1e3 ? round(value / 1e3) + "k" : round(value);
  }

  static String bytesPerSecond(double value) {
    return bytes(value) + "/s";
  }

  static String bytes(long value) {
    return bytes((double) value);
  }

  static String bytes(double value) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int power = 0;
    double rest = value;
    while (rest >= 1024 && power < units.length - 1) {
      rest /= 1024;
      power++;
    }
    return round(rest) + " " + units[power];
  }

  // Three digits, and no zeros behind the point.
  private static String round(double value) {
    double size = Math.abs(value);
    int decimals = size >= 99.95 || size == Math.rint(size) ? 0 : size >= 9.995 ? 1 : 2;
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
