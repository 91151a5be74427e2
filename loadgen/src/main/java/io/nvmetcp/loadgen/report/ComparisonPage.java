package io.nvmetcp.loadgen.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A comparison as a page with plots: the first run dashed, the second solid. */
final class ComparisonPage {
  private static final double HEIGHT = 240;
  private static final int COLOURS = 8;
  private static final double HUNDRED = 100;

  private final Comparison comparison;
  private final Page page;

  private ComparisonPage(Comparison comparison) {
    this.comparison = comparison;
    page = new Page(comparison.first().name() + " and " + comparison.second().name() + " compared");
  }

  static String render(Comparison comparison) {
    var page = new ComparisonPage(comparison);
    page.opening();
    page.throughput();
    page.percentiles();
    comparison.shared().forEach(page::table);
    page.rest();
    return page.page.render();
  }

  private void opening() {
    page.add(
        "<h1>%s and %s compared</h1>"
            .formatted(
                Html.text(comparison.first().name()), Html.text(comparison.second().name())));
    run("A", comparison.first());
    run("B", comparison.second());
    var cards = new StringBuilder("<div class=\"cards\">\n");
    for (String name : comparison.shared()) {
      Comparison.Figure iops = comparison.figures(name).getFirst();
      cards.append(Page.card("\u00D7 " + iops.ratioText(), name + ", I/Os per second"));
    }
    page.add(cards + "</div>");
  }

  private void run(String letter, RunFile run) {
    page.add(
        "<p class=\"lead\">%s: %s, %s, %s%s</p>"
            .formatted(
                letter,
                Html.text(run.name()),
                Html.text(run.version()),
                Html.text(run.time()),
                run.partial() ? ", <span class=\"partial\">partial</span>" : ""));
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String name : comparison.shared()) {
      keys.add(Page.key(colour(keys.size()), name));
    }
    return keys;
  }

  private static String colour(int index) {
    return "s" + (index % COLOURS + 1);
  }

  private void throughput() {
    double max = 0;
    double seconds = 0;
    for (RunFile run : List.of(comparison.first(), comparison.second())) {
      for (RunFile.Entry entry : run.entries().values()) {
        seconds = Math.max(seconds, entry.columns().length * entry.columnSeconds());
        for (double rate : entry.columns()) {
          max = Math.max(max, rate);
        }
      }
    }
    if (seconds == 0) {
      // fio's own files have nothing over time.
      return;
    }
    var plot =
        new Plot(
            HEIGHT, Axis.time(seconds), Axis.binaryRate(max), "Throughput of both runs over time");
    int index = 0;
    for (String name : comparison.shared()) {
      curve(plot, "dashed " + colour(index), comparison.first().entries(), name);
      curve(plot, colour(index), comparison.second().entries(), name);
      index++;
    }
    page.section(
        "Throughput over time",
        "A is dashed, B is solid.",
        Page.legend(keys().toArray(String[]::new)) + plot.svg());
  }

  private static void curve(
      Plot plot, String kind, Map<String, RunFile.Entry> entries, String name) {
    RunFile.Entry entry = entries.get(name);
    if (entry == null || entry.columns().length == 0) {
      return;
    }
    double[] xs = new double[entry.columns().length];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = (i + 0.5) * entry.columnSeconds();
    }
    plot.curve(kind, xs, entry.columns(), false);
  }

  private void percentiles() {
    List<PercentilePlot.Curve> curves = new ArrayList<>();
    int index = 0;
    for (String name : comparison.shared()) {
      points(curves, "dashed " + colour(index), comparison.first().entries().get(name));
      points(curves, colour(index), comparison.second().entries().get(name));
      index++;
    }
    if (!curves.isEmpty()) {
      page.section(
          "Latency by percentile",
          "A is dashed, B is solid.",
          Page.legend(keys().toArray(String[]::new)) + PercentilePlot.render(curves));
    }
  }

  private static void points(
      List<PercentilePlot.Curve> curves,
      String kind,
      RunFile.@org.jspecify.annotations.Nullable Entry entry) {
    if (entry == null || entry.percentiles().isEmpty()) {
      return;
    }
    List<Double> nines = new ArrayList<>();
    List<Double> nanos = new ArrayList<>();
    entry
        .percentiles()
        .forEach(
            (percentile, value) -> {
              if (percentile < HUNDRED) {
                nines.add(-Math.log10(1 - percentile / HUNDRED));
                nanos.add(value);
              }
            });
    curves.add(
        new PercentilePlot.Curve(
            kind,
            nines.stream().mapToDouble(Double::doubleValue).toArray(),
            nanos.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private void table(String name) {
    var table =
        new StringBuilder(
            "<div class=\"scroll\"><table>\n<tr><th></th><th>A</th><th>B</th><th>B / A</th></tr>\n");
    for (Comparison.Figure figure : comparison.figures(name)) {
      table.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%s</td><td>%s</td><td class=\"%s\">%s</td></tr>\n",
              Html.text(figure.name()),
              Html.text(figure.unit().name(figure.one())),
              Html.text(figure.unit().name(figure.other())),
              figure.verdict(),
              figure.one() == 0 ? "" : figure.ratioText()));
    }
    page.section(name, "", table + "</table></div>\n");
  }

  private void rest() {
    if (comparison.alone().isEmpty()) {
      return;
    }
    var list = new StringBuilder("<ul>\n");
    for (String name : comparison.alone()) {
      boolean inFirst = comparison.first().entries().containsKey(name);
      list.append("<li>")
          .append(Html.text(name))
          .append(inFirst ? ": only in A" : ": only in B")
          .append("</li>\n");
    }
    page.section("Without a counterpart", "", list + "</ul>\n");
  }
}
