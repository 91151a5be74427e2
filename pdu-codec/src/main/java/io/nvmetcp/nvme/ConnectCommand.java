package io.nvmetcp.nvme;

/** Fields of the Fabrics Connect SQE (Base specification 6.3), read and written in place. */
public final class ConnectCommand {
  /** Offset of the record format, 0. */
  public static final int RECFMT = 40;

  /** Offset of the queue identifier; 0 is the admin queue. */
  public static final int QID = 42;

  /** Offset of the submission queue size, 0-based. */
  public static final int SQSIZE = 44;

  /** Offset of the connect attributes. */
  public static final int CATTR = 46;

  /** Offset of the keep-alive timeout, milliseconds. */
  public static final int KATO = 48;

  private ConnectCommand() {}

  /** Writes the whole SQE; the data descriptor is the caller's. */
  public static void put(
      byte[] b, int at, int cid, int qid, int sqsize, int cattr, long katoMillis) {
    Sqe.init(b, at, Fabrics.OPCODE, cid, Fabrics.CONNECT);
    LittleEndian.put16(b, at + QID, qid);
    LittleEndian.put16(b, at + SQSIZE, sqsize);
    LittleEndian.put8(b, at + CATTR, cattr);
    LittleEndian.put32(b, at + KATO, katoMillis);
  }

  /** Record format. */
  public static int recfmt(byte[] b, int at) {
    return LittleEndian.u16(b, at + RECFMT);
  }

  /** Queue identifier. */
  public static int qid(byte[] b, int at) {
    return LittleEndian.u16(b, at + QID);
  }

  /** Submission queue size, 0-based. */
  public static int sqsize(byte[] b, int at) {
    return LittleEndian.u16(b, at + SQSIZE);
  }

  /** Connect attributes. */
  public static int cattr(byte[] b, int at) {
    return LittleEndian.u8(b, at + CATTR);
  }

  /** Keep-alive timeout in milliseconds; 0 is none. */
  public static long katoMillis(byte[] b, int at) {
    return LittleEndian.u32(b, at + KATO);
  }
}
