package io.nvmetcp.nvme;

import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Namespace identification descriptors (CNS 03h; Base specification 5.17.2.3): type, length, two
 * reserved bytes, value.
 */
public final class NamespaceDescriptors {
  /** NIDT: EUI-64, 8 bytes. */
  public static final int EUI64 = 1;

  /** NIDT: NGUID, 16 bytes. */
  public static final int NGUID = 2;

  /** NIDT: UUID, 16 bytes. */
  public static final int UUID_TYPE = 3;

  /** NIDT: command set identifier, 1 byte. */
  public static final int CSI = 4;

  /** Offset of the type within a descriptor. */
  public static final int NIDT = 0;

  /** Offset of the value's length within a descriptor, bytes. */
  public static final int NIDL = 1;

  /** Offset of the value within a descriptor. */
  public static final int NID = 4;

  private static final int UUID_BYTES = 16;

  private NamespaceDescriptors() {}

  /** Writes a UUID descriptor at {@code at}; returns where the next one goes. */
  public static int putUuid(byte[] b, int at, UUID uuid) {
    b[at + NIDT] = UUID_TYPE;
    b[at + NIDL] = UUID_BYTES;
    Uuids.put(b, at + NID, uuid);
    return at + NID + UUID_BYTES;
  }

  /** Writes a descriptor of {@code type} with {@code value}; returns where the next one goes. */
  public static int put(byte[] b, int at, int type, byte[] value) {
    LittleEndian.put8(b, at + NIDT, type);
    LittleEndian.put8(b, at + NIDL, value.length);
    System.arraycopy(value, 0, b, at + NID, value.length);
    return at + NID + value.length;
  }

  /** The UUID, if the list has one; the list ends at a zero length or at the array's end. */
  public static Optional<UUID> uuid(byte[] b) {
    int at = find(b, UUID_TYPE, UUID_BYTES);
    return at < 0 ? Optional.empty() : Optional.of(Uuids.get(b, at));
  }

  /** The NGUID as hexadecimal digits, if the list has one. */
  public static Optional<String> nguid(byte[] b) {
    return hex(b, NGUID, 16);
  }

  /** The EUI-64 as hexadecimal digits, if the list has one. */
  public static Optional<String> eui64(byte[] b) {
    return hex(b, EUI64, 8);
  }

  /** The command set, if the list names one; without it the namespace has the NVM command set. */
  public static OptionalInt commandSet(byte[] b) {
    int at = find(b, CSI, 1);
    return at < 0 ? OptionalInt.empty() : OptionalInt.of(LittleEndian.u8(b, at));
  }

  private static Optional<String> hex(byte[] b, int type, int length) {
    int at = find(b, type, length);
    return at < 0 ? Optional.empty() : Optional.of(HexFormat.of().formatHex(b, at, at + length));
  }

  /** Where the value of the first descriptor of {@code type} and {@code length} stands, or -1. */
  private static int find(byte[] b, int type, int length) {
    int at = 0;
    while (at + NID <= b.length) {
      int found = LittleEndian.u8(b, at + NIDL);
      if (found == 0 || at + NID + found > b.length) {
        return -1;
      }
      if (LittleEndian.u8(b, at + NIDT) == type && found == length) {
        return at + NID;
      }
      at += NID + found;
    }
    return -1;
  }
}
