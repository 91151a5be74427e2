package io.nvmetcp.loadgen.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes that {@code verify_pattern} repeats through every block: numbers, {@code "texts"} and
 * {@code %o}, the byte position of the block (8 bytes, little-endian).
 */
public final class BytePattern {
  private static final int MOST_BYTES = 512;
  private static final String FORMS =
      "write decimal numbers, 0x and hex digits, \"text\" and %o, one behind the other";

  private final byte[] bytes;
  private final int[] positions;

  private BytePattern(byte[] bytes, int[] positions) {
    this.bytes = bytes;
    this.positions = positions;
  }

  /** The pattern of the block at {@code position}, one time. */
  public byte[] at(long position) {
    byte[] result = bytes.clone();
    writePosition(result, position);
    return result;
  }

  /** Length of the pattern before it repeats. */
  public int lengthBytes() {
    return bytes.length;
  }

  /** True if blocks differ. */
  public boolean positioned() {
    return positions.length > 0;
  }

  /**
   * Writes the position of a block into a copy of the pattern.
   *
   * @param pattern what {@link #at} gave, for whichever block
   */
  public void writePosition(byte[] pattern, long position) {
    for (int at : positions) {
      for (int i = 0; i < Long.BYTES; i++) {
        pattern[at + i] = (byte) (position >>> i * Byte.SIZE);
      }
    }
  }

  static BytePattern parse(String text) {
    var bytes = new ByteArrayOutputStream();
    List<Integer> positions = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
          throw bad(text, "a closing quote is missing");
        }
        bytes.writeBytes(text.substring(at + 1, end).getBytes(StandardCharsets.UTF_8));
        at = end + 1;
      } else if (c == '%') {
        if (!text.startsWith("%o", at)) {
          throw bad(text, "of the formats there is only %o");
        }
        positions.add(bytes.size());
        bytes.writeBytes(new byte[Long.BYTES]);
        at += 2;
      } else {
        int end = at + 1;
        while (end < text.length() && "\"%-".indexOf(text.charAt(end)) < 0) {
          end++;
        }
        bytes.writeBytes(number(text, text.substring(at, end)));
        at = end;
      }
    }
    if (bytes.size() == 0 || bytes.size() > MOST_BYTES) {
      throw bad(text, bytes.size() + " bytes are not 1 to " + MOST_BYTES);
    }
    return new BytePattern(
        bytes.toByteArray(), positions.stream().mapToInt(Integer::intValue).toArray());
  }

  private static byte[] number(String text, String part) {
    if (part.startsWith("0x") || part.startsWith("0X")) {
      String digits = part.substring(2);
      if (digits.isEmpty() || !digits.chars().allMatch(HexFormat::isHexDigit)) {
        throw bad(text, "'" + part + "' is no hex number");
      }
      return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
    }
    long value;
    try {
      value = Long.parseLong(part);
    } catch (NumberFormatException e) {
      throw bad(text, "'" + part + "' is no number");
    }
    if (value < Integer.MIN_VALUE || value > 0xFFFF_FFFFL) {
      throw bad(text, part + " needs more than 4 bytes: write it in hex");
    }
    // As fio: as many bytes as the number needs, lowest first; a negative one has four.
    int length = value < 0 ? Integer.BYTES : 1;
    while (length < Integer.BYTES && value >>> length * Byte.SIZE != 0) {
      length++;
    }
    byte[] little = new byte[length];
    for (int i = 0; i < length; i++) {
      little[i] = (byte) (value >>> i * Byte.SIZE);
    }
    return little;
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException("'%s': %s; %s".formatted(text, why, FORMS));
  }
}
