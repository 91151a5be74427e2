package io.nvmetcp.target.schedule;

import java.util.Arrays;

/**
 * In which order ready responses leave. A value: the state of one connection's scheduling is in its
 * {@link ResponseScheduler}.
 *
 * <p>All policies but {@link InOrder} work on groups: responses are held until a group of {@link
 * #window} is complete, or until nothing but held responses is outstanding, and then leave in the
 * policy's order. The same seed and the same input give the same order.
 */
public sealed interface SchedulePolicy {
  /** What {@link #parse} takes, for messages and help. */
  String FORMS = "in-order, reverse:N, shuffle:N[:seed], script:2,3,1";

  /** Largest group. */
  int MAX_WINDOW = 4096;

  /** Responses in a group; 1 means that none is held. */
  int window();

  /** The policy as {@link #parse} takes it. */
  String text();

  /** Each response leaves as soon as it is ready. */
  record InOrder() implements SchedulePolicy {
    @Override
    public int window() {
      return 1;
    }

    @Override
    public String text() {
      return "in-order";
    }
  }

  /**
   * Each group leaves last come, first served.
   *
   * @param window responses in a group
   */
  record Reverse(int window) implements SchedulePolicy {
    /** Checks the window. */
    public Reverse {
      checkWindow(window);
    }

    @Override
    public String text() {
      return "reverse:" + window;
    }
  }

  /**
   * Each group leaves in an order drawn from the seed.
   *
   * @param window responses in a group
   * @param seed where the orders come from
   */
  record Shuffle(int window, long seed) implements SchedulePolicy {
    /** Checks the window. */
    public Shuffle {
      checkWindow(window);
    }

    @Override
    public String text() {
      return "shuffle:" + window + ":" + seed;
    }
  }

  /**
   * Each group leaves in the same given order; of an incomplete group those that are there.
   *
   * @param order a permutation of 1..n: which of the group's responses, in order of arrival, leaves
   *     first, second, and so on
   */
  record Script(int... order) implements SchedulePolicy {
    /** Checks and copies the order. */
    public Script {
      order = order.clone();
      checkWindow(order.length);
      int[] sorted = order.clone();
      Arrays.sort(sorted);
      for (int i = 0; i < sorted.length; i++) {
        if (sorted[i] != i + 1) {
          throw new IllegalArgumentException(
              "script " + join(order) + " is not a permutation of 1 to " + order.length);
        }
      }
    }

    @Override
    public int[] order() {
      return order.clone();
    }

    @Override
    public int window() {
      return order.length;
    }

    @Override
    public String text() {
      return "script:" + join(order);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Script script && Arrays.equals(order, script.order);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(order);
    }

    @Override
    public String toString() {
      return text();
    }

    private static String join(int[] order) {
      StringBuilder text = new StringBuilder();
      for (int position : order) {
        text.append(text.isEmpty() ? "" : ",").append(position);
      }
      return text.toString();
    }
  }

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException naming what is wrong and what is accepted
   */
  static SchedulePolicy parse(String text) {
    return PolicyParser.parse(text);
  }

  private static void checkWindow(int window) {
    if (window < 1 || window > MAX_WINDOW) {
      throw new IllegalArgumentException(
          "a window of " + window + " responses is not between 1 and " + MAX_WINDOW);
    }
  }
}
