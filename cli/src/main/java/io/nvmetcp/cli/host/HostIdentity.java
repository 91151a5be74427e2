package io.nvmetcp.cli.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Who this machine is to NVMe subsystems, as its files say that every host on it shares.
 *
 * @param nqn the host NQN, if there is a file
 * @param id the host identifier, if there is a file
 */
public record HostIdentity(Optional<String> nqn, Optional<UUID> id) {
  private static final Path FOLDER = Path.of("/etc/nvme");

  /**
   * Reads {@code /etc/nvme/hostnqn} and {@code /etc/nvme/hostid}; what is no such name counts not.
   */
  public static HostIdentity ofMachine() {
    return read(FOLDER);
  }

  static HostIdentity read(Path folder) {
    return new HostIdentity(
        line(folder.resolve("hostnqn")).filter(text -> text.startsWith("nqn.")),
        line(folder.resolve("hostid")).flatMap(HostIdentity::uuid));
  }

  private static Optional<String> line(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(text -> !text.isEmpty()).findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
