package io.nvmetcp.loadgen.job;

/**
 * A number of bytes, or a share of a namespace.
 *
 * @param bytes the bytes, if {@code percent} is 0
 * @param percent share of the namespace in percent, or 0
 */
public record Amount(long bytes, int percent) {
  /** Nothing, or: not given. */
  public static final Amount NONE = new Amount(0, 0);

  private static final int HUNDRED = 100;

  /** True if nothing was given. */
  public boolean isNone() {
    return bytes == 0 && percent == 0;
  }

  /**
   * The bytes of a namespace of {@code totalBytes}; a share is rounded down to a multiple of {@code
   * alignBytes}.
   */
  public long of(long totalBytes, long alignBytes) {
    if (percent == 0) {
      return bytes;
    }
    long share = totalBytes / HUNDRED * percent + totalBytes % HUNDRED * percent / HUNDRED;
    return share / alignBytes * alignBytes;
  }

  static Amount parse(String text) {
    if (text.endsWith("%")) {
      return new Amount(0, Forms.integer(text.substring(0, text.length() - 1), 1, HUNDRED));
    }
    return new Amount(Forms.bytes(text), 0);
  }
}
