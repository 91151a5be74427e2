package io.nvmetcp.ddp.engine;

/** Byte order of digests on the wire. */
public final class Bytes {
  private Bytes() {}

  /** The digest that stands in four bytes. */
  public static int littleEndian(byte[] four) {
    return (four[0] & 0xFF)
        | (four[1] & 0xFF) << 8
        | (four[2] & 0xFF) << 16
        | (four[3] & 0xFF) << 24;
  }
}
