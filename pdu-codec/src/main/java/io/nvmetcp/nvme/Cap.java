package io.nvmetcp.nvme;

/**
 * Controller capabilities, property 0h (Base specification 3.1.4.1).
 *
 * @param mqes maximum queue entries supported, 0-based
 * @param contiguousQueues CQR: queues are contiguous, always so on Fabrics
 * @param arbitration AMS: bit 0 weighted round robin, bit 1 vendor specific
 * @param timeoutUnits TO: worst time to become ready, units of 500 ms
 * @param doorbellStride DSTRD, 0 on Fabrics
 * @param subsystemReset NSSRS: {@link Nssr} works
 * @param commandSets CSS: bit 0 the NVM command set, bit 6 one or more others, bit 7 admin only
 * @param bootPartitions BPS
 * @param powerScope CPS: 0 not reported, 1 controller, 2 domain, 3 subsystem
 * @param mpsMin minimum memory page size, 2^(12 + n) bytes
 * @param mpsMax maximum memory page size, 2^(12 + n) bytes
 * @param persistentMemory PMRS
 * @param memoryBuffer CMBS
 * @param subsystemShutdown NSSS
 * @param readyModes CRMS: bit 0 ready with media, bit 1 ready independent of media
 * @param shutdownEnhancements NSSES
 */
public record Cap(
    int mqes,
    boolean contiguousQueues,
    int arbitration,
    int timeoutUnits,
    int doorbellStride,
    boolean subsystemReset,
    int commandSets,
    boolean bootPartitions,
    int powerScope,
    int mpsMin,
    int mpsMax,
    boolean persistentMemory,
    boolean memoryBuffer,
    boolean subsystemShutdown,
    int readyModes,
    boolean shutdownEnhancements) {
  /** CSS bit 0: the NVM command set. */
  public static final int CSS_NVM = 1;

  /** CSS bit 6: I/O command sets are listed by Identify ({@link CommandSets}). */
  public static final int CSS_SEVERAL = 1 << 6;

  /** CSS bit 7: no I/O command set. */
  public static final int CSS_ADMIN_ONLY = 1 << 7;

  /** CRMS bit 0: the controller can wait for its media before it is ready. */
  public static final int CRMS_WITH_MEDIA = 1;

  /** CRMS bit 1: the controller can be ready before its media. */
  public static final int CRMS_INDEPENDENT = 2;

  /** The fields that a Fabrics controller sets; the others are 0 and CQR is set. */
  public Cap(int mqes, int timeoutUnits, int commandSets, int mpsMin, int mpsMax) {
    this(
        mqes,
        true,
        0,
        timeoutUnits,
        0,
        false,
        commandSets,
        false,
        0,
        mpsMin,
        mpsMax,
        false,
        false,
        false,
        0,
        false);
  }

  /** The 64-bit property; reserved bits are 0. */
  public long encode() {
    return (mqes & 0xFFFFL)
        | bit(contiguousQueues, 16)
        | (arbitration & 0x3L) << 17
        | (timeoutUnits & 0xFFL) << 24
        | (doorbellStride & 0xFL) << 32
        | bit(subsystemReset, 36)
        | (commandSets & 0xFFL) << 37
        | bit(bootPartitions, 45)
        | (powerScope & 0x3L) << 46
        | (mpsMin & 0xFL) << 48
        | (mpsMax & 0xFL) << 52
        | bit(persistentMemory, 56)
        | bit(memoryBuffer, 57)
        | bit(subsystemShutdown, 58)
        | (readyModes & 0x3L) << 59
        | bit(shutdownEnhancements, 61);
  }

  /** Reads the 64-bit property. */
  public static Cap decode(long value) {
    return new Cap(
        (int) (value & 0xFFFF),
        isSet(value, 16),
        (int) (value >>> 17 & 0x3),
        (int) (value >>> 24 & 0xFF),
        (int) (value >>> 32 & 0xF),
        isSet(value, 36),
        (int) (value >>> 37 & 0xFF),
        isSet(value, 45),
        (int) (value >>> 46 & 0x3),
        (int) (value >>> 48 & 0xF),
        (int) (value >>> 52 & 0xF),
        isSet(value, 56),
        isSet(value, 57),
        isSet(value, 58),
        (int) (value >>> 59 & 0x3),
        isSet(value, 61));
  }

  private static long bit(boolean value, int at) {
    return value ? 1L << at : 0;
  }

  private static boolean isSet(long value, int at) {
    return (value >>> at & 1) != 0;
  }
}
