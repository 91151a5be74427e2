package io.nvmetcp.nvme;

/** Fields of Fabrics Property Get and Set SQEs (Base specification 6.5 and 6.6). */
public final class PropertyCommand {
  /** Offset of ATTRIB; bits 2:0 are 0 for 4 bytes, 1 for 8 bytes. */
  public static final int ATTRIB = 40;

  /** Offset of the property's offset. */
  public static final int OFST = 44;

  /** Offset of the value, Property Set only. */
  public static final int VALUE = 48;

  private PropertyCommand() {}

  /** Writes a Property Get. */
  public static void get(byte[] b, int at, int cid, int property, boolean eightBytes) {
    Sqe.init(b, at, Fabrics.OPCODE, cid, Fabrics.PROPERTY_GET);
    LittleEndian.put8(b, at + ATTRIB, eightBytes ? 1 : 0);
    LittleEndian.put32(b, at + OFST, property);
  }

  /** Writes a Property Set of a 4-byte property. */
  public static void set(byte[] b, int at, int cid, int property, long value) {
    Sqe.init(b, at, Fabrics.OPCODE, cid, Fabrics.PROPERTY_SET);
    LittleEndian.put32(b, at + OFST, property);
    LittleEndian.put64(b, at + VALUE, value);
  }

  /** Size code of ATTRIB: 0 is 4 bytes, 1 is 8 bytes. */
  public static int sizeCode(byte[] b, int at) {
    return LittleEndian.u8(b, at + ATTRIB) & 0x7;
  }

  /** Offset of the property asked for. */
  public static long property(byte[] b, int at) {
    return LittleEndian.u32(b, at + OFST);
  }

  /** The value to set. */
  public static long value(byte[] b, int at) {
    return LittleEndian.i64(b, at + VALUE);
  }
}
