package io.nvmetcp.nvme;

import java.util.UUID;

/** UUIDs as they stand in NVMe structures: 16 bytes in network order (RFC 9562 section 4). */
final class Uuids {
  private Uuids() {}

  static void put(byte[] bytes, int at, UUID uuid) {
    LittleEndian.put64(bytes, at, Long.reverseBytes(uuid.getMostSignificantBits()));
    LittleEndian.put64(bytes, at + 8, Long.reverseBytes(uuid.getLeastSignificantBits()));
  }

  static UUID get(byte[] bytes, int at) {
    return new UUID(
        Long.reverseBytes(LittleEndian.i64(bytes, at)),
        Long.reverseBytes(LittleEndian.i64(bytes, at + 8)));
  }
}
