package io.nvmetcp.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as users write it: {@code 4096}, {@code 4k}, {@code 64MiB}. Units are powers of
 * 1024, as in fio.
 *
 * @param bytes the number
 */
record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})([kmgt]?)(i?b)?");

  static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size: write bytes, or a number with k, m or g");
    }
    int power = "kmgt".indexOf(matcher.group(2)) + 1;
    int shift = matcher.group(2).isEmpty() ? 0 : power * 10;
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is too large");
    }
    return new ByteSize(number << shift);
  }

  /** The size as it would be written. */
  @Override
  public String toString() {
    for (int power = 3; power > 0; power--) {
      if (bytes > 0 && bytes % (1L << power * 10) == 0) {
        return (bytes >> power * 10) + " " + "KMG".charAt(power - 1) + "iB";
      }
    }
    return bytes + " B";
  }

  /** Lets options have this type. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
