package io.nvmetcp.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/**
 * A histogram of displacements as lines of text: one row per place while they are few, ranges of
 * equal width when they are many. The rows hold all but a thousandth of the responses; a row at
 * each end holds the stragglers, so that one of them does not squeeze the rest into a few rows.
 */
final class DisplacementChart {
  private static final int BAR_WIDTH = 40;
  private static final int MOST_ROWS = 21;
  private static final int STRAGGLERS_ONE_IN = 1000;

  private DisplacementChart() {}

  /**
   * The rows.
   *
   * @param displaced responses displaced by so many places
   * @param furthest from {@code -furthest} to {@code furthest} is asked for; those ends hold
   *     everything beyond them
   */
  static List<String> rows(IntToLongFunction displaced, int furthest) {
    int reach = reach(displaced, furthest);
    int step = Math.ceilDiv(2 * reach + 1, MOST_ROWS) | 1;
    int side = Math.ceilDiv(Math.max(0, reach - step / 2), step);
    int edge = Math.min(furthest, side * step + step / 2);
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("< " + signed(-edge), sum(displaced, -furthest, -edge - 1), true));
    for (int i = -side; i <= side; i++) {
      int from = Math.max(-furthest, i * step - step / 2);
      int to = Math.min(furthest, i * step + step / 2);
      rows.add(new Row(label(from, to, furthest), sum(displaced, from, to), false));
    }
    rows.add(new Row("> " + signed(edge), sum(displaced, edge + 1, furthest), true));
    rows.removeIf(row -> row.straggling() && row.count() == 0);
    long most = Math.max(1, rows.stream().mapToLong(Row::count).max().orElse(1));
    return rows.stream().map(row -> row.text(most)).toList();
  }

  private record Row(String label, long count, boolean straggling) {
    String text(long most) {
      int width = (int) Math.ceilDiv(count * BAR_WIDTH, most);
      return String.format(Locale.ROOT, "%10s %,13d  %s", label, count, "#".repeat(width))
          .stripTrailing();
    }
  }

  private static String label(int from, int to, int furthest) {
    if (from == to && to < furthest && from > -furthest) {
      return signed(from);
    }
    if (to == furthest) {
      return ">= " + signed(from);
    }
    return from == -furthest ? "<= " + signed(to) : signed(from) + ".." + signed(to);
  }

  private static String signed(int value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%+d", value);
  }

  // The least distance that leaves out no more than the stragglers.
  private static int reach(IntToLongFunction displaced, int furthest) {
    long allowed = sum(displaced, -furthest, furthest) / STRAGGLERS_ONE_IN;
    long beyond = 0;
    for (int d = furthest; d > 0; d--) {
      beyond += displaced.applyAsLong(d) + displaced.applyAsLong(-d);
      if (beyond > allowed) {
        return d;
      }
    }
    return 0;
  }

  private static long sum(IntToLongFunction displaced, int from, int to) {
    long sum = 0;
    for (int d = from; d <= to; d++) {
      sum += displaced.applyAsLong(d);
    }
    return sum;
  }
}
