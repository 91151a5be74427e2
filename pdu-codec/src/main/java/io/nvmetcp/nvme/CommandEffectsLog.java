package io.nvmetcp.nvme;

/**
 * The Commands Supported and Effects log, 4096 bytes (Base specification, section 5.16.1.6): a
 * 32-bit word per opcode, first of admin, then of I/O commands. Read and written in place.
 */
public final class CommandEffectsLog {
  /** Size of the page. */
  public static final int BYTES = 4096;

  /** Offset of the words of the admin commands. */
  public static final int ACS = 0;

  /** Offset of the words of the I/O commands. */
  public static final int IOCS = 1024;

  /** CSUPP: the command is supported. */
  public static final int SUPPORTED = 1;

  /** LBCC: the command may change the content of logical blocks. */
  public static final int CHANGES_BLOCKS = 1 << 1;

  /** NCC: the command may change the capabilities of a namespace. */
  public static final int CHANGES_NAMESPACE = 1 << 2;

  /** NIC: the command may change the inventory of namespaces. */
  public static final int CHANGES_INVENTORY = 1 << 3;

  /** CCC: the command may change the capabilities of the controller. */
  public static final int CHANGES_CONTROLLER = 1 << 4;

  private CommandEffectsLog() {}

  /** Effects of an admin command, 0 if it is not supported. */
  public static int admin(byte[] b, int opcode) {
    return LittleEndian.i32(b, ACS + (opcode & 0xFF) * 4);
  }

  /** Effects of an I/O command, 0 if it is not supported. */
  public static int io(byte[] b, int opcode) {
    return LittleEndian.i32(b, IOCS + (opcode & 0xFF) * 4);
  }

  /** Sets the effects of an admin command. */
  public static void admin(byte[] b, int opcode, int effects) {
    LittleEndian.put32(b, ACS + (opcode & 0xFF) * 4, effects);
  }

  /** Sets the effects of an I/O command. */
  public static void io(byte[] b, int opcode, int effects) {
    LittleEndian.put32(b, IOCS + (opcode & 0xFF) * 4, effects);
  }
}
