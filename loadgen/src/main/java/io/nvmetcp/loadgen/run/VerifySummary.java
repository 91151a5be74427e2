package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.verify.Finding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What verification found.
 *
 * @param checkedBlocks blocks that were judged
 * @param counts wrong ones, by what is wrong
 * @param findings the first few of each worker
 */
public record VerifySummary(
    long checkedBlocks, Map<Finding.Kind, Long> counts, List<Finding> findings) {
  /** Nothing was verified. */
  public static final VerifySummary NONE = new VerifySummary(0, Map.of(), List.of());

  static VerifySummary of(Verification verification) {
    return new VerifySummary(
        verification.checkedBlocks(), verification.counts(), verification.findings());
  }

  /** Wrong blocks of all kinds. */
  public long wrongBlocks() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Both together. */
  public VerifySummary plus(VerifySummary other) {
    var sum = new EnumMap<Finding.Kind, Long>(Finding.Kind.class);
    sum.putAll(counts);
    other.counts.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(other.findings);
    return new VerifySummary(checkedBlocks + other.checkedBlocks, Map.copyOf(sum), all);
  }
}
