package io.nvmetcp.nvme;

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
 * @param transportSpecific TTSI: information by {@code trtype}
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
    long commandSpecific,
    int transportSpecific) {
  /** Size of an entry. */
  public static final int BYTES = 64;

  /** Offset of ERRCNT. */
  public static final int ERRCNT = 0;

  /** Offset of the submission queue. */
  public static final int SQID = 8;

  /** Offset of the command identifier. */
  public static final int CID = 10;

  /** Offset of phase tag and status. */
  public static final int STS = 12;

  /** Offset of the parameter's location. */
  public static final int PELOC = 14;

  /** Offset of the block. */
  public static final int LBA = 16;

  /** Offset of the namespace. */
  public static final int NSID = 24;

  /** Offset of the vendor's log page identifier. */
  public static final int VSIA = 28;

  /** Offset of the transport type. */
  public static final int TRTYPE = 29;

  /** Offset of the command set. */
  public static final int CSI = 30;

  /** Offset of the opcode. */
  public static final int OPC = 31;

  /** Offset of the command-specific information. */
  public static final int CSINFO = 32;

  /** Offset of the transport's information. */
  public static final int TTSI = 40;

  /** SQID and CID of an error that no command is to blame for. */
  public static final int NO_COMMAND = 0xFFFF;

  private static final WireFields FIELDS =
      new WireFields(
          BYTES, ERRCNT, 8, SQID, 2, CID, 2, STS, 2, PELOC, 2, LBA, 8, NSID, 4, VSIA, 1, TRTYPE, 1,
          CSI, 1, OPC, 1, CSINFO, 8, TTSI, 2);

  /** Writes the entry at {@code at}; reserved bytes are cleared, the phase tag too. */
  public void encode(byte[] b, int at) {
    FIELDS.encode(
        b,
        at,
        count,
        sqid,
        cid,
        status << 1,
        parameterLocation,
        lba,
        nsid,
        vendorInformation,
        trtype,
        commandSet,
        opcode,
        commandSpecific,
        transportSpecific);
  }

  /** Reads the entry at {@code at}. */
  public static ErrorLogEntry decode(byte[] b, int at) {
    long[] v = FIELDS.decode(b, at);
    return new ErrorLogEntry(
        v[0],
        (int) v[1],
        (int) v[2],
        (int) v[3] >> 1,
        (int) v[4],
        v[5],
        v[6],
        (int) v[7],
        (int) v[8],
        (int) v[9],
        (int) v[10],
        v[11],
        (int) v[12]);
  }
}
