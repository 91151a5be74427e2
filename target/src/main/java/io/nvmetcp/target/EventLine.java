package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * A line of a structured log: {@code event=connect peer=127.0.0.1:40112 host=nqn.2014-08.org...}.
 * Whatever stands in it stays on one line and in its place: a value that is not plain is quoted,
 * its quotes, backslashes and everything outside printable ASCII are escaped as in JSON, and long
 * ones are cut. Not thread-safe.
 */
final class EventLine {
  private static final int MOST_CHARS = 256;
  private static final String PLAIN = "._:/@%+-#[]";

  private final StringBuilder line = new StringBuilder(160);

  EventLine(String event) {
    line.append("event=").append(event);
  }

  @CanIgnoreReturnValue
  EventLine add(String key, long value) {
    line.append(' ').append(key).append('=').append(value);
    return this;
  }

  @CanIgnoreReturnValue
  EventLine add(String key, String value) {
    line.append(' ').append(key).append('=');
    boolean cut = value.length() > MOST_CHARS;
    String kept = cut ? value.substring(0, MOST_CHARS) : value;
    if (!kept.isEmpty() && !cut && kept.chars().allMatch(EventLine::isPlain)) {
      line.append(kept);
      return this;
    }
    line.append('"');
    kept.chars().forEach(this::escape);
    line.append(cut ? "...\"" : "\"");
    return this;
  }

  private static boolean isPlain(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || PLAIN.indexOf(c) >= 0;
  }

  private void escape(int c) {
    if (c == '"' || c == '\\') {
      line.append('\\').append((char) c);
    } else if (c >= ' ' && c < 0x7F) {
      line.append((char) c);
    } else {
      line.append("\\u%04x".formatted(c));
    }
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
