package io.nvmetcp.cli.host;

/** Bytes as a table: offset, sixteen bytes, the characters that they stand for. */
public final class HexTable {
  private static final int WIDTH = 16;

  private HexTable() {}

  /** The table; every line ends with a line feed. */
  public static String of(byte[] bytes) {
    StringBuilder text =
        new StringBuilder("       0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f\n");
    for (int at = 0; at < bytes.length; at += WIDTH) {
      text.append(String.format("%04x:", at));
      StringBuilder characters = new StringBuilder();
      for (int i = at; i < Math.min(at + WIDTH, bytes.length); i++) {
        text.append(String.format(" %02x", bytes[i]));
        characters.append(bytes[i] >= 0x20 && bytes[i] < 0x7F ? (char) bytes[i] : '.');
      }
      text.append("   ".repeat(Math.max(0, at + WIDTH - bytes.length)));
      text.append(" \"").append(characters).append("\"\n");
    }
    return text.toString();
  }
}
