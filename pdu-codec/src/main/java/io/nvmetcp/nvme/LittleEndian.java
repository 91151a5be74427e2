package io.nvmetcp.nvme;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Reads and writes little-endian fields of byte arrays, at any alignment. All structures of the
 * specification are little-endian; this is the one place that says how.
 *
 * <p>Every method throws {@link IndexOutOfBoundsException} if the field does not lie in the array.
 */
public final class LittleEndian {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WIDE_BYTES = 16;

  private LittleEndian() {}

  /** The unsigned byte at {@code at}. */
  public static int u8(byte[] bytes, int at) {
    return bytes[at] & 0xFF;
  }

  /** The unsigned 16-bit field at {@code at}. */
  public static int u16(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xFFFF;
  }

  /** The unsigned 32-bit field at {@code at}. */
  public static long u32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at) & 0xFFFF_FFFFL;
  }

  /** The 32 bits at {@code at}, as they stand. */
  public static int i32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** The 64 bits at {@code at}, as they stand. */
  public static long i64(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** The unsigned 128-bit field at {@code at}. */
  public static BigInteger u128(byte[] bytes, int at) {
    byte[] big = new byte[WIDE_BYTES];
    for (int i = 0; i < WIDE_BYTES; i++) {
      big[i] = bytes[at + WIDE_BYTES - 1 - i];
    }
    return new BigInteger(1, big);
  }

  /** Stores the low 8 bits of {@code value}. */
  public static void put8(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
  }

  /** Stores the low 16 bits of {@code value}. */
  public static void put16(byte[] bytes, int at, int value) {
    SHORT.set(bytes, at, (short) value);
  }

  /** Stores the low 32 bits of {@code value}. */
  public static void put32(byte[] bytes, int at, long value) {
    INT.set(bytes, at, (int) value);
  }

  /** Stores {@code value}. */
  public static void put64(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }

  /** Stores {@code value}, which must be 0 or more and have no more than 128 bits. */
  public static void put128(byte[] bytes, int at, BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 8 * WIDE_BYTES) {
      throw new IllegalArgumentException(value + " does not fit 128 bits");
    }
    put64(bytes, at, value.longValue());
    put64(bytes, at + WIDE_BYTES / 2, value.shiftRight(8 * WIDE_BYTES / 2).longValue());
  }
}
