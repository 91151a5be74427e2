package io.nvmetcp.nvme;

/**
 * Field offsets and accessors of the Identify Controller structure, 4096 bytes (CNS 01h; Base
 * specification 5.17.2.1).
 */
public final class IdentifyController {
  /** PCI vendor. */
  public static final int VID = 0;

  /** PCI subsystem vendor. */
  public static final int SSVID = 2;

  /** Serial number, 20 bytes. */
  public static final int SN = 4;

  /** Model number, 40 bytes. */
  public static final int MN = 24;

  /** Firmware revision, 8 bytes. */
  public static final int FR = 64;

  /** Recommended arbitration burst, 2^n commands. */
  public static final int RAB = 72;

  /** IEEE organizationally unique identifier, 3 bytes. */
  public static final int IEEE = 73;

  /** Multi-path and namespace sharing capabilities. */
  public static final int CMIC = 76;

  /** Maximum data transfer size, 2^n minimum pages; 0 is no limit. */
  public static final int MDTS = 77;

  /** Controller identifier. */
  public static final int CNTLID = 78;

  /** Version, as {@link Vs} has it. */
  public static final int VER = 80;

  /** RTD3 resume latency, microseconds. */
  public static final int RTD3R = 84;

  /** RTD3 entry latency, microseconds; a shutdown takes no longer. */
  public static final int RTD3E = 88;

  /** Optional asynchronous events supported: bits as in {@link Features.AsyncEvents}. */
  public static final int OAES = 92;

  /** Controller attributes. */
  public static final int CTRATT = 96;

  /** Read recovery levels supported. */
  public static final int RRLS = 100;

  /** Controller type: 1 I/O, 2 discovery, 3 administrative. */
  public static final int CNTRLTYPE = 111;

  /** FRU globally unique identifier, 16 bytes. */
  public static final int FGUID = 112;

  /** Command retry delay time 1, units of 100 ms; what CRD 1 of a status means. */
  public static final int CRDT1 = 128;

  /** Command retry delay time 2, units of 100 ms. */
  public static final int CRDT2 = 130;

  /** Command retry delay time 3, units of 100 ms. */
  public static final int CRDT3 = 132;

  /** NVM subsystem report. */
  public static final int NVMSR = 253;

  /** VPD write cycle information. */
  public static final int VWCI = 254;

  /** Management endpoint capabilities. */
  public static final int MEC = 255;

  /** Optional admin command support. */
  public static final int OACS = 256;

  /** Abort command limit, 0-based. */
  public static final int ACL = 258;

  /** Asynchronous event request limit, 0-based. */
  public static final int AERL = 259;

  /** Firmware updates: bit 0 slot 1 is read-only, bits 3:1 number of slots. */
  public static final int FRMW = 260;

  /** Log page attributes. */
  public static final int LPA = 261;

  /** Error log page entries, 0-based. */
  public static final int ELPE = 262;

  /** Number of power states, 0-based. */
  public static final int NPSS = 263;

  /** Admin vendor specific command configuration. */
  public static final int AVSCC = 264;

  /** Autonomous power state transition attributes. */
  public static final int APSTA = 265;

  /** Warning composite temperature threshold, kelvin. */
  public static final int WCTEMP = 266;

  /** Critical composite temperature threshold, kelvin. */
  public static final int CCTEMP = 268;

  /** Maximum time for firmware activation, units of 100 ms. */
  public static final int MTFA = 270;

  /** Host memory buffer preferred size; 0 on Fabrics. */
  public static final int HMPRE = 272;

  /** Host memory buffer minimum size; 0 on Fabrics. */
  public static final int HMMIN = 276;

  /** Total NVM capacity, bytes, 128 bits. */
  public static final int TNVMCAP = 280;

  /** Unallocated NVM capacity, bytes, 128 bits. */
  public static final int UNVMCAP = 296;

  /** Replay protected memory block support. */
  public static final int RPMBS = 312;

  /** Extended device self-test time, minutes. */
  public static final int EDSTT = 316;

  /** Device self-test options. */
  public static final int DSTO = 318;

  /** Firmware update granularity, units of 4 KiB. */
  public static final int FWUG = 319;

  /** Keep-alive granularity, units of 100 ms. */
  public static final int KAS = 320;

