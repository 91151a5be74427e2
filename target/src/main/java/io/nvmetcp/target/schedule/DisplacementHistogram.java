package io.nvmetcp.target.schedule;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far responses (or R2Ts) moved: for each distance between the place in which one became ready
 * and the place in which it left, how many. One thread counts; any thread may read.
 */
public final class DisplacementHistogram {
  /** Distances counted one by one; larger ones share the last bucket. */
  public static final int BUCKETS = 65;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  /** An empty histogram. */
  public DisplacementHistogram() {}

  void count(long distance) {
    int bucket = (int) Math.min(distance, BUCKETS - 1);
    counts.setOpaque(bucket, counts.getPlain(bucket) + 1);
  }

  /** Adds these counts to {@code sums}, which has {@link #BUCKETS} places. */
  public void addTo(long[] sums) {
    for (int i = 0; i < BUCKETS; i++) {
      sums[i] += counts.getOpaque(i);
    }
  }
}
