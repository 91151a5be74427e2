package io.nvmetcp.nvme;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text fields of fixed width: space-padded ASCII and NUL-terminated UTF-8 (NQNs). */
final class Ascii {
  private Ascii() {}

  /** Writes {@code text} left-justified and padded with spaces (Base specification 1.5). */
  static void putPadded(byte[] bytes, int at, int width, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    if (ascii.length > width) {
      throw new IllegalArgumentException("'" + text + "' is longer than " + width + " bytes");
    }
    Arrays.fill(bytes, at, at + width, (byte) ' ');
    System.arraycopy(ascii, 0, bytes, at, ascii.length);
  }

  /** Reads a space-padded field, trailing spaces and NULs removed. */
  static String padded(byte[] bytes, int at, int width) {
    int end = at + width;
    while (end > at && (bytes[end - 1] == ' ' || bytes[end - 1] == 0)) {
      end--;
    }
    return new String(bytes, at, end - at, StandardCharsets.US_ASCII);
  }

  /** Writes {@code text} followed by NULs; at least one NUL must fit. */
  static void putTerminated(byte[] bytes, int at, int width, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length >= width) {
      throw new IllegalArgumentException("'" + text + "' is longer than " + (width - 1) + " bytes");
    }
    Arrays.fill(bytes, at, at + width, (byte) 0);
    System.arraycopy(utf8, 0, bytes, at, utf8.length);
  }

  /** Reads up to the first NUL; a field without one is taken whole. */
  static String terminated(byte[] bytes, int at, int width) {
    int end = at;
    while (end < at + width && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /** True if a NUL stands within the field. */
  static boolean isTerminated(byte[] bytes, int at, int width) {
    for (int i = at; i < at + width; i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