  /** Host controlled thermal management attributes. */
  public static final int HCTMA = 322;

  /** Minimum thermal management temperature, kelvin. */
  public static final int MNTMT = 324;

  /** Maximum thermal management temperature, kelvin. */
  public static final int MXTMT = 326;

  /** Sanitize capabilities. */
  public static final int SANICAP = 328;

  /** Host memory buffer minimum descriptor entry size. */
  public static final int HMMINDS = 332;

  /** Host memory maximum descriptor entries. */
  public static final int HMMAXD = 336;

  /** Highest NVM set identifier. */
  public static final int NSETIDMAX = 338;

  /** Highest endurance group identifier. */
  public static final int ENDGIDMAX = 340;

  /** ANA transition time, seconds. */
  public static final int ANATT = 342;

  /** Asymmetric namespace access capabilities. */
  public static final int ANACAP = 343;

  /** Highest ANA group identifier. */
  public static final int ANAGRPMAX = 344;

  /** Number of ANA group identifiers. */
  public static final int NANAGRPID = 348;

  /** Persistent event log size, units of 64 KiB. */
  public static final int PELS = 352;

  /** Domain identifier. */
  public static final int DOMAINID = 356;

  /** Maximum endurance group capacity, bytes, 128 bits. */
  public static final int MEGCAP = 368;

  /**
   * Command quiesce time, milliseconds: what a controller may take, after an association is lost,
   * until no command of it is carried out any more; 0 not stated.
   */
  public static final int CQT = 386;

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

  /** Format NVM attributes. */
  public static final int FNA = 524;

  /** Volatile write cache. */
  public static final int VWC = 525;

  /** Atomic write unit normal, 0-based. */
  public static final int AWUN = 526;

  /** Atomic write unit power fail, 0-based. */
  public static final int AWUPF = 528;

  /** I/O command set vendor specific command configuration. */
  public static final int ICSVSCC = 530;

  /** Namespace write protection capabilities. */
  public static final int NWPC = 531;

  /** Atomic compare and write unit, 0-based. */
  public static final int ACWU = 532;

  /** Copy descriptor formats supported, one bit per format. */
  public static final int OCFS = 534;

  /** SGL support. */
  public static final int SGLS = 536;

  /** Maximum number of allowed namespaces. */
  public static final int MNAN = 540;

  /** Maximum domain namespace attachments, 128 bits. */
  public static final int MAXDNA = 544;

  /** Maximum I/O controller namespace attachments. */
  public static final int MAXCNA = 560;

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

  /** Discovery controller type: 0 not reported, 1 direct, 2 central. */
  public static final int DCTYPE = 1806;

  /** First power state descriptor; 32 of 32 bytes each. */
  public static final int PSD0 = 2048;

  /** CNTRLTYPE of an I/O controller. */
  public static final int TYPE_IO = 1;

  /** CNTRLTYPE of a discovery controller. */
  public static final int TYPE_DISCOVERY = 2;

  /** CNTRLTYPE of an administrative controller. */
  public static final int TYPE_ADMINISTRATIVE = 3;

  private static final int SN_BYTES = 20;
  private static final int MN_BYTES = 40;
  private static final int FR_BYTES = 8;

  private IdentifyController() {}

  /** Serial number. */
  public static String serial(byte[] b) {
    return Ascii.padded(b, SN, SN_BYTES);
  }

  /** Model number. */
  public static String model(byte[] b) {
    return Ascii.padded(b, MN, MN_BYTES);
  }

  /** Firmware revision. */
  public static String firmware(byte[] b) {
    return Ascii.padded(b, FR, FR_BYTES);
  }

  /** Subsystem NQN. */
  public static String subnqn(byte[] b) {
    return Ascii.terminated(b, SUBNQN, ConnectData.NQN_BYTES);
  }

  /** Writes serial, model, firmware and NQN. */
  public static void names(byte[] b, String serial, String model, String firmware, String subnqn) {
    Ascii.putPadded(b, SN, SN_BYTES, serial);
    Ascii.putPadded(b, MN, MN_BYTES, model);
    Ascii.putPadded(b, FR, FR_BYTES, firmware);
    Ascii.putTerminated(b, SUBNQN, ConnectData.NQN_BYTES, subnqn);
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
