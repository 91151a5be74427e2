package io.nvmetcp.e2e.bench;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is said of a series of measurements on a noisy machine. */
final class Statistics {
  private Statistics() {}

  /** A median and the interval that holds it with at least 95 % confidence. */
  record Median(double value, double low, double high) {
    JsonObject json() {
      return new JsonObject().put("median", value).put("low", low).put("high", high);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
  }

  static double median(List<Double> values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The median with a distribution-free confidence interval: order statistics whose ranks cover 95
   * % of the binomial distribution (with fewer than 6 values, all of them).
   */
  static Median interval(List<Double> values) {
    double[] sorted = sorted(values);
    int n = sorted.length;
    int rank = 0;
    double tail = Math.pow(0.5, n);
    double term = tail;
    // Largest rank whose two tails together stay below 5 %.
    while (2 * tail < 0.05 && rank < n / 2) {
      rank++;
      term = term * (n - rank + 1) / rank;
      tail += term;
    }
    int low = Math.max(0, rank - 1);
    return new Median(median(values), sorted[low], sorted[n - 1 - low]);
  }

  static List<Double> ratios(List<Double> values, List<Double> to) {
    double[] ratios = new double[values.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values.get(i) / to.get(i);
    }
    return Arrays.stream(ratios).boxed().toList();
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }
}
