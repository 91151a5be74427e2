package io.nvmetcp.loadgen.measure;

/**
 * The rows of a latency heat map: four per power of two, from 1 microsecond to a minute, one for
 * all that is faster and one for all that is slower.
 */
public final class LatencyRows {
  private static final int FIRST_POWER = 10;
  private static final int LAST_POWER = 36;
  private static final int STEPS_SHIFT = 2;
  private static final int STEPS = 1 << STEPS_SHIFT;

  /** Number of rows. */
  public static final int COUNT = (LAST_POWER - FIRST_POWER + 1) * STEPS + 2;

  private LatencyRows() {}

  /** The row of a latency in nanoseconds. */
  public static int of(long nanos) {
    if (nanos < 1L << FIRST_POWER) {
      return 0;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    int step = (int) (nanos >>> power - STEPS_SHIFT) & STEPS - 1;
    return Math.min((power - FIRST_POWER) * STEPS + step + 1, COUNT - 1);
  }

  /** Where a row begins, in nanoseconds. */
  public static long startNs(int row) {
    if (row == 0) {
      return 0;
    }
    int power = FIRST_POWER + (row - 1) / STEPS;
    return (1L << power) + ((row - 1) % STEPS) * (1L << power - STEPS_SHIFT);
  }
}
