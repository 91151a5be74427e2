package io.nvmetcp.target;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as users write it: {@code 4096}, {@code 4k}, {@code 64MiB}. Units are powers of
 * 1024, as in fio.
 */
public final class SizeText {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})([kmgt]?)(i?b)?");

  private SizeText() {}

  /**
   * Reads a number of bytes.
   *
   * @throws IllegalArgumentException if it is none, or too large
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size: write bytes, or a number with k, m, g or t");
    }
    int shift = ("kmgt".indexOf(matcher.group(2)) + 1) * (matcher.group(2).isEmpty() ? 0 : 10);
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is too large");
    }
    return number << shift;
  }
}
