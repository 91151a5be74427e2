package io.nvmetcp.nvme;

import java.util.Arrays;

/**
 * The whole-number fields of a structure: where each stands, and how many bytes it has. Records of
 * the control plane write and read themselves by it, so that a field's place is said once.
 *
 * <p>Values are in the order of the fields; shorter ones come zero-extended, 8-byte ones as they
 * stand. What no field covers is reserved, or its record's own business.
 */
final class WireFields {
  private final int bytes;
  private final int[] offsets;
  private final int[] widths;

  /**
   * @param bytes size of the structure
   * @param offsetsAndWidths of each field in turn; a width is 1, 2, 4 or 8 bytes
   */
  WireFields(int bytes, int... offsetsAndWidths) {
    this.bytes = bytes;
    offsets = new int[offsetsAndWidths.length / 2];
    widths = new int[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = offsetsAndWidths[2 * i];
      widths[i] = offsetsAndWidths[2 * i + 1];
    }
  }

  /** A structure with these values; all other bytes are 0. */
  byte[] encode(long... values) {
    byte[] b = new byte[bytes];
    encode(b, 0, values);
    return b;
  }

  /** Writes the structure at {@code at}; what no field covers is cleared. */
  void encode(byte[] b, int at, long... values) {
    Arrays.fill(b, at, at + bytes, (byte) 0);
    for (int i = 0; i < offsets.length; i++) {
      put(b, at + offsets[i], widths[i], values[i]);
    }
  }

  /** The values of the structure at {@code at}. */
  long[] decode(byte[] b, int at) {
    long[] values = new long[offsets.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(b, at + offsets[i], widths[i]);
    }
    return values;
  }

  private static void put(byte[] b, int at, int width, long value) {
    switch (width) {
      case 1 -> LittleEndian.put8(b, at, (int) value);
      case 2 -> LittleEndian.put16(b, at, (int) value);
      case 4 -> LittleEndian.put32(b, at, value);
      case 8 -> LittleEndian.put64(b, at, value);
      default -> throw new AssertionError("a field of " + width + " bytes");
    }
  }

  private static long get(byte[] b, int at, int width) {
    return switch (width) {
      case 1 -> LittleEndian.u8(b, at);
      case 2 -> LittleEndian.u16(b, at);
      case 4 -> LittleEndian.u32(b, at);
      case 8 -> LittleEndian.i64(b, at);
      default -> throw new AssertionError("a field of " + width + " bytes");
    };
  }
}
