package io.nvmetcp.nvme;

import java.util.UUID;

/**
 * Data of the feature Host Identifier: 16 bytes with EXHID, 8 without (Base specification
 * 5.27.1.24). On Fabrics the identifier comes with Connect: Set is a Command Sequence Error, and
 * Get without EXHID an Invalid Field.
 */
public final class HostIdentifier {
  /** Bit 0 of dword 11: the identifier has 128 bits (EXHID). */
  public static final int EXHID = 1;

  /** Size of the extended identifier. */
  public static final int EXTENDED_BYTES = 16;

  /** Size of the other. */
  public static final int SHORT_BYTES = 8;

  private HostIdentifier() {}

  /** True if dword 11 asks for 128 bits. */
  public static boolean isExtended(int dword11) {
    return (dword11 & EXHID) != 0;
  }

  /** The extended identifier as {@link ConnectData} has it. */
  public static byte[] encode(UUID hostId) {
    byte[] b = new byte[EXTENDED_BYTES];
    Uuids.put(b, 0, hostId);
    return b;
  }

  /** Reads an extended identifier. */
  public static UUID decode(byte[] b) {
    return Uuids.get(b, 0);
  }

  /** A 64-bit identifier, 8 bytes. */
  public static byte[] encodeShort(long hostId) {
    byte[] b = new byte[SHORT_BYTES];
    LittleEndian.put64(b, 0, hostId);
    return b;
  }

  /** Reads a 64-bit identifier. */
  public static long decodeShort(byte[] b) {
    return LittleEndian.i64(b, 0);
  }
}
