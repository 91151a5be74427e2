package io.nvmetcp.ddp.stats;

/** The counters of one queue, or a sum of several. Confined to the queue's thread. */
public final class DdpCounters {
  private static final int COUNT = DdpCounter.values().length;
  private final long[] values = new long[COUNT];

  /** All zero. */
  public DdpCounters() {}

  /** Adds {@code amount}. */
  public void add(DdpCounter counter, long amount) {
    values[counter.ordinal()] += amount;
  }

  /** Adds one. */
  public void increment(DdpCounter counter) {
    values[counter.ordinal()]++;
  }

  /** The value. */
  public long get(DdpCounter counter) {
    return values[counter.ordinal()];
  }

  /** Adds all of {@code other}'s values to this. */
  public void addAll(DdpCounters other) {
    for (int i = 0; i < COUNT; i++) {
      values[i] += other.values[i];
    }
  }

  /** A copy, to hand to another thread. */
  public DdpCounters snapshot() {
    DdpCounters copy = new DdpCounters();
    copy.addAll(this);
    return copy;
  }
}
