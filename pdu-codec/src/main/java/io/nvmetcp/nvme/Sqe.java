package io.nvmetcp.nvme;

import java.util.Arrays;

/**
 * Submission queue entry: 64 bytes, read and written in place (Base specification, section 3.3.3).
 * {@code at} is where the entry starts in its array.
 */
public final class Sqe {
  /** Size of an entry. */
  public static final int BYTES = 64;

  /** Offset of the opcode. */
  public static final int OPCODE = 0;

  /** Offset of the FUSE and PSDT bits. */
  public static final int FLAGS = 1;

  /** Offset of the command identifier. */
  public static final int CID = 2;

  /** Offset of the namespace identifier; of FCTYPE in Fabrics commands. */
  public static final int NSID = 4;

  /** Offset of SGL descriptor 1. */
  public static final int SGL1 = 24;

  /** Offset of command dword 10; dword n stands at {@code CDW10 + (n - 10) * 4}. */
  public static final int CDW10 = 40;

  /** PSDT 01b: SGLs are used for the data transfer, as Fabrics demands. */
  public static final int FLAGS_SGL = 0x40;

  /** PSDT bits. */
  public static final int FLAGS_PSDT_MASK = 0xC0;

  /** FUSE bits. */
  public static final int FLAGS_FUSE_MASK = 0x03;

  /** FUSE 01b: the first command of a fused operation. */
  public static final int FUSE_FIRST = 0x01;

  /** FUSE 10b: the second command of a fused operation. */
  public static final int FUSE_SECOND = 0x02;

  /** FUA bit of dword 12 in Read and Write. */
  public static final int CDW12_FUA = 1 << 30;

  private Sqe() {}

  /** The opcode. */
  public static int opcode(byte[] b, int at) {
    return LittleEndian.u8(b, at + OPCODE);
  }

  /** FUSE and PSDT bits. */
  public static int flags(byte[] b, int at) {
    return LittleEndian.u8(b, at + FLAGS);
  }

  /** The command identifier. */
  public static int cid(byte[] b, int at) {
    return LittleEndian.u16(b, at + CID);
  }

  /** The namespace identifier. */
  public static long nsid(byte[] b, int at) {
    return LittleEndian.u32(b, at + NSID);
  }

  /** The Fabrics command type (byte 4). */
  public static int fctype(byte[] b, int at) {
    return LittleEndian.u8(b, at + NSID);
  }

  /** Command dword {@code n}, 10 to 15. */
  public static long cdw(byte[] b, int at, int n) {
    return LittleEndian.u32(b, at + CDW10 + (n - 10) * 4);
  }

  /** Starting LBA of an I/O command (dwords 10 and 11). */
  public static long slba(byte[] b, int at) {
    return LittleEndian.i64(b, at + CDW10);
  }

  /** Number of logical blocks of an I/O command, 1-based (dword 12, bits 15:0, 0-based there). */
  public static int blocks(byte[] b, int at) {
    return LittleEndian.u16(b, at + CDW10 + 8) + 1;
  }

  /** Clears the entry and writes what every command has; data goes by SGL. */
  public static void init(byte[] b, int at, int opcode, int cid, long nsid) {
    Arrays.fill(b, at, at + BYTES, (byte) 0);
    LittleEndian.put8(b, at + OPCODE, opcode);
    LittleEndian.put8(b, at + FLAGS, FLAGS_SGL);
    LittleEndian.put16(b, at + CID, cid);
    LittleEndian.put32(b, at + NSID, nsid);
  }

  /** Sets the command identifier. */
  public static void cid(byte[] b, int at, int cid) {
    LittleEndian.put16(b, at + CID, cid);
  }

  /** Makes the command a part of a fused operation, or, with 0, one of its own. */
  public static void fuse(byte[] b, int at, int fuse) {
    LittleEndian.put8(b, at + FLAGS, (flags(b, at) & ~FLAGS_FUSE_MASK) | fuse);
  }

  /** Sets command dword {@code n}, 10 to 15. */
  public static void cdw(byte[] b, int at, int n, long value) {
    LittleEndian.put32(b, at + CDW10 + (n - 10) * 4, value);
  }

  /** Sets starting LBA and 1-based block count; dword 12's other bits are cleared. */
  public static void range(byte[] b, int at, long slba, int blocks) {
    LittleEndian.put64(b, at + CDW10, slba);
    LittleEndian.put32(b, at + CDW10 + 8, blocks - 1);
  }
}
