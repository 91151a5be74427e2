package io.nvmetcp.nvme;

/**
 * Field offsets and accessors of the Identify Namespace structure, 4096 bytes (CNS 00h; NVM command
 * set specification 4.1.5.1).
 */
public final class IdentifyNamespace {
  /** Namespace size, logical blocks. */
  public static final int NSZE = 0;

  /** Namespace capacity, logical blocks. */
  public static final int NCAP = 8;

  /** Namespace utilization, logical blocks. */
  public static final int NUSE = 16;

  /** Namespace features. */
  public static final int NSFEAT = 24;

  /** Number of LBA formats, 0-based. */
  public static final int NLBAF = 25;

  /** Formatted LBA size: bits 3:0 and 6:5 index the formats, bit 4 metadata follows the data. */
  public static final int FLBAS = 26;

  /** Metadata capabilities. */
  public static final int MC = 27;

  /** Data protection capabilities. */
  public static final int DPC = 28;

  /** Data protection settings, 0 is none. */
  public static final int DPS = 29;

  /** Namespace multi-path and sharing capabilities; bit 0: shared. */
  public static final int NMIC = 30;

  /** Reservation capabilities: bits as in {@link ReservationType#capability}. */
  public static final int RESCAP = 31;

  /** Format progress indicator. */
  public static final int FPI = 32;

  /**
   * What a deallocated block reads as: bits 2:0, 1 is zeroes; bit 3 Write Zeroes may deallocate.
   */
  public static final int DLFEAT = 33;

  /** Namespace atomic write unit normal, 0-based. */
  public static final int NAWUN = 34;

  /** Namespace atomic write unit power fail, 0-based. */
  public static final int NAWUPF = 36;

  /** Namespace atomic compare and write unit, 0-based. */
  public static final int NACWU = 38;

  /** Atomic boundary size normal, 0-based. */
  public static final int NABSN = 40;

  /** Atomic boundary offset. */
  public static final int NABO = 42;

  /** Atomic boundary size power fail, 0-based. */
  public static final int NABSPF = 44;

  /** Optimal I/O boundary, logical blocks. */
  public static final int NOIOB = 46;

  /** NVM capacity, bytes, 128 bits. */
  public static final int NVMCAP = 48;

  /** Preferred write granularity, 0-based. */
  public static final int NPWG = 64;

  /** Preferred write alignment, 0-based. */
  public static final int NPWA = 66;

  /** Preferred deallocate granularity, 0-based. */
  public static final int NPDG = 68;

  /** Preferred deallocate alignment, 0-based. */
  public static final int NPDA = 70;

  /** Optimal write size, 0-based. */
  public static final int NOWS = 72;

  /** Maximum blocks of one Copy source range. */
  public static final int MSSRL = 74;

  /** Maximum blocks of one Copy. */
  public static final int MCL = 76;

  /** Maximum Copy source ranges, 0-based. */
  public static final int MSRC = 80;

  /** Number of unique attribute LBA formats. */
  public static final int NULBAF = 82;

  /** ANA group identifier. */
  public static final int ANAGRPID = 92;

  /** Namespace attributes; bit 0: write protected. */
  public static final int NSATTR = 99;

  /** NVM set identifier. */
  public static final int NVMSETID = 100;

  /** Endurance group identifier. */
  public static final int ENDGID = 102;

  /** Namespace GUID, 16 bytes. */
  public static final int NGUID = 104;

  /** IEEE extended unique identifier, 8 bytes. */
  public static final int EUI64 = 120;

  /** First of 64 LBA formats, 4 bytes each. */
  public static final int LBAF0 = 128;

  /** Offset of the metadata bytes within a format. */
  public static final int LBAF_MS = 0;

  /** Offset of the data size within a format: 2^n bytes. */
  public static final int LBAF_LBADS = 2;

  /** Offset of the relative performance within a format, bits 1:0; 0 is best. */
  public static final int LBAF_RP = 3;

  /** NSATTR bit 0: the namespace is write protected. */
  public static final int NSATTR_WRITE_PROTECTED = 1;

  private IdentifyNamespace() {}

  /** Size in logical blocks. */
  public static long blocks(byte[] b) {
    return LittleEndian.i64(b, NSZE);
  }

  /** LBADS of the format in use: log2 of the block size. */
  public static int blockShift(byte[] b) {
    return LittleEndian.u8(b, format(b) + LBAF_LBADS);
  }

  /** Metadata bytes of the format in use. */
  public static int metadataBytes(byte[] b) {
    return LittleEndian.u16(b, format(b) + LBAF_MS);
  }

  /** True if the namespace is write protected. */
  public static boolean writeProtected(byte[] b) {
    return (LittleEndian.u8(b, NSATTR) & NSATTR_WRITE_PROTECTED) != 0;
  }

  /** Index of the format in use, 0 to 63: FLBAS bits 6:5 above bits 3:0. */
  public static int formatIndex(byte[] b) {
    int flbas = LittleEndian.u8(b, FLBAS);
    // Bits 6:5 are defined only if there are more than 16 formats (NVM command set specification
    // 4.1.5.1).
    int high = LittleEndian.u8(b, NLBAF) + LittleEndian.u8(b, NULBAF) >= 16 ? flbas >> 5 & 0x3 : 0;
    return high << 4 | (flbas & 0xF);
  }

  private static int format(byte[] b) {
    return LBAF0 + formatIndex(b) * 4;
  }
}
