package io.nvmetcp.e2e.bench;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * What a ratio ought to be. It counts as missed only if the whole interval lies on the wrong side.
 *
 * @param name what the ratio is of
 * @param ratio what was measured
 * @param limit the bound
 * @param most true if the ratio should be at most that, false if at least
 */
record Bound(String name, Statistics.Median ratio, double limit, boolean most) {
  static Bound atMost(String name, Statistics.Median ratio, double limit) {
    return new Bound(name, ratio, limit, true);
  }

  static Bound atLeast(String name, Statistics.Median ratio, double limit) {
    return new Bound(name, ratio, limit, false);
  }

  /** {@code met}, {@code open} if the interval holds the bound, or {@code missed}. */
  String verdict() {
    if (most ? ratio.value() <= limit : ratio.value() >= limit) {
      return "met";
    }
    return (most ? ratio.low() <= limit : ratio.high() >= limit) ? "open" : "missed";
  }

  JsonObject json() {
    return new JsonObject()
        .put("name", name)
        .put("ratio", ratio.json())
        .put(most ? "atMost" : "atLeast", limit)
        .put("verdict", verdict());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s, %s %.2f: %s",
        name,
        ratio,
        most ? "at most" : "at least",
        limit,
        verdict());
  }
}
