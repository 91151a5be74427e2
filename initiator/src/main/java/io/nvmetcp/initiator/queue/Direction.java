package io.nvmetcp.initiator.queue;

/** Which way a command's data goes. */
public enum Direction {
  /** No data. */
  NONE,
  /** Controller to host. */
  READ,
  /** Host to controller. */
  WRITE;

  // Bits 1:0 of an opcode (Base specification 3.3.3.1, figure 87).
  private static final int TO_CONTROLLER = 1;
  private static final int TO_HOST = 2;

  /**
   * The direction that an opcode states, of commands other than Fabrics commands.
   *
   * @throws IllegalArgumentException if it states both at once, which no transport carries
   */
  public static Direction of(int opcode) {
    return switch (opcode & 0x3) {
      case 0 -> NONE;
      case TO_CONTROLLER -> WRITE;
      case TO_HOST -> READ;
      default ->
          throw new IllegalArgumentException(
              "opcode %02Xh transfers data both ways".formatted(opcode));
    };
  }
}
