package io.nvmetcp.nvme;

/**
 * Opcodes of the NVM command set (NVM command set specification, section 3, and the I/O commands of
 * Base specification, section 7).
 */
public final class IoOpcode {
  /** Flush. */
  public static final int FLUSH = 0x00;

  /** Write. */
  public static final int WRITE = 0x01;

  /** Read. */
  public static final int READ = 0x02;

  /** Write Uncorrectable. */
  public static final int WRITE_UNCORRECTABLE = 0x04;

  /** Compare. */
  public static final int COMPARE = 0x05;

  /** Write Zeroes. */
  public static final int WRITE_ZEROES = 0x08;

  /** Dataset Management. */
  public static final int DATASET_MANAGEMENT = 0x09;

  /** Verify. */
  public static final int VERIFY = 0x0C;

  /** Reservation Register. */
  public static final int RESERVATION_REGISTER = 0x0D;

  /** Reservation Report. */
  public static final int RESERVATION_REPORT = 0x0E;

  /** Reservation Acquire. */
  public static final int RESERVATION_ACQUIRE = 0x11;

  /** I/O Management Receive. */
  public static final int IO_MANAGEMENT_RECEIVE = 0x12;

  /** Reservation Release. */
  public static final int RESERVATION_RELEASE = 0x15;

  /** Cancel. */
  public static final int CANCEL = 0x18;

  /** Copy. */
  public static final int COPY = 0x19;

  /** I/O Management Send. */
  public static final int IO_MANAGEMENT_SEND = 0x1D;

  private IoOpcode() {}
}
