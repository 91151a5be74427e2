package io.nvmetcp.target.schedule;

import java.util.Locale;

/** Reads a policy from what a user typed. */
final class PolicyParser {
  private static final long DEFAULT_SEED = 1;

  private final String[] parts;

  private PolicyParser(String[] parts) {
    this.parts = parts;
  }

  static SchedulePolicy parse(String text) {
    try {
      return new PolicyParser(text.trim().toLowerCase(Locale.ROOT).split(":", -1)).policy();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "policy '%s': %s (accepted: %s)".formatted(text, e.getMessage(), SchedulePolicy.FORMS),
          e);
    }
  }

  private SchedulePolicy policy() {
    return switch (parts[0]) {
      case "in-order" -> {
        values(0, 0);
        yield new SchedulePolicy.InOrder();
      }
      case "reverse" -> {
        values(1, 1);
        yield new SchedulePolicy.Reverse(number(1, 0));
      }
      case "shuffle" -> {
        values(1, 2);
        yield new SchedulePolicy.Shuffle(number(1, 0), seed(2));
      }
      case "small-first" -> {
        values(0, 1);
        yield new SchedulePolicy.SmallFirst(number(1, SchedulePolicy.DEFAULT_WINDOW));
      }
      case "script" -> {
        values(1, 1);
        yield new SchedulePolicy.Script(numbers(parts[1]));
      }
      case "interleave" -> {
        values(0, 2);
        yield new SchedulePolicy.Interleave(
            number(1, SchedulePolicy.DEFAULT_WINDOW),
            number(2, SchedulePolicy.Interleave.DEFAULT_PART_BYTES));
      }
      case "hold" -> {
        values(2, 2);
        yield new SchedulePolicy.Hold(number(1, 0), number(2, 0));
      }
      default -> throw new IllegalArgumentException("unknown policy '" + parts[0] + "'");
    };
  }

  private void values(int least, int most) {
    int values = parts.length - 1;
    if (values < least || values > most) {
      throw new IllegalArgumentException(
          values < least ? "a value is missing after the name" : "too many values");
    }
  }

  private int number(int index, int otherwise) {
    return index < parts.length ? number(parts[index]) : otherwise;
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

  private long seed(int index) {
    if (index >= parts.length) {
      return DEFAULT_SEED;
    }
    try {
      return Long.parseLong(parts[index].trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("seed '" + parts[index] + "' is not a number", e);
    }
  }
}
