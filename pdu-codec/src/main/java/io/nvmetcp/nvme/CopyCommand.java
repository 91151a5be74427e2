package io.nvmetcp.nvme;

/**
 * Fields of a Copy SQE (NVM command set specification 3.2.2): dwords 10 and 11 are the destination,
 * dword 12 the rest; the data is a list of {@link CopyRange}.
 */
public final class CopyCommand {
  /** Most ranges of one command. */
  public static final int MAX_RANGES = 256;

  private static final int FORMAT_SHIFT = 8;
  private static final int FUA_BIT = 30;
  private static final int LIMITED_RETRY_BIT = 31;

  private CopyCommand() {}

  /** SDLBA: first destination block. */
  public static long destination(byte[] b, int at) {
    return LittleEndian.i64(b, at + Sqe.CDW10);
  }

  /** NR: number of ranges, counted from 1 (from 0 on the wire). */
  public static int ranges(byte[] b, int at) {
    return (dword12(b, at) & 0xFF) + 1;
  }

  /** CDF: format of the ranges, 0 to 15. */
  public static int format(byte[] b, int at) {
    return dword12(b, at) >>> FORMAT_SHIFT & 0xF;
  }

  /** PRINFOR: protection information of the reads. */
  public static int readProtection(byte[] b, int at) {
    return dword12(b, at) >>> 12 & 0xF;
  }

  /** PRINFOW: protection information of the write. */
  public static int writeProtection(byte[] b, int at) {
    return dword12(b, at) >>> 26 & 0xF;
  }

  /** DTYPE: directive type. */
  public static int directive(byte[] b, int at) {
    return dword12(b, at) >>> 20 & 0xF;
  }

  /** FUA: the blocks are on stable media when the command completes. */
  public static boolean forceUnitAccess(byte[] b, int at) {
    return (dword12(b, at) >>> FUA_BIT & 1) != 0;
  }

  /** LR: limited retry. */
  public static boolean limitedRetry(byte[] b, int at) {
    return (dword12(b, at) >>> LIMITED_RETRY_BIT & 1) != 0;
  }

  /** Writes a Copy without protection information, of {@code ranges} ranges in {@code format}. */
  public static void put(
      byte[] b, int at, int cid, long nsid, long destination, int ranges, int format, boolean fua) {
    if (ranges < 1 || ranges > MAX_RANGES) {
      throw new IllegalArgumentException(ranges + " ranges");
    }
    Sqe.init(b, at, IoOpcode.COPY, cid, nsid);
    LittleEndian.put64(b, at + Sqe.CDW10, destination);
    long dword = (ranges - 1) | (format & 0xF) << FORMAT_SHIFT | (fua ? 1L << FUA_BIT : 0);
    Sqe.cdw(b, at, 12, dword);
  }

  private static int dword12(byte[] b, int at) {
    return (int) Sqe.cdw(b, at, 12);
  }
}
