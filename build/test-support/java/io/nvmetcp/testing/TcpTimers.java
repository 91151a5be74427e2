package io.nvmetcp.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What the system's table of TCP connections says about their timers; Linux alone has one. */
public final class TcpTimers {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final int TICKS_PER_SECOND = 100;
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int TIMER = 5;

  private TcpTimers() {}

  /** True if this system has the table. */
  public static boolean known() {
    return TABLES.stream().allMatch(Files::isReadable);
  }

  /**
   * When the peer of the established connection from a local port is asked for a sign of life, in
   * seconds from now, unless something is heard of it.
   *
   * @return empty if it will not be, or another timer runs, or there is no such connection
   */
  public static OptionalLong keepAliveSecondsFrom(int localPort) {
    return keepAliveSeconds(LOCAL, localPort);
  }

  /** The same for the connection to a remote port. */
  public static OptionalLong keepAliveSecondsTo(int remotePort) {
    return keepAliveSeconds(REMOTE, remotePort);
  }

  private static OptionalLong keepAliveSeconds(int column, int number) {
    String port = ":%04X".formatted(number);
    return TABLES.stream()
        .flatMap(table -> lines(table).stream())
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row[column].endsWith(port) && row[STATE].equals("01"))
        .map(row -> row[TIMER])
        .filter(timer -> timer.startsWith("02:"))
        .mapToLong(timer -> Long.parseLong(timer.substring(3), 16) / TICKS_PER_SECOND)
        .findFirst();
  }

  private static List<String> lines(Path table) {
    try {
      return Files.readAllLines(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
