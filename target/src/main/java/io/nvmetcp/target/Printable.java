package io.nvmetcp.target;

/** Text from the network, made fit for a log: no line ends, no terminal escapes, bounded. */
final class Printable {
  private static final int MOST_CHARS = 256;

  private Printable() {}

  /** {@code text} with everything but printable ASCII replaced by its code in angle brackets. */
  static String of(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length() && safe.length() < MOST_CHARS; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        safe.append(c);
      } else {
        safe.append('<').append(Integer.toHexString(c)).append('>');
      }
    }
    return safe.toString();
  }
}
