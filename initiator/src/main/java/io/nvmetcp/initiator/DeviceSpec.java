package io.nvmetcp.initiator;

import io.nvmetcp.ddp.socket.SocketDevice;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which device places payloads, as users write it: {@code none}, {@code socket}, {@code socket:}
 * <i>threshold</i>, {@code simulated} or {@code simulated:}<i>seed</i>; behind the last two {@code
 * ,max-io=}<i>bytes</i> and {@code ,max-segments=}<i>number</i> make a NIC that takes no more of
 * one I/O, so that larger requests are split for it.
 *
 * @param kind the device
 * @param parameter threshold in bytes, or seed
 * @param maxIoBytes most data of one I/O that a simulated NIC takes, from 4096; 0 for no bound
 * @param maxSegments most pieces of one buffer that a simulated NIC takes; 0 for as many as it
 *     takes by itself
 */
public record DeviceSpec(Kind kind, long parameter, int maxIoBytes, int maxSegments) {
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
      "use none, socket, socket:THRESHOLD_BYTES, simulated or simulated:SEED, the last two with any"
          + " of ,max-io=BYTES ,max-segments=NUMBER";
  private static final int LEAST_IO_BYTES = 4096;
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})([km]?)");

  /** Refuses what no device can be. */
  public DeviceSpec {
    if ((maxIoBytes != 0 || maxSegments != 0) && kind != Kind.SIMULATED) {
      throw new IllegalArgumentException("only a simulated NIC has limits of one's own making");
    }
    if (maxIoBytes != 0 && maxIoBytes < LEAST_IO_BYTES || maxSegments < 0) {
      throw new IllegalArgumentException(
          "I/O of %d bytes in %d segments is too little for a device"
              .formatted(maxIoBytes, maxSegments));
    }
  }

  /** A device without bounds. */
  public DeviceSpec(Kind kind, long parameter) {
    this(kind, parameter, 0, 0);
  }

  /**
   * Reads a specification.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is none
   */
  public static DeviceSpec parse(String text) {
    String[] words = text.split(",", -1);
    DeviceSpec device = device(text, words[0]);
    for (String word : List.of(words).subList(1, words.length)) {
      device = device.with(text, word);
    }
    return device;
  }

  private static DeviceSpec device(String text, String form) {
    int colon = form.indexOf(':');
    String name = colon < 0 ? form : form.substring(0, colon);
    String argument = colon < 0 ? "" : form.substring(colon + 1);
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

  private DeviceSpec with(String text, String word) {
    int equals = word.indexOf('=');
    String key = equals < 0 ? word : word.substring(0, equals);
    String value = equals < 0 ? "" : word.substring(equals + 1);
    if (kind != Kind.SIMULATED) {
      throw bad(text);
    }
    return switch (key) {
      case "max-io" -> new DeviceSpec(kind, parameter, size(text, value), maxSegments);
      case "max-segments" ->
          new DeviceSpec(kind, parameter, maxIoBytes, (int) positive(text, value));
      default -> throw bad(text);
    };
  }

  private static int size(String text, String value) {
    Matcher size = SIZE.matcher(value);
    if (!size.matches()) {
      throw bad(text);
    }
    long unit =
        switch (size.group(2)) {
          case "k" -> 1 << 10;
          case "m" -> 1 << 20;
          default -> 1;
        };
    long bytes = Long.parseLong(size.group(1)) * unit;
    if (bytes < LEAST_IO_BYTES || bytes > Integer.MAX_VALUE) {
      throw bad(text);
    }
    return (int) bytes;
  }

  /** The specification as {@link #parse} reads it. */
  public String text() {
    return switch (kind) {
      case NONE -> "none";
      case SOCKET -> "socket:" + parameter;
      case SIMULATED ->
          "simulated:"
              + parameter
              + (maxIoBytes == 0 ? "" : ",max-io=" + maxIoBytes)
              + (maxSegments == 0 ? "" : ",max-segments=" + maxSegments);
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
