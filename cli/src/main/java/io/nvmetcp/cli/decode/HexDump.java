package io.nvmetcp.cli.decode;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads hex dumps: plain hex digits, or the output of {@code xxd}, {@code hexdump -C} and {@code od
 * -A x -t x1}. Lines that start with {@code #} are comments.
 */
final class HexDump {
  private static final int MAX_BYTES = 256 << 20;
  private static final Pattern OFFSET =
      Pattern.compile("^\\s*(?:0x)?[0-9a-fA-F]{4,16}(?::|\\s{1,2})\\s*");
  private static final Pattern PLAIN = Pattern.compile("[0-9a-fA-F\\s]*");
  private static final Pattern END = Pattern.compile("\\s*[0-9a-fA-F]{4,16}\\s*");

  private HexDump() {}

  /** The bytes that the dump shows. */
  static byte[] read(BufferedReader in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String line;
    int number = 0;
    boolean offsets = false;
    while ((line = in.readLine()) != null) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (bytes.size() == 0) {
        offsets = looksLikeOffset(line);
      }
      String digits = offsets ? withoutOffsetAndText(line) : line;
      digits = digits.replaceAll("\\s", "");
      if (!PLAIN.matcher(digits).matches() || digits.length() % 2 != 0) {
        throw new MalformedInputException(
            "line " + number + " is no hex dump: " + shorten(line.strip()));
      }
      for (int i = 0; i < digits.length(); i += 2) {
        bytes.write(Integer.parseInt(digits, i, i + 2, 16));
      }
      if (bytes.size() > MAX_BYTES) {
        throw new MalformedInputException("the dump has more than 256 MiB; use a capture");
      }
    }
    return bytes.toByteArray();
  }

  // A dump of a whole starts at offset 0, and PDUs of type 00 have a flags byte of 0 as well: an
  // offset is recognized by what follows it.
  private static boolean looksLikeOffset(String line) {
    Matcher matcher = OFFSET.matcher(line);
    if (!matcher.find()) {
      return false;
    }
    String first = line.strip().split("[:\\s]")[0].replaceFirst("^0x", "");
    return first.chars().allMatch(c -> c == '0');
  }

  private static String withoutOffsetAndText(String line) {
    Matcher matcher = OFFSET.matcher(line);
    if (!matcher.find()) {
      // hexdump and od close with the total length alone.
      return END.matcher(line).matches() ? "" : line;
    }
    String rest = line.substring(matcher.end());
    int bar = rest.indexOf('|');
    if (bar >= 0) {
      return rest.substring(0, bar);
    }
    // xxd separates its text column by two blanks.
    int gap = rest.indexOf("  ");
    return gap >= 0 ? rest.substring(0, gap) : rest;
  }

  private static String shorten(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
