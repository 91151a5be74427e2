package io.nvmetcp.nvme;

/** Field offsets and accessors of the Identify Controller structure, 4096 bytes (CNS 01h). */
public final class IdentifyController {
  /** PCI vendor. */
  public static final int VID = 0;

  /** Serial number, 20 bytes. */
  public static final int SN = 4;

  /** Model number, 40 bytes. */
  public static final int MN = 24;

  /** Firmware revision, 8 bytes. */
  public static final int FR = 64;

  /** Multi-path and namespace sharing capabilities. */
  public static final int CMIC = 76;

  /** Maximum data transfer size, 2^n minimum pages; 0 is no limit. */
  public static final int MDTS = 77;

  /** Controller identifier. */
  public static final int CNTLID = 78;

  /** Version. */
  public static final int VER = 80;

  /** Optional asynchronous events supported. */
  public static final int OAES = 92;

  /** Controller attributes. */
  public static final int CTRATT = 96;

  /** Controller type: 1 I/O, 2 discovery. */
  public static final int CNTRLTYPE = 111;

  /** Optional admin command support. */
  public static final int OACS = 256;

  /** Abort command limit, 0-based. */
  public static final int ACL = 258;

  /** Asynchronous event request limit, 0-based. */
  public static final int AERL = 259;

  /** Log page attributes. */
  public static final int LPA = 261;

  /** Error log page entries, 0-based. */
  public static final int ELPE = 262;

  /** Keep-alive granularity, units of 100 ms. */
  public static final int KAS = 320;

  /** Submission queue entry sizes, log2: required low, maximum high. */
  public static final int SQES = 512;

  /** Completion queue entry sizes, log2. */
  public static final int CQES = 513;

  /** Maximum outstanding commands. */
  public static final int MAXCMD = 514;

  /** Number of namespaces: the highest identifier that can be valid. */
  public static final int NN = 516;

  /** Optional NVM command support. */
  public static final int ONCS = 520;

  /** Fused operation support. */
  public static final int FUSES = 522;

  /** Volatile write cache. */
  public static final int VWC = 525;

  /** Atomic write unit normal, 0-based. */
  public static final int AWUN = 526;

  /** SGL support. */
  public static final int SGLS = 536;

  /** Maximum number of allowed namespaces. */
  public static final int MNAN = 540;

  /** Subsystem NQN, 256 bytes. */
  public static final int SUBNQN = 768;

  /** I/O command capsule size, units of 16 bytes. */
  public static final int IOCCSZ = 1792;

  /** I/O response capsule size, units of 16 bytes. */
  public static final int IORCSZ = 1796;

  /** In-capsule data offset, units of 16 bytes. */
  public static final int ICDOFF = 1800;

  /** Fabrics controller attributes; bit 0: dynamic controller model is <em>not</em> used. */
  public static final int FCATT = 1802;

  /** Maximum SGL data block descriptors. */
  public static final int MSDBD = 1803;

  /** Optional Fabrics commands supported; bit 0: Disconnect. */
  public static final int OFCS = 1804;

  /** CNTRLTYPE of an I/O controller. */
  public static final int TYPE_IO = 1;

  /** CNTRLTYPE of a discovery controller. */
  public static final int TYPE_DISCOVERY = 2;

  private IdentifyController() {}

  /** Serial number. */
  public static String serial(byte[] b) {
    return Ascii.padded(b, SN, 20);
  }

  /** Model number. */
  public static String model(byte[] b) {
    return Ascii.padded(b, MN, 40);
  }

  /** Firmware revision. */
  public static String firmware(byte[] b) {
    return Ascii.padded(b, FR, 8);
  }

  /** Subsystem NQN. */
  public static String subnqn(byte[] b) {
    return Ascii.terminated(b, SUBNQN, 256);
  }

  /** Writes serial, model, firmware and NQN. */
  public static void names(byte[] b, String serial, String model, String firmware, String subnqn) {
    Ascii.putPadded(b, SN, 20, serial);
    Ascii.putPadded(b, MN, 40, model);
    Ascii.putPadded(b, FR, 8, firmware);
    Ascii.putTerminated(b, SUBNQN, 256, subnqn);
  }

  /**
   * Largest data transfer in bytes for a controller whose smallest page is {@code pageBytes}, or
   * {@code Long.MAX_VALUE} if it states no limit.
   */
  public static long maxTransferBytes(byte[] b, long pageBytes) {
    int mdts = LittleEndian.u8(b, MDTS);
    return mdts == 0 || mdts > 31 ? Long.MAX_VALUE : pageBytes << mdts;
  }

  /** In-capsule data an I/O command may carry, bytes: IOCCSZ × 16 less the SQE, never below 0. */
  public static long inCapsuleBytes(byte[] b) {
    return Math.max(0, LittleEndian.u32(b, IOCCSZ) * 16 - Sqe.BYTES);
  }
}
