package io.nvmetcp.cli.decode;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads hex dumps: plain hex digits, or the output of {@code xxd}, of {@code hexdump} with and
 * without {@code -C}, of {@code od -t x1} and {@code od -x} with offsets in any radix. Lines that
 * start with {@code #} are comments; a {@code *} stands for repetitions of the line before it.
 */
final class HexDump {
  private static final int MAX_BYTES = 16 << 20;
  // What a dump of that size has, 16 bytes a line; each costs more memory than its bytes.
  private static final int MAX_LINES = MAX_BYTES / 16;
  private static final String DIGITS = "[0-9a-fA-F]";
  private static final Pattern WITH_COLON =
      Pattern.compile("\\s*(?:0x)?(" + DIGITS + "{1,16}):\\s*(.*)");
  private static final Pattern WITH_BLANK =
      Pattern.compile("\\s*(?:0x)?(" + DIGITS + "{6,16})(?:\\s+(\\S.*))?\\s*");
  // Possessive: a plain repetition of a group needs stack for each time, and lines may be long.
  private static final Pattern GROUPS_OF_2 =
      Pattern.compile(DIGITS + "{2}(?:\\s+" + DIGITS + "{2})*+");
  private static final Pattern GROUPS_OF_4 =
      Pattern.compile(DIGITS + "{4}(?:\\s+" + DIGITS + "{4})*+");
  private static final Pattern GROUPS_OF_6_OCTAL = Pattern.compile("[0-7]{6}(?:\\s+[0-7]{6})++");
  private static final Pattern PLAIN = Pattern.compile("[0-9a-fA-F]*");

  /** A line that begins with an offset. */
  private record Line(int number, String offset, boolean afterStar, byte[] bytes) {}

  private enum Form {
    PLAIN,
    COLON,
    BYTES,
    WORDS
  }

  private final int maxBytes;
  private final int maxLines;
  private @Nullable Form form;
  private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
  private final List<Line> lines = new ArrayList<>();
  private long total;

  HexDump() {
    this(MAX_BYTES, MAX_LINES);
  }

  /** For tests: a smaller dump is too large. */
  HexDump(int maxBytes, int maxLines) {
    this.maxBytes = maxBytes;
    this.maxLines = maxLines;
  }

  /** The bytes that the dump shows. */
  byte[] read(InputStream in) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    String text;
    int number = 0;
    boolean star = false;
    while ((text = line(reader)) != null) {
      number++;
      if (text.isBlank() || text.startsWith("#")) {
        continue;
      }
      if (form == null) {
        form = form(text, number);
      }
      if (text.strip().equals("*") && form != Form.PLAIN) {
        star = true;
      } else {
        line(form, text, number, star);
        star = false;
      }
      if (total > maxBytes || lines.size() > maxLines) {
        throw tooLong();
      }
    }
    return lines.isEmpty() ? plain.toByteArray() : assemble();
  }

  private static MalformedInputException tooLong() {
    return new MalformedInputException("the hex dump is too long; use a capture");
  }

  private @Nullable String line(BufferedReader in) throws IOException {
    var line = new StringBuilder();
    int c;
    while ((c = in.read()) >= 0 && c != '\n') {
      if (line.length() > 4L * maxBytes) {
        throw tooLong();
      }
      line.append((char) c);
    }
    return c < 0 && line.isEmpty() ? null : line.toString();
  }

  private static Form form(String text, int number) throws MalformedInputException {
    if (WITH_COLON.matcher(text).matches()) {
      return Form.COLON;
    }
    Matcher blank = WITH_BLANK.matcher(text);
    String rest = blank.matches() ? blank.group(2) : null;
    if (rest == null) {
      return Form.PLAIN;
    }
    String groups = withoutText(rest);
    String first = blank.group(1);
    if (GROUPS_OF_2.matcher(groups).matches()) {
      return Form.BYTES;
    }
    if (GROUPS_OF_6_OCTAL.matcher(groups).matches() && first.length() == 7) {
      throw new MalformedInputException(
          "line %d: an octal dump; make it with od -A x -t x1".formatted(number));
    }
    return GROUPS_OF_4.matcher(groups).matches() ? Form.WORDS : Form.PLAIN;
  }

  private void line(Form form, String text, int number, boolean star) throws IOException {
    if (form == Form.PLAIN) {
      byte[] bytes = bytes(text.replaceAll("\\s", ""), text, number);
      plain.write(bytes);
      total += bytes.length;
      return;
    }
    Matcher matcher = (form == Form.COLON ? WITH_COLON : WITH_BLANK).matcher(text);
    if (!matcher.matches()) {
      throw noDump(text, number);
    }
    String rest = matcher.group(2) == null ? "" : matcher.group(2);
    // xxd separates its text by two blanks, and only that; hexdump puts two in the middle, too.
    int gap = form == Form.COLON ? rest.indexOf("  ") : -1;
    String groups = gap >= 0 ? rest.substring(0, gap) : withoutText(rest);
    byte[] bytes = bytes(groups.replaceAll("\\s", ""), text, number);
    if (form == Form.WORDS) {
      swap(bytes);
    }
    lines.add(new Line(number, matcher.group(1), star, bytes));
    total += bytes.length;
  }

  private static String withoutText(String rest) {
    for (int i = 0; i < rest.length(); i++) {
      if (rest.charAt(i) == '|' || rest.charAt(i) == '>') {
        return rest.substring(0, i).strip();
      }
    }
    return rest.strip();
  }

  private static byte[] bytes(String digits, String text, int number)
      throws MalformedInputException {
    if (!PLAIN.matcher(digits).matches() || digits.length() % 2 != 0) {
      throw noDump(text, number);
    }
    byte[] bytes = new byte[digits.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(digits, 2 * i, 2 * i + 2, 16);
    }
    return bytes;
  }

  // Without -C, hexdump prints 16-bit words, and so does od -x, in the order of common machines.
  private static void swap(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i += 2) {
      byte low = bytes[i + 1];
      bytes[i + 1] = bytes[i];
      bytes[i] = low;
    }
  }

  private byte[] assemble() throws MalformedInputException {
    // od's offsets are octal, decimal or hexadecimal and do not say which: the one that fits is it.
    boolean octalFirst = lines.getFirst().offset().length() == 7 && form == Form.BYTES;
    Line misfit = lines.getFirst();
    for (int radix : octalFirst ? new int[] {8, 10, 16} : new int[] {16, 8, 10}) {
      var out = new ByteArrayOutputStream();
      Line wrong = assemble(radix, out);
      if (wrong == null) {
        return out.toByteArray();
      }
      misfit = wrong.number() > misfit.number() ? wrong : misfit;
    }
    throw new MalformedInputException(
        "line %d: offset %s does not follow from the line before it"
            .formatted(misfit.number(), misfit.offset()));
  }

  // The first line that does not fit, or null.
  private @Nullable Line assemble(int radix, ByteArrayOutputStream out) {
    long start = -1;
    byte[] before = {};
    for (Line line : lines) {
      long offset;
      try {
        offset = Long.parseLong(line.offset(), radix);
      } catch (NumberFormatException e) {
        return line;
      }
      if (start < 0) {
        start = offset;
      }
      long missing = offset - start - out.size();
      boolean odd = missing == -1 && form == Form.WORDS && line.bytes().length == 0;
      if (odd) {
        // The last word was filled up; the closing line tells the true length.
        byte[] all = out.toByteArray();
        out.reset();
        out.write(all, 0, all.length - 1);
        missing = 0;
      }
      boolean repeats = line.afterStar() && before.length > 0 && missing % before.length == 0;
      if (missing < 0 || out.size() + missing > maxBytes || (missing > 0 && !repeats)) {
        return line;
      }
      for (long i = 0; i < missing; i += before.length) {
        out.writeBytes(before);
      }
      out.writeBytes(line.bytes());
      before = Arrays.copyOf(line.bytes(), line.bytes().length);
    }
    return null;
  }

  private static MalformedInputException noDump(String text, int number) {
    String shown = text.strip().replaceAll("[^ -~]", ".");
    return new MalformedInputException(
        "neither a pcap or pcapng capture nor a hex dump: line %d is '%s'"
            .formatted(number, shown.length() <= 40 ? shown : shown.substring(0, 40) + "..."));
  }
}
