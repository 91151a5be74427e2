package io.nvmetcp.loadgen.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, sizes, times and truths as fio's users write them. */
final class Forms {
  private static final Pattern SIZE =
      Pattern.compile("(0x[0-9a-f]{1,15}|\\d{1,18})([kmgtp]?)(i?)b?");
  private static final Pattern TIME = Pattern.compile("(\\d{1,15})([a-z]*)");
  private static final int MOST_PERCENTILES = 20;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SECONDS_PER_MINUTE = 60;
  private static final long SECONDS_PER_HOUR = 3_600;
  private static final long SECONDS_PER_DAY = 86_400;

  private Forms() {}

  /** A number of bytes or things, with a suffix: k, m, g, t or p, powers of 1024. */
  static long bytes(String text) {
    Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size: write bytes, or a number with k, m, g, t or p");
    }
    String unit = matcher.group(2);
    if (!matcher.group(3).isEmpty()) {
      // fio takes "ki" as 1000 and "k" as 1024 by default; few who write KiB expect that.
      throw new IllegalArgumentException(
          "'%s' is 1000-based in fio and 1024-based elsewhere: write %s%s for powers of 1024"
              .formatted(text, matcher.group(1), unit));
    }
    String digits = matcher.group(1);
    long number =
        digits.startsWith("0x") ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
    int shift = unit.isEmpty() ? 0 : 10 * ("kmgtp".indexOf(unit) + 1);
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is too large");
    }
    return number << shift;
  }

  /** A count, which may bear a suffix as a size does. */
  static long count(String text, long min, long max) {
    long value = bytes(text);
    if (value < min || value > max) {
      throw outOfRange(text, min, max);
    }
    return value;
  }

  /** A plain whole number. */
  static int integer(String text, int min, int max) {
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no number from " + min + " to " + max);
    }
    throw outOfRange(text, min, max);
  }

  private static IllegalArgumentException outOfRange(String text, long min, long max) {
    return new IllegalArgumentException("'%s' is not between %d and %d".formatted(text, min, max));
  }

  /** Any whole number of 64 bits. */
  static long number(String text) {
    try {
      return Long.decode(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no number");
    }
  }

  /** A time in nanoseconds; seconds without a unit. */
  static long seconds(String text) {
    return time(text, "s");
  }

  /** A time in nanoseconds; microseconds without a unit. */
  static long micros(String text) {
    return time(text, "us");
  }

  private static long time(String text, String unitIfNone) {
    Matcher matcher = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw noTime(text);
    }
    String unit = matcher.group(2).isEmpty() ? unitIfNone : matcher.group(2);
    long nanos =
        switch (unit) {
          case "us", "usec" -> NANOS_PER_MICRO;
          case "ms", "msec" -> NANOS_PER_MILLI;
          case "s", "sec" -> NANOS_PER_SECOND;
          case "m" -> SECONDS_PER_MINUTE * NANOS_PER_SECOND;
          case "h" -> SECONDS_PER_HOUR * NANOS_PER_SECOND;
          case "d" -> SECONDS_PER_DAY * NANOS_PER_SECOND;
          default -> throw noTime(text);
        };
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), nanos);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is longer than 292 years");
    }
  }

  private static IllegalArgumentException noTime(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no time: write a number with us, ms, s, m, h or d");
  }

  /** 1 or 0. */
  static boolean truth(String text) {
    return switch (text) {
      case "1" -> true;
      case "0" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither 0 nor 1");
    };
  }

  /** Something that is always so here: accepted if asked for. */
  static boolean always(String text) {
    if (!truth(text)) {
      throw new IllegalArgumentException("it is always so here: leave it out, or say 1");
    }
    return true;
  }

  /** Percentiles between colons. */
  static List<Double> percentiles(String text) {
    List<Double> list = new ArrayList<>();
    for (String part : text.split(":", -1)) {
      double value;
      try {
        value = Double.parseDouble(part.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + part + "' is no number");
      }
      if (!(value > 0 && value <= 100)) {
        throw new IllegalArgumentException("'" + part + "' is no percentile between 0 and 100");
      }
      list.add(value);
    }
    if (list.size() > MOST_PERCENTILES) {
      throw new IllegalArgumentException("at most " + MOST_PERCENTILES + " percentiles");
    }
    list.sort(null);
    return List.copyOf(list);
  }

  /** Part of a file's name. */
  static String prefix(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a name is missing");
    }
    return text;
  }
}
