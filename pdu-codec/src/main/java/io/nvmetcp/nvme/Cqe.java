package io.nvmetcp.nvme;

/** Completion queue entry: 16 bytes, read and written in place (Base specification 3.3.3.2). */
public final class Cqe {
  /** Size of an entry. */
  public static final int BYTES = 16;

  /** Offset of command-specific dword 0. */
  public static final int DW0 = 0;

  /** Offset of command-specific dword 1. */
  public static final int DW1 = 4;

  /** Offset of the submission queue head pointer. */
  public static final int SQHD = 8;

  /** Offset of the submission queue identifier (reserved on Fabrics). */
  public static final int SQID = 10;

  /** Offset of the command identifier. */
  public static final int CID = 12;

  /** Offset of phase tag (reserved on Fabrics) and status. */
  public static final int STATUS = 14;

  private Cqe() {}

  /** Command-specific dword 0. */
  public static long dw0(byte[] b, int at) {
    return LittleEndian.u32(b, at + DW0);
  }

  /** Dwords 0 and 1 as one 64-bit value. */
  public static long result(byte[] b, int at) {
    return LittleEndian.i64(b, at + DW0);
  }

  /** Submission queue head pointer. */
  public static int sqhd(byte[] b, int at) {
    return LittleEndian.u16(b, at + SQHD);
  }

  /** Command identifier. */
  public static int cid(byte[] b, int at) {
    return LittleEndian.u16(b, at + CID);
  }

  /** Status as {@link Status} has it: the field without its phase tag. */
  public static int status(byte[] b, int at) {
    return LittleEndian.u16(b, at + STATUS) >> 1;
  }

  /** Writes a whole entry; {@code status} as {@link Status} has it. */
  public static void put(byte[] b, int at, long result, int sqhd, int cid, int status) {
    LittleEndian.put64(b, at + DW0, result);
    LittleEndian.put16(b, at + SQHD, sqhd);
    LittleEndian.put16(b, at + SQID, 0);
    LittleEndian.put16(b, at + CID, cid);
    LittleEndian.put16(b, at + STATUS, status << 1);
  }
}
