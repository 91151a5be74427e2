package io.nvmetcp.nvme;

import java.util.Arrays;

/**
 * A source range of Copy, in any of the formats 0h to 3h (NVM command set specification 3.2.2).
 * Formats 1h and 3h have room for larger tags, 2h and 3h name the source namespace.
 *
 * @param format 0 to 3
 * @param nsid SNSID, formats 2h and 3h; 0 otherwise
 * @param slba first block
 * @param blocks number of blocks, counted from 1 here and from 0 on the wire
 * @param options SOPT, formats 2h and 3h; 0 otherwise
 * @param tagUpper upper 16 bits of the expected tag as they stand, formats 1h and 3h; 0 otherwise
 * @param tag the expected tag as it stands: 64 bits in formats 1h and 3h, 32 otherwise
 * @param applicationTag ELBAT as it stands
 * @param applicationTagMask ELBATM as it stands
 */
public record CopyRange(
    int format,
    long nsid,
    long slba,
    int blocks,
    int options,
    int tagUpper,
    long tag,
    int applicationTag,
    int applicationTagMask) {
  /** Offset of SNSID. */
  public static final int SNSID = 0;

  /** Offset of SLBA. */
  public static final int SLBA = 8;

  /** Offset of NLB. */
  public static final int NLB = 16;

  /** Offset of SOPT. */
  public static final int SOPT = 22;

  /** Offset of the tag in formats 0h and 2h, 4 bytes. */
  public static final int EILBRT = 24;

  /** Offset of the tag in formats 1h and 3h, 10 bytes. */
  public static final int ELBT = 26;

  /** Offset of ELBAT in formats 0h and 2h. */
  public static final int ELBAT = 28;

  /** Offset of ELBATM in formats 0h and 2h. */
  public static final int ELBATM = 30;

  /** Offset of ELBAT in formats 1h and 3h. */
  public static final int LARGE_ELBAT = 36;

  /** Offset of ELBATM in formats 1h and 3h. */
  public static final int LARGE_ELBATM = 38;

  /** SOPT bit 15: the copy must be fast, or fail (FCO). */
  public static final int OPTION_FAST_ONLY = 1 << 15;

  /** Checks what the format has no room for. */
  public CopyRange {
    if (format < 0 || format > 3) {
      throw new IllegalArgumentException("copy descriptor format " + format);
    }
    boolean small = !isLarge(format) && (tagUpper != 0 || tag >>> 32 != 0);
    boolean here = !namesNamespace(format) && (nsid != 0 || options != 0);
    if (small || here || blocks < 1 || blocks > 0x1_0000) {
      throw new IllegalArgumentException("a field does not fit format " + format);
    }
  }

  /** A range without protection information, in format 0h. */
  public static CopyRange of(long slba, int blocks) {
    return new CopyRange(0, 0, slba, blocks, 0, 0, 0, 0, 0);
  }

  /** Size of a descriptor: 32 bytes in formats 0h and 2h, 40 in 1h and 3h. */
  public static int bytes(int format) {
    return isLarge(format) ? 40 : 32;
  }

  /** Writes the range at {@code at}; reserved bytes are cleared. */
  public void encode(byte[] b, int at) {
    Arrays.fill(b, at, at + bytes(format), (byte) 0);
    LittleEndian.put64(b, at + SLBA, slba);
    LittleEndian.put16(b, at + NLB, blocks - 1);
    if (namesNamespace(format)) {
      LittleEndian.put32(b, at + SNSID, nsid);
      LittleEndian.put16(b, at + SOPT, options);
    }
    if (isLarge(format)) {
      LittleEndian.put16(b, at + ELBT, tagUpper);
      LittleEndian.put64(b, at + ELBT + 2, tag);
    } else {
      LittleEndian.put32(b, at + EILBRT, tag);
    }
    LittleEndian.put16(b, at + elbat(format), applicationTag);
    LittleEndian.put16(b, at + elbatm(format), applicationTagMask);
  }

  /** Reads a range of {@code format} at {@code at}. */
  public static CopyRange decode(byte[] b, int at, int format) {
    boolean names = namesNamespace(format);
    boolean large = isLarge(format);
    return new CopyRange(
        format,
        names ? LittleEndian.u32(b, at + SNSID) : 0,
        LittleEndian.i64(b, at + SLBA),
        LittleEndian.u16(b, at + NLB) + 1,
        names ? LittleEndian.u16(b, at + SOPT) : 0,
        large ? LittleEndian.u16(b, at + ELBT) : 0,
        large ? LittleEndian.i64(b, at + ELBT + 2) : LittleEndian.u32(b, at + EILBRT),
        LittleEndian.u16(b, at + elbat(format)),
        LittleEndian.u16(b, at + elbatm(format)));
  }

  private static int elbat(int format) {
    return isLarge(format) ? LARGE_ELBAT : ELBAT;
  }

  private static int elbatm(int format) {
    return isLarge(format) ? LARGE_ELBATM : ELBATM;
  }

  private static boolean isLarge(int format) {
    return (format & 1) != 0;
  }

  private static boolean namesNamespace(int format) {
    return (format & 2) != 0;
  }
}
