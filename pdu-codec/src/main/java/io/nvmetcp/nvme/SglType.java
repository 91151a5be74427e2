package io.nvmetcp.nvme;

import org.jspecify.annotations.Nullable;

/** Types of SGL descriptors (Base specification, section 4.1.2). */
public enum SglType {
  /** Data block: an address, or an offset into the capsule. */
  DATA_BLOCK(0x0),
  /** Bit bucket: data that is not wanted. */
  BIT_BUCKET(0x1),
  /** Segment: more descriptors, followed by others. */
  SEGMENT(0x2),
  /** Last segment: more descriptors, the last ones. */
  LAST_SEGMENT(0x3),
  /** Keyed data block, of RDMA: a remote address with its key. */
  KEYED_DATA_BLOCK(0x4),
  /** Transport data block: the transport knows where the data is. */
  TRANSPORT_DATA_BLOCK(0x5),
  /** Vendor specific. */
  VENDOR(0xF);

  private final int code;

  SglType(int code) {
    this.code = code;
  }

  /** The type with this code, bits 7:4 of the descriptor's last byte, or null if reserved. */
  public static @Nullable SglType byCode(int code) {
    for (SglType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** The code. */
  public int code() {
    return code;
  }
}
