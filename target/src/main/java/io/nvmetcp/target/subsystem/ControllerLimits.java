package io.nvmetcp.target.subsystem;

/**
 * What every controller of a subsystem offers at most.
 *
 * @param queueEntries entries of an I/O queue, 2 to 4096
 * @param ioQueues I/O queues of a controller
 * @param maxTransferBytes data of one command: 8 KiB times a power of two, since MDTS has no word
 *     for a single page: there it says that there is no limit
 * @param inCapsuleBytes data in an I/O command's capsule, a multiple of 16
 * @param controllers controllers of a subsystem at a time
 */
public record ControllerLimits(
    int queueEntries, int ioQueues, int maxTransferBytes, int inCapsuleBytes, int controllers) {
  /** In-capsule data that an admin or Fabrics command may carry (TCP transport, section 3.2). */
  public static final int ADMIN_IN_CAPSULE_BYTES = 8192;

  /** Entries that an admin queue may always have (Base specification 5.4.4.2.1, ASQSZ). */
  private static final int LEAST_ADMIN_ENTRIES = 32;

  /** The smallest memory page, in which MDTS counts. */
  public static final int PAGE_BYTES = 4096;

  /** The defaults: 128 entries, 16 queues, 1 MiB, 8 KiB in capsule, 256 controllers. */
  public static final ControllerLimits DEFAULT = new ControllerLimits(128, 16, 1 << 20, 8192, 256);

  /** The smallest limit that MDTS can tell. */
  public static final int LEAST_TRANSFER_BYTES = 2 * PAGE_BYTES;

  /** Checks the bounds. */
  public ControllerLimits {
    check(queueEntries >= 2 && queueEntries <= 4096, "queue entries", queueEntries);
    check(ioQueues >= 1 && ioQueues <= 1024, "I/O queues", ioQueues);
    check(
        maxTransferBytes >= LEAST_TRANSFER_BYTES
            && maxTransferBytes <= 16 << 20
            && Integer.bitCount(maxTransferBytes) == 1,
        "transfer size",
        maxTransferBytes);
    check(
        inCapsuleBytes >= 0 && inCapsuleBytes <= 1 << 20 && inCapsuleBytes % 16 == 0,
        "in-capsule data size",
        inCapsuleBytes);
    check(controllers >= 1 && controllers < 0xFFF0, "controllers", controllers);
  }

  /** Entries of an admin queue at most: never fewer than a host may count on. */
  public int adminQueueEntries() {
    return Math.max(LEAST_ADMIN_ENTRIES, queueEntries);
  }

  private static void check(boolean good, String what, int value) {
    if (!good) {
      throw new IllegalArgumentException(what + ": " + value + " is out of bounds");
    }
  }
}
