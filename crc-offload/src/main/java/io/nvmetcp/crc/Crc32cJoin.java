package io.nvmetcp.crc;

/**
 * Joins the CRC32C of a run of bytes with that of a run of a fixed length behind it, by four table
 * look-ups where {@link Crc32c#combine} multiplies polynomials. Immutable; 4 KiB of tables.
 */
public final class Crc32cJoin {
  private static final int BYTE_VALUES = 1 << Byte.SIZE;
  private static final int BYTE_MASK = BYTE_VALUES - 1;

  private final long lengthB;
  // What each value of each byte of a CRC becomes behind that many bytes: the shift is linear.
  private final int[][] shifted = new int[Integer.BYTES][BYTE_VALUES];

  /**
   * @param lengthB length of the second run, bytes, not negative
   */
  public Crc32cJoin(long lengthB) {
    this.lengthB = lengthB;
    for (int place = 0; place < Integer.BYTES; place++) {
      for (int value = 0; value < BYTE_VALUES; value++) {
        shifted[place][value] = Crc32c.combine(value << place * Byte.SIZE, 0, lengthB);
      }
    }
  }

  /** Length of the second run, bytes. */
  public long lengthB() {
    return lengthB;
  }

  /** The CRC32C of both runs, one after the other, from the CRC32C of each. */
  public int join(int crcA, int crcB) {
    return shifted[0][crcA & BYTE_MASK]
        ^ shifted[1][crcA >>> 8 & BYTE_MASK]
        ^ shifted[2][crcA >>> 16 & BYTE_MASK]
        ^ shifted[3][crcA >>> 24]
        ^ crcB;
  }
}
