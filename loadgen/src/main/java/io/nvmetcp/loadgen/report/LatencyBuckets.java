package io.nvmetcp.loadgen.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Latencies in the classes by which fio reports them. */
final class LatencyBuckets {
  private static final int[] SMALL = {2, 4, 10, 20, 50, 100, 250, 500, 750, 1000};
  private static final int[] LARGE = {2, 4, 10, 20, 50, 100, 250, 500, 750, 1000, 2000};
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final int BIN_BITS = 6;

  private LatencyBuckets() {}

  /** Share of each class in percent, below so many nanoseconds. */
  static Map<String, Double> nanos(Histogram latencies) {
    return classes(latencies, SMALL, 1, 0);
  }

  /** Share of each class in percent, below so many microseconds. */
  static Map<String, Double> micros(Histogram latencies) {
    return classes(latencies, SMALL, MICRO, MICRO);
  }

  /** Share of each class in percent, below so many milliseconds, and above the last. */
  static Map<String, Double> millis(Histogram latencies) {
    Map<String, Double> shares = classes(latencies, LARGE, MILLI, MILLI);
    long total = latencies.getTotalCount();
    long above = latencies.getCountBetweenValues(LARGE[LARGE.length - 1] * MILLI, Long.MAX_VALUE);
    shares.put(">=2000", total == 0 ? 0 : 100.0 * above / total);
    return shares;
  }

  private static Map<String, Double> classes(
      Histogram latencies, int[] limits, long unit, long from) {
    Map<String, Double> shares = new LinkedHashMap<>();
    long total = latencies.getTotalCount();
    long low = from;
    for (int limit : limits) {
      long high = limit * unit;
      long count = high > low ? latencies.getCountBetweenValues(low, high - 1) : 0;
      shares.put(Integer.toString(limit), total == 0 ? 0 : 100.0 * count / total);
      low = high;
    }
    return shares;
  }

  /** Counts by latency in nanoseconds, 64 bins for each power of two, named by their middle. */
  static Map<Long, Long> bins(Histogram latencies) {
    Map<Long, Long> bins = new TreeMap<>();
    for (HistogramIterationValue value : latencies.recordedValues()) {
      long nanos = latencies.medianEquivalentValue(value.getValueIteratedTo());
      bins.merge(middle(nanos), value.getCountAddedInThisIterationStep(), Long::sum);
    }
    return bins;
  }

  private static long middle(long nanos) {
    int shift = Long.SIZE - Long.numberOfLeadingZeros(nanos) - BIN_BITS - 1;
    if (shift <= 0) {
      return nanos;
    }
    return (nanos >>> shift << shift) + (1L << shift - 1);
  }
}
