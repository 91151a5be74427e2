package io.nvmetcp.nvme;

/**
 * SGL descriptor 1 of an SQE as NVMe/TCP uses it (Base specification 4.1.2, TCP transport 3.3):
 * in-capsule data by offset, everything else by transport data block.
 */
public final class Sgl {
  /** Size of a descriptor. */
  public static final int BYTES = 16;

  /** Data block descriptor with an offset into the capsule (type 0h, subtype 1h). */
  public static final int IN_CAPSULE = 0x01;

  /** Transport SGL data block (type 5h, subtype Ah). */
  public static final int TRANSPORT = 0x5A;

  /** Offset of the length within a descriptor. */
  public static final int LENGTH = 8;

  /** Offset of the type within a descriptor. */
  public static final int TYPE = 15;

  // Three reserved bytes and the type.
  private static final int RESERVED = 12;

  private Sgl() {}

  /** Type and subtype of the SQE's descriptor. */
  public static int type(byte[] b, int sqeAt) {
    return LittleEndian.u8(b, sqeAt + Sqe.SGL1 + TYPE);
  }

  /** Address field: for in-capsule data the offset from the start of the data. */
  public static long address(byte[] b, int sqeAt) {
    return LittleEndian.i64(b, sqeAt + Sqe.SGL1);
  }

  /** Length in bytes. */
  public static long length(byte[] b, int sqeAt) {
    return LittleEndian.u32(b, sqeAt + Sqe.SGL1 + LENGTH);
  }

  /** Data travels in the capsule, at offset 0 of its data. */
  public static void inCapsule(byte[] b, int sqeAt, long lengthBytes) {
    put(b, sqeAt, IN_CAPSULE, lengthBytes);
  }

  /** Data travels in H2CData or C2HData PDUs. */
  public static void transport(byte[] b, int sqeAt, long lengthBytes) {
    put(b, sqeAt, TRANSPORT, lengthBytes);
  }

  private static void put(byte[] b, int sqeAt, int type, long lengthBytes) {
    LittleEndian.put64(b, sqeAt + Sqe.SGL1, 0);
    LittleEndian.put32(b, sqeAt + Sqe.SGL1 + LENGTH, lengthBytes);
    LittleEndian.put32(b, sqeAt + Sqe.SGL1 + RESERVED, 0);
    LittleEndian.put8(b, sqeAt + Sqe.SGL1 + TYPE, type);
  }
}
