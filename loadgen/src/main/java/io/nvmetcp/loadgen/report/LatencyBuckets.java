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
    shares.put(">=2000", share(latencies, LARGE[LARGE.length - 1] * MILLI, Long.MAX_VALUE));
    return shares;
  }

  private static Map<String, Double> classes(
      Histogram latencies, int[] limits, long unit, long from) {
    Map<String, Double> shares = new LinkedHashMap<>();
    long low = from;
    for (int limit : limits) {
      shares.put(Integer.toString(limit), share(latencies, low, limit * unit));
      low = Math.max(from, limit * unit);
    }
    return shares;
  }

  // Not by the histogram's own counting between values: it counts what shares a bucket with either
  // end, and so some of it in two classes.
  private static double share(Histogram latencies, long from, long to) {
    long count = 0;
    for (HistogramIterationValue value : latencies.recordedValues()) {
      long nanos = latencies.medianEquivalentValue(value.getValueIteratedTo());
      count += nanos >= from && nanos < to ? value.getCountAddedInThisIterationStep() : 0;
    }
    return count == 0 ? 0 : 100.0 * count / latencies.getTotalCount();
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
