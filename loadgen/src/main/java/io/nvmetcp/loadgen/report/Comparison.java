package io.nvmetcp.loadgen.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Two runs side by side: what both measured, and the second as a multiple of the first. */
public final class Comparison {
  private static final double SAME = 0.02;
  private static final double SMALL = 0.1;

  private final RunFile first;
  private final RunFile second;

  /** Of two runs. */
  public Comparison(RunFile first, RunFile second) {
    this.first = first;
    this.second = second;
  }

  /**
   * A figure of both runs.
   *
   * @param name what it is
   * @param one of the first run
   * @param other of the second run
   * @param moreIsBetter a ratio above 1 is good
   * @param unit how it is written
   */
  record Figure(String name, double one, double other, boolean moreIsBetter, Axis.Unit unit) {
    /** The second as a multiple of the first; 0 if there is nothing to divide by. */
    double ratio() {
      return one == 0 ? 0 : other / one;
    }

    String ratioText() {
      return String.format(Locale.ROOT, ratio() < SMALL ? "%.4f" : "%.2f", ratio());
    }

    /** Better, worse, or an empty string if both are about the same. */
    String verdict() {
      if (one == 0 || Math.abs(ratio() - 1) < SAME) {
        return "";
      }
      return ratio() > 1 == moreIsBetter ? "better" : "worse";
    }
  }

  RunFile first() {
    return first;
  }

  RunFile second() {
    return second;
  }

  /** True if there is anything to compare. */
  public boolean matches() {
    return !shared().isEmpty();
  }

  /** The names of jobs and operations that both have. */
  List<String> shared() {
    return first.entries().keySet().stream().filter(second.entries()::containsKey).toList();
  }

  /** Those that only one has. */
  List<String> alone() {
    Set<String> all = new LinkedHashSet<>(first.entries().keySet());
    all.addAll(second.entries().keySet());
    all.removeAll(shared());
    return List.copyOf(all);
  }

  /** The figures of a name that both have. */
  List<Figure> figures(String name) {
    List<Figure> figures = new ArrayList<>();
    figures.add(figure(name, "IOPS", RunFile.Entry::iops, true, Axis::count));
    figures.add(
        figure(name, "throughput", RunFile.Entry::bytesPerSecond, true, Axis::bytesPerSecond));
    figures.add(figure(name, "mean", RunFile.Entry::meanNs, false, Axis::nanos));
    RunFile.Entry one = entry(first, name);
    RunFile.Entry other = entry(second, name);
    for (double percentile : one.percentiles().keySet()) {
      if (percentile >= 50 && other.percentiles().containsKey(percentile)) {
        figures.add(
            figure(
                name,
                "p" + percentile(percentile),
                entry -> entry.percentiles().getOrDefault(percentile, 0.0),
                false,
                Axis::nanos));
      }
    }
    figures.add(figure(name, "max", RunFile.Entry::maxNs, false, Axis::nanos));
    return figures;
  }

  private static String percentile(double percentile) {
    return BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString();
  }

  private Figure figure(
      String name,
      String what,
      ToDoubleFunction<RunFile.Entry> value,
      boolean moreIsBetter,
      Axis.Unit unit) {
    return new Figure(
        what,
        value.applyAsDouble(entry(first, name)),
        value.applyAsDouble(entry(second, name)),
        moreIsBetter,
        unit);
  }

  private static RunFile.Entry entry(RunFile run, String name) {
    RunFile.Entry entry = run.entries().get(name);
    if (entry == null) {
      throw new IllegalArgumentException(run.name() + " has no " + name);
    }
    return entry;
  }

  /** The comparison for people, in ASCII. */
  public String text() {
    var out = new StringBuilder();
    heading(out, "A", first);
    heading(out, "B", second);
    for (String name : shared()) {
      out.append('\n');
      line(out, "%-28s %14s %14s %8s", name, "A", "B", "B/A");
      for (Figure figure : figures(name)) {
        line(
            out,
            "  %-26s %14s %14s %8s  %s",
            figure.name(),
            ascii(figure.unit().name(figure.one())),
            ascii(figure.unit().name(figure.other())),
            figure.one() == 0 ? "-" : figure.ratioText(),
            figure.verdict());
      }
    }
    if (!alone().isEmpty()) {
      out.append('\n');
      for (String name : alone()) {
        boolean inFirst = first.entries().containsKey(name);
        line(out, "only in %s: %s", inFirst ? "A" : "B", name);
      }
    }
    return out.toString();
  }

  private static void heading(StringBuilder out, String letter, RunFile run) {
    line(
        out,
        "%s: %s (%s%s)%s",
        letter,
        ascii(run.name()),
        ascii(run.version()),
        run.time().isEmpty() ? "" : ", " + ascii(run.time()),
        run.partial() ? ", PARTIAL" : "");
  }

  private static void line(StringBuilder out, String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values).stripTrailing()).append('\n');
  }

  private static String ascii(String text) {
    return text.replace("\u00B5s", "us").replaceAll("[^ -~]", "?");
  }

  /** The comparison as a page that needs nothing else. */
  public String page() {
    return ComparisonPage.render(this);
  }
}
