package io.nvmetcp.target.backend;

import java.time.Duration;
import java.util.Locale;

/**
 * How long operations of a slow back end wait: a distribution and the seed it is drawn from. A
 * value. No delay is longer than {@link #MOST}; draws beyond it are cut.
 *
 * @param shape form of the distribution
 * @param firstNs fixed: the delay; uniform: the least; exponential and normal: the mean
 * @param secondNs uniform: the most; normal: the standard deviation; otherwise 0
 * @param seed decides the draws
 */
public record Delay(Shape shape, long firstNs, long secondNs, long seed) {
  /** Form of a distribution. */
  public enum Shape {
    /** Always the same. */
    FIXED(1),
    /** Evenly between two bounds. */
    UNIFORM(2),
    /** Mostly short, now and then far longer than the mean. */
    EXPONENTIAL(1),
    /** Round a mean; draws below 0 are 0. */
    NORMAL(2);

    private final int durations;

    Shape(int durations) {
      this.durations = durations;
    }
  }

  /** What {@link #parse} takes, for messages and help. */
  public static final String FORMS =
      "fixed:TIME, uniform:LEAST:MOST[:seed], exponential:MEAN[:seed], normal:MEAN:SD[:seed]";

  /** Longest delay. */
  public static final Duration MOST = Duration.ofMinutes(1);

  private static final long DEFAULT_SEED = 1;

  /** Checks the times. */
  public Delay {
    if (firstNs < 0 || firstNs > MOST.toNanos() || secondNs < 0 || secondNs > MOST.toNanos()) {
      throw new IllegalArgumentException("a time is not between 0 and 60 s");
    }
    if (shape == Shape.UNIFORM && secondNs < firstNs) {
      throw new IllegalArgumentException("the most is less than the least");
    }
  }

  /**
   * Reads a delay; times are whole numbers with {@code ns}, {@code us}, {@code ms} or {@code s}.
   *
   * @throws IllegalArgumentException naming what is wrong and what is accepted
   */
  public static Delay parse(String text) {
    String[] parts = text.trim().toLowerCase(Locale.ROOT).split(":", -1);
    try {
      Shape shape =
          switch (parts[0]) {
            case "fixed" -> Shape.FIXED;
            case "uniform" -> Shape.UNIFORM;
            case "exponential" -> Shape.EXPONENTIAL;
            case "normal" -> Shape.NORMAL;
            default -> throw new IllegalArgumentException("unknown shape '" + parts[0] + "'");
          };
      int times = 1 + shape.durations;
      if (parts.length < times) {
        throw new IllegalArgumentException("a time is missing after the shape");
      }
      if (parts.length > times + (shape == Shape.FIXED ? 0 : 1)) {
        throw new IllegalArgumentException("too many values");
      }
      return new Delay(
          shape,
          nanos(parts[1]),
          shape.durations == 2 ? nanos(parts[2]) : 0,
          parts.length > times ? seed(parts[times]) : DEFAULT_SEED);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "delay '%s': %s (accepted: %s)".formatted(text, e.getMessage(), FORMS), e);
    }
  }

  private static long nanos(String text) {
    String digits = text.replaceFirst("[a-z]+$", "");
    long unit =
        switch (text.substring(digits.length())) {
          case "ns" -> 1;
          case "us" -> 1_000;
          case "ms" -> 1_000_000;
          case "s" -> 1_000_000_000;
          default ->
              throw new IllegalArgumentException("'" + text + "' is no time with ns, us, ms or s");
        };
    try {
      return Math.multiplyExact(Long.parseLong(digits), unit);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is no time with ns, us, ms or s", e);
    }
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("seed '" + text + "' is not a number", e);
    }
  }

  /** The delay as {@link #parse} takes it. */
  public String text() {
    String times =
        shape.name().toLowerCase(Locale.ROOT)
            + ":"
            + time(firstNs)
            + (shape.durations == 2 ? ":" + time(secondNs) : "");
    return shape == Shape.FIXED ? times : times + ":" + seed;
  }

  private static String time(long ns) {
    if (ns % 1_000_000_000 == 0) {
      return ns / 1_000_000_000 + "s";
    }
    if (ns % 1_000_000 == 0) {
      return ns / 1_000_000 + "ms";
    }
    return ns % 1_000 == 0 ? ns / 1_000 + "us" : ns + "ns";
  }

  /** The next draw in nanoseconds. */
  long draw(Dice dice) {
    double drawn =
        switch (shape) {
          case FIXED -> firstNs;
          case UNIFORM -> firstNs + dice.next() * (secondNs - firstNs + 1);
          case EXPONENTIAL -> -firstNs * Math.log(1 - dice.next());
          case NORMAL -> firstNs + secondNs * gaussian(dice);
        };
    return Math.clamp((long) drawn, 0, MOST.toNanos());
  }

  // Box and Muller; both draws are of one operation.
  private static double gaussian(Dice dice) {
    double radius = Math.sqrt(-2 * Math.log(1 - dice.next()));
    return radius * Math.cos(2 * Math.PI * dice.next());
  }
}
