package io.nvmetcp.e2e.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of a benchmark: its bounds, each with its verdict, and a table as the documentation
 * shows it.
 */
final class Scorecard {
  private final List<String> headings;
  private final List<List<String>> lines = new ArrayList<>();
  private final Map<String, Integer> verdicts = new TreeMap<>();
  private final List<String> notMet = new ArrayList<>();

  /**
   * @param headings of the table's columns
   */
  Scorecard(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a line to the table, a cell a column. */
  void line(String... cells) {
    lines.add(List.of(cells));
  }

  /** Judges the bounds of the row {@code name}, and says at once which are not met. */
  JsonArray judge(String name, List<Bound> bounds) {
    JsonArray judged = new JsonArray();
    for (Bound bound : bounds) {
      judged.add(bound.json());
      verdicts.merge(bound.verdict(), 1, Integer::sum);
      if (!bound.verdict().equals("met")) {
        System.out.println("         " + bound);
        notMet.add(name + ": " + bound);
      }
    }
    return judged;
  }

  /** How many bounds ended with which verdict. */
  JsonObject json() {
    JsonObject counts = new JsonObject();
    for (String verdict : List.of("met", "open", "missed")) {
      counts.put(verdict, verdicts.getOrDefault(verdict, 0));
    }
    return counts;
  }

  /** The table in Markdown, then the verdicts. */
  String text() {
    StringBuilder text = new StringBuilder("\n");
    row(text, headings);
    row(text, headings.stream().map(heading -> "---").toList());
    lines.forEach(cells -> row(text, cells));
    JsonObject counts = json();
    text.append(
        "%nbounds: %d met, %d open, %d missed%n"
            .formatted(
                counts.getInteger("met"), counts.getInteger("open"), counts.getInteger("missed")));
    notMet.forEach(bound -> text.append("  ").append(bound).append('\n'));
    return text.toString();
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
