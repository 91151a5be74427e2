package io.nvmetcp.loadgen.job;

import java.util.function.Function;

/**
 * A value that may differ between reads, writes and deallocations, as in {@code bs=4k,8k}.
 *
 * @param read for reads
 * @param write for writes
 * @param trim for deallocations
 */
public record PerOperation<T>(T read, T write, T trim) {
  private static final int OPERATIONS = 3;

  /** The same for all. */
  public static <T> PerOperation<T> all(T value) {
    return new PerOperation<>(value, value, value);
  }

  /** The value for {@code operation}; a sync has none. */
  public T of(Operation operation) {
    return switch (operation) {
      case READ -> read;
      case WRITE -> write;
      case TRIM -> trim;
      case SYNC -> throw new IllegalArgumentException("a sync moves no data");
    };
  }

  /**
   * Reads up to three values between commas. One that is left out between commas, or after a last
   * comma, is {@code missing}; behind the last value it is repeated.
   */
  static <T> PerOperation<T> parse(String text, Function<String, ? extends T> form, T missing) {
    String[] parts = text.split(",", -1);
    if (parts.length > OPERATIONS) {
      throw new IllegalArgumentException(
          "'" + text + "': at most three values, for reads, writes and trims");
    }
    T read = one(parts[0], form, missing);
    T write = parts.length > 1 ? one(parts[1], form, missing) : read;
    T trim = parts.length > 2 ? one(parts[2], form, missing) : write;
    // "8k," is for reads alone: what follows the comma is left at its default.
    return new PerOperation<>(
        read, write, parts.length == 2 && parts[1].isEmpty() ? missing : trim);
  }

  private static <T> T one(String part, Function<String, ? extends T> form, T missing) {
    String stripped = part.strip();
    return stripped.isEmpty() ? missing : form.apply(stripped);
  }
}
