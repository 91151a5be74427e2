package io.nvmetcp.nvme;

/**
 * Controller configuration, property 14h (Base specification 3.1.4.5).
 *
 * @param enable EN
 * @param commandSet CSS, 0 is the NVM command set, 6 all that the controller has, 7 none
 * @param mps memory page size, 2^(12 + n) bytes
 * @param arbitration AMS: 0 round robin, 1 weighted, 7 vendor specific
 * @param shutdown SHN: 0 none, 1 normal, 2 abrupt
 * @param iosqes log2 of the I/O submission queue entry size, 6 for NVM
 * @param iocqes log2 of the I/O completion queue entry size, 4 for NVM
 * @param readyIndependentOfMedia CRIME
 */
public record Cc(
    boolean enable,
    int commandSet,
    int mps,
    int arbitration,
    int shutdown,
    int iosqes,
    int iocqes,
    boolean readyIndependentOfMedia) {
  /** The configuration of an NVM host: 64-byte SQEs, 16-byte CQEs, 4 KiB pages. */
  public static final Cc DISABLED = new Cc(false, 0, 0, 0, 0, 6, 4, false);

  /** This configuration with EN as given. */
  public Cc withEnable(boolean value) {
    return new Cc(
        value, commandSet, mps, arbitration, shutdown, iosqes, iocqes, readyIndependentOfMedia);
  }

  /** This configuration with SHN as given. */
  public Cc withShutdown(int value) {
    return new Cc(
        enable, commandSet, mps, arbitration, value, iosqes, iocqes, readyIndependentOfMedia);
  }

  /** The 32-bit property; reserved bits are 0. */
  public int encode() {
    return (enable ? 1 : 0)
        | (commandSet & 0x7) << 4
        | (mps & 0xF) << 7
        | (arbitration & 0x7) << 11
        | (shutdown & 0x3) << 14
        | (iosqes & 0xF) << 16
        | (iocqes & 0xF) << 20
        | (readyIndependentOfMedia ? 1 << 24 : 0);
  }

  /** Reads the 32-bit property. */
  public static Cc decode(int value) {
    return new Cc(
        (value & 1) != 0,
        value >>> 4 & 0x7,
        value >>> 7 & 0xF,
        value >>> 11 & 0x7,
        value >>> 14 & 0x3,
        value >>> 16 & 0xF,
        value >>> 20 & 0xF,
        (value >>> 24 & 1) != 0);
  }
}
