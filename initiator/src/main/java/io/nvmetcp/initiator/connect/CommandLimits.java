package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNvmController;
import io.nvmetcp.nvme.LittleEndian;

/**
 * Which I/O commands a controller supports and how large each may be. A limit that the controller
 * does not state is the largest that the command has room for.
 *
 * @param oncs optional commands, bits of {@link ControllerBits}
 * @param fuses fused operations
 * @param volatileCache there is a volatile write cache
 * @param zeroBytes most that one Write Zeroes covers (WZSL); {@code Long.MAX_VALUE} is no limit
 * @param verifyBytes most that one Verify covers (VSL)
 * @param datasetRanges most ranges of one Dataset Management (DMRL)
 * @param datasetRangeBlocks most blocks of one such range (DMRSL)
 * @param datasetBlocks most blocks of one Dataset Management (DMSL)
 * @param compareAndWriteBlocks most blocks of a fused Compare and Write (ACWU), from 1
 * @param copyFormats formats of Copy descriptors, one bit each (OCFS)
 */
public record CommandLimits(
    int oncs,
    int fuses,
    boolean volatileCache,
    long zeroBytes,
    long verifyBytes,
    int datasetRanges,
    long datasetRangeBlocks,
    long datasetBlocks,
    int compareAndWriteBlocks,
    int copyFormats) {
  private static final int MAX_DATASET_RANGES = 256;
  private static final long MAX_DATASET_RANGE_BLOCKS = 0xFFFF_FFFFL;

  // Commands whose limits stand in the NVM command set's own structure.
  private static final int LIMITED_BY_COMMAND_SET =
      ControllerBits.ONCS_WRITE_ZEROES
          | ControllerBits.ONCS_VERIFY
          | ControllerBits.ONCS_DATASET_MANAGEMENT;

  /** True if the NVM command set's Identify Controller has to do with what is supported. */
  public static boolean dependOnCommandSet(byte[] controller) {
    return (LittleEndian.u16(controller, IdentifyController.ONCS) & LIMITED_BY_COMMAND_SET) != 0;
  }

  /**
   * Reads the limits.
   *
   * @param controller Identify Controller (CNS 01h)
   * @param nvm that of the NVM command set (CNS 06h); zeros if the controller has none
   * @param pageBytes smallest page, CAP.MPSMIN
   */
  public static CommandLimits of(byte[] controller, byte[] nvm, long pageBytes) {
    int ranges = LittleEndian.u8(nvm, IdentifyNvmController.DMRL);
    long rangeBlocks = LittleEndian.u32(nvm, IdentifyNvmController.DMRSL);
    long blocks = LittleEndian.i64(nvm, IdentifyNvmController.DMSL);
    return new CommandLimits(
        LittleEndian.u16(controller, IdentifyController.ONCS),
        LittleEndian.u16(controller, IdentifyController.FUSES),
        (LittleEndian.u8(controller, IdentifyController.VWC) & ControllerBits.VWC_PRESENT) != 0,
        pages(nvm, IdentifyNvmController.WZSL, pageBytes),
        pages(nvm, IdentifyNvmController.VSL, pageBytes),
        ranges == 0 ? MAX_DATASET_RANGES : ranges,
        rangeBlocks == 0 ? MAX_DATASET_RANGE_BLOCKS : rangeBlocks,
        blocks <= 0 ? Long.MAX_VALUE : blocks,
        LittleEndian.u16(controller, IdentifyController.ACWU) + 1,
        LittleEndian.u16(controller, IdentifyController.OCFS));
  }

  // A power of two of pages; 0 is no limit, and so is what no command can reach.
  private static long pages(byte[] nvm, int field, long pageBytes) {
    int exponent = LittleEndian.u8(nvm, field);
    return exponent == 0 || exponent > 31 ? Long.MAX_VALUE : pageBytes << exponent;
  }

  /** True if every bit of {@code commands}, of {@link ControllerBits}, is set in ONCS. */
  public boolean supports(int commands) {
    return (oncs & commands) == commands;
  }

  /** True if Compare and Write can be fused. */
  public boolean fusesCompareAndWrite() {
    return (fuses & ControllerBits.FUSES_COMPARE_AND_WRITE) != 0;
  }
}
