package io.nvmetcp.e2e.docs;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Output as a page shows it, compared with what came. Blanks may be more or fewer; what differs
 * from run to run, times, speeds, UUIDs, may differ; {@code ...} stands for the rest of a line, and
 * on a line of its own for any lines.
 *
 * @param lines as shown
 * @param figures true if no number counts, nor its unit
 */
record ShownOutput(List<String> lines, boolean figures) {
  private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(?:Z|[+-][0-9:]+)";
  private static final String DECIMAL = "\\d[\\d,]*\\.\\d+";
  private static final String ANY_NUMBER = "-?\\d[\\d,.]*(?:[kKMG]i?)?(?:B(?:/s)?)?";
  private static final String SPEED = "[KMG]?i?B/s";
  private static final String DURATION = "\\b[num]?sec\\b";
  private static final String REST = "\\s*\\.\\.\\.";
  private static final String BLANKS = "\\s+";
  private static final String BAR = "#+$";

  static ShownOutput of(List<String> text, boolean figures) {
    String whole = String.join("\n", text).replaceAll("\\\\\n\\s*", "");
    return new ShownOutput(whole.lines().toList(), figures);
  }

  /** What came, from the first line shown to the last, is as shown. */
  boolean matches(List<String> came) {
    return matches(0, came, 0);
  }

  private boolean matches(int shown, List<String> came, int from) {
    if (shown == lines.size()) {
      return from == came.size();
    }
    if (lines.get(shown).strip().equals("...")) {
      for (int next = from; next <= came.size(); next++) {
        if (matches(shown + 1, came, next)) {
          return true;
        }
      }
      return false;
    }
    return from < came.size()
        && matches(lines.get(shown), came.get(from))
        && matches(shown + 1, came, from + 1);
  }

  /** A line that came is as the line shown. */
  boolean matches(String shown, String came) {
    return pattern(shown.strip()).matcher(came.strip()).matches();
  }

  private Pattern pattern(String shown) {
    String number = figures ? ANY_NUMBER : DECIMAL;
    Matcher parts =
        Pattern.compile(
                "(?<uuid>%s)|(?<time>%s)|(?<rest>%s)|(?<number>%s)|(?<speed>%s)|(?<unit>%s)|(?<bar>%s)|(?<blanks>%s)"
                    .formatted(UUID, TIME, REST, number, SPEED, DURATION, BAR, BLANKS))
            .matcher(shown);
    StringBuilder pattern = new StringBuilder();
    int end = 0;
    while (parts.find()) {
      pattern.append(Pattern.quote(shown.substring(end, parts.start())));
      end = parts.end();
      if (parts.group("uuid") != null) {
        pattern.append(UUID);
      } else if (parts.group("time") != null) {
        pattern.append(TIME);
      } else if (parts.group("rest") != null) {
        pattern.append(".*");
      } else if (parts.group("number") != null) {
        pattern.append(number);
      } else if (parts.group("speed") != null) {
        pattern.append(SPEED);
      } else if (parts.group("unit") != null) {
        pattern.append(DURATION);
      } else {
        pattern.append(parts.group("bar") != null ? "#*" : BLANKS);
      }
    }
    return Pattern.compile(pattern + Pattern.quote(shown.substring(end)));
  }
}
