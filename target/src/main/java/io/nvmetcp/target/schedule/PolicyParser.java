package io.nvmetcp.target.schedule;

import java.util.Locale;

/** Reads a policy from what a user typed. */
final class PolicyParser {
  private static final long DEFAULT_SEED = 1;

  private PolicyParser() {}

  static SchedulePolicy parse(String text) {
    String[] parts = text.trim().toLowerCase(Locale.ROOT).split(":", -1);
    try {
      return switch (parts[0]) {
        case "in-order" -> {
          count(parts, 1, 1);
          yield new SchedulePolicy.InOrder();
        }
        case "reverse" -> {
          count(parts, 2, 2);
          yield new SchedulePolicy.Reverse(number(parts[1]));
        }
        case "shuffle" -> {
          count(parts, 2, 3);
          yield new SchedulePolicy.Shuffle(
              number(parts[1]), parts.length == 3 ? seed(parts[2]) : DEFAULT_SEED);
        }
        case "script" -> {
          count(parts, 2, 2);
          yield new SchedulePolicy.Script(numbers(parts[1]));
        }
        default -> throw new IllegalArgumentException("unknown policy '" + parts[0] + "'");
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "policy '%s': %s (accepted: %s)".formatted(text, e.getMessage(), SchedulePolicy.FORMS),
          e);
    }
  }

  private static void count(String[] parts, int least, int most) {
    if (parts.length < least || parts.length > most) {
      throw new IllegalArgumentException(
          parts.length < least ? "a value is missing after the name" : "too many values");
    }
  }

  private static int[] numbers(String text) {
    String[] parts = text.split(",", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = number(parts[i]);
    }
    return numbers;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  private static long seed(String text) {
    try {
      return Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("seed '" + text + "' is not a number", e);
    }
  }
}
