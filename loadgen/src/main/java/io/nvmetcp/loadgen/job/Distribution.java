package io.nvmetcp.loadgen.job;

/**
 * How random places are spread: {@code random_distribution=}.
 *
 * @param kind the shape
 * @param parameter Zipf's theta or Pareto's power; 0 for uniform
 * @param center where the most frequent places lie, from 0 to 1, or negative for a random spread
 */
public record Distribution(Kind kind, double parameter, double center) {
  /** The shapes there are. */
  public enum Kind {
    /** All places alike. */
    UNIFORM,
    /** Zipf's law. */
    ZIPF,
    /** Pareto's law. */
    PARETO
  }

  /** All places alike. */
  public static final Distribution UNIFORM = new Distribution(Kind.UNIFORM, 0, -1);

  private static final String FORMS = "random (or uniform), zipf:THETA or pareto:POWER";

  static Distribution parse(String text) {
    String[] parts = text.split(":", -1);
    switch (parts[0]) {
      case "random", "uniform" -> {
        if (parts.length > 1) {
          throw bad(text, "it takes no parameter");
        }
        return UNIFORM;
      }
      case "zipf" -> {
        double theta = parameter(text, parts);
        // At 1 the sum over all places has no closed form, and fio refuses it too.
        if (theta <= 0 || theta == 1) {
          throw bad(text, "theta is positive and not 1");
        }
        return new Distribution(Kind.ZIPF, theta, center(text, parts));
      }
      case "pareto" -> {
        double power = parameter(text, parts);
        if (power <= 0 || power >= 1) {
          throw bad(text, "the power lies between 0 and 1");
        }
        return new Distribution(Kind.PARETO, power, center(text, parts));
      }
      case "normal", "zoned", "zoned_abs" -> throw bad(text, "'" + parts[0] + "' is not supported");
      default -> throw bad(text, "'" + parts[0] + "' is no distribution");
    }
  }

  private static double parameter(String text, String[] parts) {
    if (parts.length < 2 || parts.length > 3) {
      throw bad(text, "a parameter is needed");
    }
    return number(text, parts[1]);
  }

  private static double center(String text, String[] parts) {
    if (parts.length < 3) {
      return -1;
    }
    double center = number(text, parts[2]);
    if (center < 0 || center > 1) {
      throw bad(text, "the center lies between 0 and 1");
    }
    return center;
  }

  private static double number(String text, String part) {
    try {
      double value = Double.parseDouble(part);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(text, "'" + part + "' is no number");
    }
    throw bad(text, "'" + part + "' is no number");
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException("'%s': %s; use %s".formatted(text, why, FORMS));
  }
}
