package io.nvmetcp.e2e.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code nvmetcp target} in a process of its own, which can be killed. For one thread. */
final class TargetProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("serving .* port (\\d+).*");

  private final Process process;
  private final int port;

  private TargetProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a target on this machine's loopback.
   *
   * @param port 0 for a free one
   * @param disk the file that its only namespace is
   */
  static TargetProcess start(int port, Path disk, String nqn) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.nvmetcp.cli.Main",
            "target",
            "--listen",
            "127.0.0.1:" + port,
            "--nqn",
            nqn,
            "--ns",
            "file:" + disk);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line;
    while ((line = lines.readLine()) != null) {
      Matcher serving = PORT.matcher(line);
      if (serving.matches()) {
        return new TargetProcess(process, Integer.parseInt(serving.group(1)));
      }
    }
    process.destroyForcibly();
    throw new IOException("the target did not start");
  }

  int port() {
    return port;
  }

  /** Kills it as SIGKILL does, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
