package io.nvmetcp.target.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A row of {@code hostile-cases.txt}.
 *
 * @param line where it stands
 * @param name the rule, as a sentence
 * @param digests {@code -}, {@code H}, {@code D} or {@code HD}: what the connection negotiated
 * @param state how far the connection is
 * @param sent what the host sends then
 * @param expected what comes back
 */
record HostileCase(
    int line, String name, String digests, String state, List<HostilePdu> sent, String expected) {

  static List<HostileCase> all() {
    List<String> lines = read().lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
        .mapToObj(i -> parse(i + 1, lines.get(i)))
        .toList();
  }

  private static HostileCase parse(int line, String text) {
    String[] column = text.split("\\|");
    if (column.length != 5) {
      throw new IllegalArgumentException("line " + line + " has " + column.length + " columns");
    }
    return new HostileCase(
        line,
        column[0].strip(),
        column[1].strip(),
        column[2].strip(),
        Arrays.stream(column[3].split(";")).map(HostilePdu::new).toList(),
        column[4].strip());
  }

  private static String read() {
    try (InputStream in = HostileCase.class.getResourceAsStream("hostile-cases.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean headerDigest() {
    return digests.contains("H");
  }

  boolean dataDigest() {
    return digests.contains("D");
  }

  @Override
  public String toString() {
    return "line " + line + ": " + name;
  }
}
