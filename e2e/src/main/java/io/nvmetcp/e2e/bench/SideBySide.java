package io.nvmetcp.e2e.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Runs contenders side by side: each once per round, in an order that is drawn, so that what
 * disturbs the machine disturbs all of them alike. What is said of two of them are ratios within a
 * round.
 */
final class SideBySide {
  private static final int WARM_UPS = 2;
  // In a process that just started compilers are at work meanwhile, on the same CPUs: a read that
  // takes 14 us in the end takes 49, 34 and 17 at first.
  private static final int FIRST_WARM_UPS = 6;
  private static final long SEED = 7;

  /** Something that can be measured. */
  interface Contender {
    Measurement run(long millis) throws Exception;
  }

  private final Random random = new Random(SEED);
  private final Map<String, Contender> contenders = new LinkedHashMap<>();
  private final Map<String, List<Measurement>> results = new LinkedHashMap<>();

  /** Adds a contender, or puts another in the place of one, which goes on with its results. */
  @CanIgnoreReturnValue
  SideBySide add(String name, Contender contender) {
    contenders.put(name, contender);
    results.computeIfAbsent(name, ignored -> new ArrayList<>());
    return this;
  }

  /** Measures {@code rounds} times, after rounds that warm up and do not count. */
  @CanIgnoreReturnValue
  SideBySide run(int rounds, long millis) throws Exception {
    List<String> order = new ArrayList<>(contenders.keySet());
    boolean first = results.values().stream().allMatch(List::isEmpty);
    for (int round = first ? -FIRST_WARM_UPS : -WARM_UPS; round < rounds; round++) {
      for (String name : order) {
        Measurement measured = Objects.requireNonNull(contenders.get(name)).run(millis);
        if (round >= 0) {
          of(name).add(measured);
        }
      }
      // Who follows whom, and who is first, is drawn for each round: a run leaves caches and
      // buffers to the next, and with any fixed pattern the same contenders gain by it.
      Collections.shuffle(order, random);
    }
    return this;
  }

  private List<Measurement> of(String name) {
    return Objects.requireNonNull(results.get(name), name);
  }

  List<Double> values(String name, ToDoubleFunction<Measurement> what) {
    return of(name).stream().mapToDouble(what).boxed().toList();
  }

  double median(String name, ToDoubleFunction<Measurement> what) {
    return Statistics.median(values(name, what));
  }

  Statistics.Median ratio(String name, String to, ToDoubleFunction<Measurement> what) {
    return Statistics.interval(Statistics.ratios(values(name, what), values(to, what)));
  }
}
