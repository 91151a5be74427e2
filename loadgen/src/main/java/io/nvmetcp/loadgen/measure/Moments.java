package io.nvmetcp.loadgen.measure;

/** Count, extremes, mean and spread of numbers, without keeping them (B. P. Welford, 1962). */
public final class Moments {
  private long count;
  private double min = Double.MAX_VALUE;
  private double max;
  private double mean;
  private double squares;

  /** No number yet. */
  public Moments() {}

  /** Adds a number, not negative. */
  public void add(double value) {
    count++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    double before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }

  /**
   * Adds rates that were sampled beside these: extremes and means add up, as fio has it for the
   * jobs of a group.
   */
  public void addBeside(Moments other) {
    if (other.count == 0) {
      return;
    }
    double variance = variance() + other.variance();
    min = min() + other.min;
    max += other.max;
    mean += other.mean;
    count += other.count;
    squares = variance * Math.max(1, count - 1);
  }

  /** How many numbers. */
  public long count() {
    return count;
  }

  /** The smallest, or 0. */
  public double min() {
    return count == 0 ? 0 : min;
  }

  /** The largest, or 0. */
  public double max() {
    return max;
  }

  /** Their mean, or 0. */
  public double mean() {
    return mean;
  }

  /** Their standard deviation, or 0. */
  public double deviation() {
    return Math.sqrt(variance());
  }

  private double variance() {
    return count < 2 ? 0 : squares / (count - 1);
  }
}
