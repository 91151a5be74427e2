package io.nvmetcp.e2e.chaos;

import io.nvmetcp.e2e.proxy.TcpProxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A target with a file behind a volatile cache, which is killed and started anew. */
final class Victim implements AutoCloseable {
  static final String NQN = "nqn.2026-11.io.nvmetcp:chaos";
  private static final long SECONDS = 30;

  private final Path file;
  private final UUID uuid;
  private final long seed;
  private final boolean lies;
  private Process process;
  private int port;
  private int deaths;

  /**
   * Starts it.
   *
   * @param uuid of the namespace, which outlives every process
   * @param lies its flushes do nothing
   */
  Victim(Path file, UUID uuid, long seed, boolean lies) throws IOException {
    this.file = file;
    this.uuid = uuid;
    this.seed = seed;
    this.lies = lies;
    process = start();
    port = portOf(process);
  }

  private Process start() throws IOException {
    List<String> words =
        List.of(
            VictimMain.class.getName(),
            file.toString(),
            uuid.toString(),
            "shuffle:8:" + (seed & 0xFFFF),
            Long.toString(seed + deaths),
            Boolean.toString(lies));
    return new ProcessBuilder(Jvm.command(words))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int portOf(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("port ")) {
        return Integer.parseInt(line.substring("port ".length()));
      }
    }
    throw new IOException("the target did not start");
  }

  int port() {
    return port;
  }

  /** Kills it without a word, and starts another one, to which the proxy connects from now on. */
  void killAndRestart(TcpProxy proxy) throws Exception {
    process.destroyForcibly().waitFor();
    deaths++;
    process = start();
    port = portOf(process);
    proxy.server(port).await(SECONDS, TimeUnit.SECONDS);
  }

  int deaths() {
    return deaths;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
