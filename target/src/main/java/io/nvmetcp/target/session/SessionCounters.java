package io.nvmetcp.target.session;

import io.nvmetcp.target.schedule.DisplacementHistogram;
import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of one session. Its thread counts; any thread may read. */
public final class SessionCounters {
  private final AtomicLongArray values = new AtomicLongArray(Counter.values().length);
  private final DisplacementHistogram displacement = new DisplacementHistogram();
  private final DisplacementHistogram r2tDisplacement = new DisplacementHistogram();

  /** All zero. */
  public SessionCounters() {}

  void count(Counter counter) {
    add(counter, 1);
  }

  void add(Counter counter, long amount) {
    int at = counter.ordinal();
    values.setOpaque(at, values.getPlain(at) + amount);
  }

  /** The value now. */
  public long get(Counter counter) {
    return values.getOpaque(counter.ordinal());
  }

  /** How far responses moved. */
  public DisplacementHistogram displacement() {
    return displacement;
  }

  /** How far R2Ts moved. */
  public DisplacementHistogram r2tDisplacement() {
    return r2tDisplacement;
  }

  /** Adds all values to {@code sums}, indexed by ordinal. */
  public void addTo(long[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values.getOpaque(i);
    }
  }
}
