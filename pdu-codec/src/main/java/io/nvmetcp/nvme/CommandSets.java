package io.nvmetcp.nvme;

/**
 * I/O command set combinations, 4096 bytes (CNS 1Ch; Base specification 5.17.2.21): 512 vectors of
 * 64 bits; bit n says that the combination has command set n. The feature <em>I/O Command Set
 * Profile</em> selects a vector by its index.
 */
public final class CommandSets {
  /** Size of the structure. */
  public static final int BYTES = 4096;

  /** Number of vectors. */
  public static final int MAX_VECTORS = BYTES / 8;

  /** CSI and bit of the NVM command set. */
  public static final int NVM = 0;

  /** CSI and bit of the key value command set. */
  public static final int KEY_VALUE = 1;

  /** CSI and bit of the zoned namespace command set. */
  public static final int ZONED = 2;

  private CommandSets() {}

  /** Vector {@code index}, 0 to 511. */
  public static long vector(byte[] b, int index) {
    return LittleEndian.i64(b, index * 8);
  }

  /** Sets vector {@code index}. */
  public static void vector(byte[] b, int index, long commandSets) {
    LittleEndian.put64(b, index * 8, commandSets);
  }

  /** True if combination {@code index} has command set {@code csi}. */
  public static boolean has(byte[] b, int index, int csi) {
    return (vector(b, index) >>> csi & 1) != 0;
  }
}
