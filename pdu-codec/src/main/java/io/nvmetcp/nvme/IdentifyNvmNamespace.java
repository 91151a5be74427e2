package io.nvmetcp.nvme;

/**
 * Field offsets and accessors of the NVM command set's own Identify Namespace structure, 4096 bytes
 * (CNS 05h and 1Bh with CSI 0; NVM command set specification 4.1.5.3).
 */
public final class IdentifyNvmNamespace {
  /** Logical block storage tag mask, 64 bits. */
  public static final int LBSTM = 0;

  /** Protection information capabilities. */
  public static final int PIC = 8;

  /** Protection information format attribute. */
  public static final int PIFA = 9;

  /**
   * First of 64 extended LBA formats, 4 bytes each, parallel to those of {@link IdentifyNamespace}.
   */
  public static final int ELBAF0 = 12;

  /** Number of extended formats. */
  public static final int FORMATS = 64;

  private IdentifyNvmNamespace() {}

  /** Storage tag size of format {@code index}, bits (ELBAF bits 6:0). */
  public static int storageTagBits(byte[] b, int index) {
    return LittleEndian.i32(b, ELBAF0 + 4 * index) & 0x7F;
  }

  /** Protection information format of format {@code index}: 0 is 16-bit guard (ELBAF bits 8:7). */
  public static int protectionFormat(byte[] b, int index) {
    return LittleEndian.i32(b, ELBAF0 + 4 * index) >>> 7 & 0x3;
  }

  /** Writes format {@code index}. */
  public static void format(byte[] b, int index, int storageTagBits, int protectionFormat) {
    LittleEndian.put32(
        b, ELBAF0 + 4 * index, (protectionFormat & 0x3) << 7 | (storageTagBits & 0x7F));
  }
}
