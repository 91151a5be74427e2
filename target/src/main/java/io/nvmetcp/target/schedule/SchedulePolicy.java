package io.nvmetcp.target.schedule;

import java.util.Arrays;

/**
 * In which order ready things leave: responses, or requests for data (R2T). A value: the state of
 * one connection's scheduling is in its {@link Scheduler}.
 *
 * <p>{@link InOrder} holds nothing. {@link Hold} holds single things for a time. The others work on
 * groups: things are held until a group of {@link #window} is complete, or until nothing else is
 * under way that could complete it, but never for more than {@link #LONGEST_HOLD_MILLIS}, and then
 * leave in the policy's order. The same seed and the same input give the same order.
 */
public sealed interface SchedulePolicy {
  /** What {@link #parse} takes, for messages and help. */
  String FORMS =
      "in-order, reverse:N, shuffle:N[:seed], small-first[:N], script:2,3,1, "
          + "interleave[:N[:bytes]], hold:N:ms";

  /** Largest group. */
  int MAX_WINDOW = 4096;

  /** A group leaves after this time even if a back end still works on what would complete it. */
  long LONGEST_HOLD_MILLIS = 1000;

  /** Group of {@link SmallFirst} and {@link Interleave} unless told otherwise. */
  int DEFAULT_WINDOW = 8;

  /** Things in a group; 1 means that nothing waits for others. */
  int window();

  /** The policy as {@link #parse} takes it. */
  String text();

  /** Each thing leaves as soon as it is ready. */
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
   * @param window things in a group
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
   * @param window things in a group
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
   * Each group leaves by size, the smallest first; of equal ones the first come.
   *
   * @param window things in a group
   */
  record SmallFirst(int window) implements SchedulePolicy {
    /** Checks the window. */
    public SmallFirst {
      checkWindow(window);
    }

    @Override
    public String text() {
      return "small-first:" + window;
    }
  }

  /**
   * Each group leaves in the same given order; of an incomplete group those that are there.
   *
   * @param order a permutation of 1..n: which of the group, in order of arrival, leaves first,
   *     second, and so on
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

    /** A copy: which of the group leaves first, second, and so on, from 1. */
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
   * The parts of a group are mixed: one PDU of each in turn, each in its own ascending order.
   *
   * @param window things in a group
   * @param partBytes most data in a part
   */
  record Interleave(int window, int partBytes) implements SchedulePolicy {
    /** Parts unless told otherwise. */
    public static final int DEFAULT_PART_BYTES = 16 * 1024;

    /** Checks window and part. */
    public Interleave {
      checkWindow(window);
      if (partBytes < 512 || partBytes % 4 != 0) {
        throw new IllegalArgumentException(
            "parts of " + partBytes + " bytes are not a multiple of 4 from 512");
      }
    }

    @Override
    public String text() {
      return "interleave:" + window + ":" + partBytes;
    }
  }

  /**
   * Each n-th thing waits, and others pass it.
   *
   * @param every which ones wait: 1 is all of them
   * @param millis how long, from the end of the turn in which it became ready
   */
  record Hold(int every, long millis) implements SchedulePolicy {
    /** Longest wait. */
    public static final long MAX_MILLIS = 60_000;

    /** Checks both. */
    public Hold {
      if (every < 1) {
        throw new IllegalArgumentException("each " + every + "-th cannot be held: 1 or above");
      }
      if (millis < 1 || millis > MAX_MILLIS) {
        throw new IllegalArgumentException(
            "a hold of " + millis + " ms is not between 1 and " + MAX_MILLIS);
      }
    }

    @Override
    public int window() {
      return 1;
    }

    @Override
    public String text() {
      return "hold:" + every + ":" + millis;
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
