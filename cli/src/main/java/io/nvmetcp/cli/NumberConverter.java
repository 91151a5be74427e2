package io.nvmetcp.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number as C reads it: decimal, or hexadecimal behind {@code 0x}. */
final class NumberConverter implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    try {
      boolean hex = text.startsWith("0x") || text.startsWith("0X");
      return hex ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no number: decimal, or 0x and digits");
    }
  }
}
