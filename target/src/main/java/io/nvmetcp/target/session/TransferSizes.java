package io.nvmetcp.target.session;

/**
 * How data is cut on its way.
 *
 * @param maxH2cDataBytes MAXH2CDATA: most data in one H2CData PDU, at least 4096, a multiple of 4
 * @param maxC2hDataBytes most data in one C2HData PDU, at least 512, a multiple of 4
 * @param maxR2tBytes most data that one R2T asks for, at least 4096, a multiple of 4
 * @param maxR2ts most R2Ts outstanding per command; the host's MAXR2T may allow fewer
 * @param windowBytes once so much has been asked for and is not here, further R2Ts wait until a
 *     quarter of it has come; at least 4096
 */
public record TransferSizes(
    int maxH2cDataBytes, int maxC2hDataBytes, int maxR2tBytes, int maxR2ts, int windowBytes) {
  /** No size at all: a read is one C2HData, a write one R2T. */
  public static final int UNCUT = 1 << 30;

  private static final int WINDOW_BYTES = 2 << 20;

  /** 1 MiB per H2CData, reads and writes in one piece, 16 R2Ts, 2 MiB asked for at a time. */
  public static final TransferSizes DEFAULT = new TransferSizes(1 << 20, UNCUT, UNCUT, 16);

  /** Sizes with the default window. */
  public TransferSizes(int maxH2cDataBytes, int maxC2hDataBytes, int maxR2tBytes, int maxR2ts) {
    this(maxH2cDataBytes, maxC2hDataBytes, maxR2tBytes, maxR2ts, WINDOW_BYTES);
  }

  /** These sizes with another window. */
  public TransferSizes withWindow(int bytes) {
    return new TransferSizes(maxH2cDataBytes, maxC2hDataBytes, maxR2tBytes, maxR2ts, bytes);
  }

  /** Checks the sizes. */
  public TransferSizes {
    check("MAXH2CDATA", maxH2cDataBytes, 4096);
    check("C2HData limit", maxC2hDataBytes, 512);
    check("R2T limit", maxR2tBytes, 4096);
    if (windowBytes < 4096) {
      throw new IllegalArgumentException("window of " + windowBytes + " bytes is below 4096");
    }
    if (maxR2ts < 1 || maxR2ts > 128) {
      throw new IllegalArgumentException(maxR2ts + " R2Ts per command are not between 1 and 128");
    }
  }

  private static void check(String what, int bytes, int least) {
    if (bytes < least || bytes % 4 != 0) {
      throw new IllegalArgumentException(
          "%s %d is not a multiple of 4 from %d".formatted(what, bytes, least));
    }
  }
}
