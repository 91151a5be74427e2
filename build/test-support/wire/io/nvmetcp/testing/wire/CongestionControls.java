package io.nvmetcp.testing.wire;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The algorithms of TCP congestion control that this system has; Linux alone tells. */
public final class CongestionControls {
  private static final Path FOLDER = Path.of("/proc/sys/net/ipv4");

  private CongestionControls() {}

  /** Goes on only where anyone may use the algorithm. */
  public static void assumeAllowed(String algorithm) {
    assumeTrue(
        read("tcp_allowed_congestion_control").contains(algorithm),
        "this system does not offer the congestion control " + algorithm);
  }

  /** The one that sockets have if nobody chose. */
  public static String ofSystem() {
    return String.join("", read("tcp_congestion_control"));
  }

  private static List<String> read(String name) {
    Path file = FOLDER.resolve(name);
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try {
      return List.of(Files.readString(file).strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
