package io.nvmetcp.nvme;

/** Field offsets and accessors of the Identify Namespace structure, 4096 bytes (CNS 00h). */
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

  /** Formatted LBA size: low 4 bits index the formats. */
  public static final int FLBAS = 26;

  /** Namespace multi-path and sharing capabilities; bit 0: shared. */
  public static final int NMIC = 30;

  /** Namespace attributes; bit 0: write protected. */
  public static final int NSATTR = 99;

  /** Namespace GUID, 16 bytes. */
  public static final int NGUID = 104;

  /** IEEE extended unique identifier, 8 bytes. */
  public static final int EUI64 = 120;

  /** First LBA format; each 4 bytes: MS u16, LBADS u8, RP u8. */
  public static final int LBAF0 = 128;

  /** NSATTR bit 0: the namespace is write protected. */
  public static final int NSATTR_WRITE_PROTECTED = 1;

  private IdentifyNamespace() {}

  /** Size in logical blocks. */
  public static long blocks(byte[] b) {
    return LittleEndian.i64(b, NSZE);
  }

  /** LBADS of the format in use: log2 of the block size. */
  public static int blockShift(byte[] b) {
    return LittleEndian.u8(b, format(b) + 2);
  }

  /** Metadata bytes of the format in use. */
  public static int metadataBytes(byte[] b) {
    return LittleEndian.u16(b, format(b));
  }

  /** True if the namespace is write protected. */
  public static boolean writeProtected(byte[] b) {
    return (LittleEndian.u8(b, NSATTR) & NSATTR_WRITE_PROTECTED) != 0;
  }

  private static int format(byte[] b) {
    return LBAF0 + (LittleEndian.u8(b, FLBAS) & 0xF) * 4;
  }
}
