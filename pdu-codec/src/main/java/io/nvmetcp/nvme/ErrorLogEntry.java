package io.nvmetcp.nvme;

import java.util.Arrays;

/**
 * One entry of the Error Information log, 64 bytes (Base specification, section 5.16.1.2).
 *
 * @param count ERRCNT, since the controller was made; 0 marks an unused entry
 * @param sqid the command's submission queue; FFFFh if no command is to blame
 * @param cid the command; FFFFh if no command is to blame
 * @param status as {@link Status} has it
 * @param parameterLocation PELOC: byte in bits 7:0, bit in bits 10:8; FFFFh if not known
 * @param lba first block that had the error
 * @param nsid the namespace
 * @param vendorInformation identifier of a vendor's log page with more, 0 if none
 * @param trtype transport type, 3 is TCP
 * @param commandSet CSI
 * @param opcode the command's opcode
 * @param commandSpecific command-specific information
 */
public record ErrorLogEntry(
    long count,
    int sqid,
    int cid,
    int status,
    int parameterLocation,
    long lba,
    long nsid,
    int vendorInformation,
    int trtype,
    int commandSet,
    int opcode,
    long commandSpecific) {
  /** Size of an entry. */
  public static final int BYTES = 64;

  /** SQID and CID of an error that no command is to blame for. */
  public static final int NO_COMMAND = 0xFFFF;

  /** Writes the entry at {@code at}; reserved bytes are cleared. */
  public void encode(byte[] b, int at) {
    Arrays.fill(b, at, at + BYTES, (byte) 0);
    LittleEndian.put64(b, at, count);
    LittleEndian.put16(b, at + 8, sqid);
    LittleEndian.put16(b, at + 10, cid);
    LittleEndian.put16(b, at + 12, status << 1);
    LittleEndian.put16(b, at + 14, parameterLocation);
    LittleEndian.put64(b, at + 16, lba);
    LittleEndian.put32(b, at + 24, nsid);
    LittleEndian.put8(b, at + 28, vendorInformation);
    LittleEndian.put8(b, at + 29, trtype);
    LittleEndian.put8(b, at + 30, commandSet);
    LittleEndian.put8(b, at + 31, opcode);
    LittleEndian.put64(b, at + 32, commandSpecific);
  }

  /** Reads the entry at {@code at}. */
  public static ErrorLogEntry decode(byte[] b, int at) {
    return new ErrorLogEntry(
        LittleEndian.i64(b, at),
        LittleEndian.u16(b, at + 8),
        LittleEndian.u16(b, at + 10),
        LittleEndian.u16(b, at + 12) >> 1,
        LittleEndian.u16(b, at + 14),
        LittleEndian.i64(b, at + 16),
        LittleEndian.u32(b, at + 24),
        LittleEndian.u8(b, at + 28),
        LittleEndian.u8(b, at + 29),
        LittleEndian.u8(b, at + 30),
        LittleEndian.u8(b, at + 31),
        LittleEndian.i64(b, at + 32));
  }
}
