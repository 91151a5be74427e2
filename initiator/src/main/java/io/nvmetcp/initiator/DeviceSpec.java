package io.nvmetcp.initiator;

import io.nvmetcp.ddp.socket.SocketDevice;

/**
 * Which device places payloads, as users write it: {@code none}, {@code socket}, {@code socket:}
 * <i>threshold</i>, {@code simulated} or {@code simulated:}<i>seed</i>.
 *
 * @param kind the device
 * @param parameter threshold in bytes, or seed
 */
public record DeviceSpec(Kind kind, long parameter) {
  /** The devices there are. */
  public enum Kind {
    /** No offload. */
    NONE,
    /** The socket reads into the destination. */
    SOCKET,
    /** A simulated NIC. */
    SIMULATED
  }

  /** The default in production. */
  public static final DeviceSpec SOCKET =
      new DeviceSpec(Kind.SOCKET, SocketDevice.DEFAULT_THRESHOLD_BYTES);

  /** No offload. */
  public static final DeviceSpec NONE = new DeviceSpec(Kind.NONE, 0);

  private static final String FORMS =
      "use none, socket, socket:THRESHOLD_BYTES, simulated or simulated:SEED";

  /**
   * Reads a specification.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is none
   */
  public static DeviceSpec parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String argument = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "none" -> {
        if (colon >= 0) {
          throw bad(text);
        }
        yield NONE;
      }
      case "socket" -> colon < 0 ? SOCKET : new DeviceSpec(Kind.SOCKET, positive(text, argument));
      case "simulated" -> new DeviceSpec(Kind.SIMULATED, colon < 0 ? 1 : number(text, argument));
      default -> throw bad(text);
    };
  }

  /** The specification as {@link #parse} reads it. */
  public String text() {
    return switch (kind) {
      case NONE -> "none";
      case SOCKET -> "socket:" + parameter;
      case SIMULATED -> "simulated:" + parameter;
    };
  }

  private static long number(String text, String argument) {
    try {
      return Long.parseLong(argument);
    } catch (NumberFormatException e) {
      throw bad(text);
    }
  }

  private static long positive(String text, String argument) {
    long value = number(text, argument);
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw bad(text);
    }
    return value;
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException("'" + text + "' is no device: " + FORMS);
  }
}
