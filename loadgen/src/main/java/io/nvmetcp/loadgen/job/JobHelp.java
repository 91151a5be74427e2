package io.nvmetcp.loadgen.job;

import java.util.Arrays;
import java.util.List;

/** The words of a job, for a help text. */
public final class JobHelp {
  private JobHelp() {}

  /**
   * A word and what it does.
   *
   * @param word the word, with its other name if it has one
   * @param text one line; a star stands before what fio does not have
   */
  public record Line(String word, String text) {}

  /** All words, in a sensible order. */
  public static List<Line> lines() {
    return Arrays.stream(JobWord.values())
        .map(
            row ->
                new Line(
                    row.alias().isEmpty() ? row.word() : row.word() + ", " + row.alias(),
                    row.help()))
        .toList();
  }
}
