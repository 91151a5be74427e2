package io.nvmetcp.nvme;

import java.util.Optional;
import java.util.UUID;

/** Namespace identification descriptors (CNS 03h): type, length, two reserved bytes, value. */
public final class NamespaceDescriptors {
  /** NIDT: EUI-64, 8 bytes. */
  public static final int EUI64 = 1;

  /** NIDT: NGUID, 16 bytes. */
  public static final int NGUID = 2;

  /** NIDT: UUID, 16 bytes. */
  public static final int UUID_TYPE = 3;

  /** NIDT: command set identifier, 1 byte. */
  public static final int CSI = 4;

  private static final int HEADER_BYTES = 4;

  private NamespaceDescriptors() {}

  /** Writes a UUID descriptor at {@code at}; returns where the next one goes. */
  public static int putUuid(byte[] b, int at, UUID uuid) {
    b[at] = UUID_TYPE;
    b[at + 1] = 16;
    Uuids.put(b, at + HEADER_BYTES, uuid);
    return at + HEADER_BYTES + 16;
  }

  /** Writes a descriptor of {@code type} with {@code value}; returns where the next one goes. */
  public static int put(byte[] b, int at, int type, byte[] value) {
    b[at] = (byte) type;
    b[at + 1] = (byte) value.length;
    System.arraycopy(value, 0, b, at + HEADER_BYTES, value.length);
    return at + HEADER_BYTES + value.length;
  }

  /** The UUID, if the list has one; the list ends at a zero length or at the array's end. */
  public static Optional<UUID> uuid(byte[] b) {
    int at = 0;
    while (at + HEADER_BYTES <= b.length) {
      int type = LittleEndian.u8(b, at);
      int length = LittleEndian.u8(b, at + 1);
      if (length == 0 || at + HEADER_BYTES + length > b.length) {
        return Optional.empty();
      }
      if (type == UUID_TYPE && length == 16) {
        return Optional.of(Uuids.get(b, at + HEADER_BYTES));
      }
      at += HEADER_BYTES + length;
    }
    return Optional.empty();
  }
}
