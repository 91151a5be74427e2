package io.nvmetcp.nvme;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An SGL descriptor of any type, 16 bytes, for judging and for people; {@link Sgl} is the quick way
 * for the two kinds that NVMe/TCP allows (Base specification 4.1.2, TCP transport 3.3).
 *
 * @param identifier type in bits 7:4, subtype in bits 3:0
 * @param address of the data, an offset for subtype 1h
 * @param lengthBytes 32 bits; 24 bits in a keyed data block
 * @param key of a keyed data block, 0 otherwise
 */
public record SglDescriptor(int identifier, long address, long lengthBytes, long key) {
  /** Size of a descriptor. */
  public static final int BYTES = 16;

  /** Offset of the address. */
  public static final int ADDRESS = 0;

  /** Offset of the length. */
  public static final int LENGTH = 8;

  /** Offset of the key in a keyed data block, which shortens the length to three bytes. */
  public static final int KEY = 11;

  /** Offset of type and subtype. */
  public static final int IDENTIFIER = 15;

  /** Subtype: the address is an address. */
  public static final int SUBTYPE_ADDRESS = 0x0;

  /** Subtype: the address is an offset. */
  public static final int SUBTYPE_OFFSET = 0x1;

  /** Subtype that the TCP transport uses in a transport data block. */
  public static final int SUBTYPE_TRANSPORT = 0xA;

  /** Subtype of a keyed data block whose key is to be invalidated. */
  public static final int SUBTYPE_INVALIDATE_KEY = 0xF;

  private static final int MAX_KEYED_BYTES = 0xFF_FFFF;

  /** Checks ranges. */
  public SglDescriptor {
    long most = isKeyed(identifier) ? MAX_KEYED_BYTES : 0xFFFF_FFFFL;
    if (lengthBytes < 0 || lengthBytes > most) {
      throw new IllegalArgumentException("length " + lengthBytes + " of 0.." + most);
    }
    if (key < 0 || key > (isKeyed(identifier) ? 0xFFFF_FFFFL : 0)) {
      throw new IllegalArgumentException("key " + key);
    }
  }

  /** The type, or null if its code is reserved. */
  public @Nullable SglType type() {
    return SglType.byCode(identifier >> 4 & 0xF);
  }

  /** The subtype. */
  public int subtype() {
    return identifier & 0xF;
  }

  /**
   * What a controller on TCP answers a descriptor of this type with: success for in-capsule data
   * and the transport data block, <em>SGL Descriptor Type Invalid</em> for every other, keyed ones
   * above all. Length and offset are judged elsewhere: they depend on the command.
   */
  public int statusOnTcp() {
    return identifier == Sgl.IN_CAPSULE || identifier == Sgl.TRANSPORT
        ? Status.SUCCESS
        : Status.SGL_TYPE_INVALID;
  }

  /** Writes the descriptor at {@code at}; reserved bytes are cleared. */
  public void encode(byte[] b, int at) {
    Arrays.fill(b, at, at + BYTES, (byte) 0);
    LittleEndian.put64(b, at + ADDRESS, address);
    LittleEndian.put32(b, at + LENGTH, lengthBytes);
    if (isKeyed(identifier)) {
      LittleEndian.put32(b, at + KEY, key);
    }
    LittleEndian.put8(b, at + IDENTIFIER, identifier);
  }

  /** Reads the descriptor at {@code at}. */
  public static SglDescriptor decode(byte[] b, int at) {
    int identifier = LittleEndian.u8(b, at + IDENTIFIER);
    long length = LittleEndian.u32(b, at + LENGTH);
    boolean keyed = isKeyed(identifier);
    return new SglDescriptor(
        identifier,
        LittleEndian.i64(b, at + ADDRESS),
        keyed ? length & MAX_KEYED_BYTES : length,
        keyed ? LittleEndian.u32(b, at + KEY) : 0);
  }

  private static boolean isKeyed(int identifier) {
    return (identifier >> 4 & 0xF) == SglType.KEYED_DATA_BLOCK.code();
  }
}
