package io.nvmetcp.loadgen.report;

import java.util.Locale;

/** Text that goes into a page: names of jobs are a user's, names of controllers a stranger's. */
public final class Html {
  private Html() {}

  /** The text with everything escaped that could be markup; control characters are dots. */
  public static String text(String raw) {
    var safe = new StringBuilder();
    raw.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(c < ' ' || c == 0x7F ? '.' : c);
              }
            });
    return safe.toString();
  }

  /** A coordinate, short. */
  static String at(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
