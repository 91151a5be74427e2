package io.nvmetcp.cli;

import io.nvmetcp.target.SizeText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as users write it: {@code 4096}, {@code 4k}, {@code 64MiB}. Units are powers of
 * 1024, as in fio.
 *
 * @param bytes the number
 */
record ByteSize(long bytes) {
  static ByteSize parse(String text) {
    return new ByteSize(SizeText.parse(text));
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
