package io.nvmetcp.crc;

/** Arithmetic on CRC32C values, without the bytes they came from. */
public final class Crc32c {
  private static final int POLYNOMIAL = 0x82F63B78;
  private static final int ONE = 1 << 31; // x^0: the reflected order puts it in the highest bit
  private static final int DOUBLINGS = Long.SIZE;

  /** {@code SHIFT[k]} is x^(8 × 2^k) modulo the polynomial: what 2^k bytes do to a CRC. */
  private static final int[] SHIFT = new int[DOUBLINGS];

  static {
    SHIFT[0] = ONE >>> 8;
    for (int k = 1; k < DOUBLINGS; k++) {
      SHIFT[k] = multiply(SHIFT[k - 1], SHIFT[k - 1]);
    }
  }

  private Crc32c() {}

  /**
   * The CRC32C of two runs of bytes, one after the other, from the CRC32C of each. Takes time
   * logarithmic in {@code lengthB} and allocates nothing.
   *
   * @param crcA CRC32C of the first run
   * @param crcB CRC32C of the second run
   * @param lengthB length of the second run, bytes, not negative
   */
  public static int combine(int crcA, int crcB, long lengthB) {
    if (lengthB < 0) {
      throw new IllegalArgumentException("a run of " + lengthB + " bytes");
    }
    int shifted = crcA;
    for (int k = 0; lengthB >>> k != 0; k++) {
      if ((lengthB >>> k & 1) != 0) {
        shifted = multiply(shifted, SHIFT[k]);
      }
    }
    return shifted ^ crcB;
  }

  // Product of two polynomials over GF(2), modulo the CRC's; bit-reflected.
  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bits = a; bits != 0; bits <<= 1) {
      if (bits < 0) {
        product ^= shifted;
      }
      shifted = (shifted >>> 1) ^ ((shifted & 1) != 0 ? POLYNOMIAL : 0);
    }
    return product;
  }
}
