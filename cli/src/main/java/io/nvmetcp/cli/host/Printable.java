package io.nvmetcp.cli.host;

/** Text that came from a peer, made fit for a terminal. */
public final class Printable {
  private Printable() {}

  /**
   * The text, with everything that is no printable ASCII as {@code \xNN} or {@code \}{@code uNNNN}.
   */
  public static String of(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7F) {
        safe.append(c);
      } else {
        safe.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
      }
    }
    return safe.toString();
  }
}
