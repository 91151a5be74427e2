package io.nvmetcp.nvme;

/**
 * Field offsets of the NVM command set's own Identify Controller structure, 4096 bytes (CNS 06h
 * with CSI 0; NVM command set specification 4.1.5.4). Size limits are powers of two of the minimum
 * memory page size, 0 is no limit but MDTS.
 */
public final class IdentifyNvmController {
  /** Verify size limit, 2^n pages. */
  public static final int VSL = 0;

  /** Write Zeroes size limit, 2^n pages. */
  public static final int WZSL = 1;

  /** Write Uncorrectable size limit, 2^n pages. */
  public static final int WUSL = 2;

  /** Most ranges of one Dataset Management, 0 is no limit. */
  public static final int DMRL = 3;

  /** Most logical blocks of one Dataset Management range, 0 is no limit. */
  public static final int DMRSL = 4;

  /** Most logical blocks of one Dataset Management, 64 bits, 0 is no limit. */
  public static final int DMSL = 8;

  private IdentifyNvmController() {}
}
