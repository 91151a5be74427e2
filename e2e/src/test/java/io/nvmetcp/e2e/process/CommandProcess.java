package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** {@code nvmetcp} in a process of its own, whose lines can be waited for. */
final class CommandProcess implements AutoCloseable {
  private static final long SECONDS = 120;

  private final Process process;
  private final Lines output;
  private final Lines errors;

  private CommandProcess(Process process) {
    this.process = process;
    output = new Lines(process.inputReader(), SECONDS);
    errors = new Lines(process.errorReader(), SECONDS);
  }

  static CommandProcess start(String... args) throws IOException {
    return startBy(List.of(), args);
  }

  /**
   * Starts it by way of another program.
   *
   * @param other that program, and words that come before the command
   */
  static CommandProcess startBy(List<String> other, String... args) throws IOException {
    List<String> command = new ArrayList<>(other);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=deny");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.nvmetcp.cli.Main");
    command.addAll(List.of(args));
    return new CommandProcess(new ProcessBuilder(command).start());
  }

  /** Waits for a line of standard output. */
  String awaitOutput(String start) throws InterruptedException {
    return output.await(line -> line.startsWith(start));
  }

  /** Waits for a line of standard error that holds {@code words}. */
  String awaitError(String words) throws InterruptedException {
    return errors.await(line -> line.contains(words));
  }

  /** Waits for a line of standard error in which {@code wanted} is found. */
  String awaitError(Pattern wanted) throws InterruptedException {
    return errors.await(line -> wanted.matcher(line).find());
  }

  /** The TCP port of the first subsystem that a target serves. */
  int awaitPort() throws InterruptedException {
    return Integer.parseInt(awaitOutput("serving ").replaceFirst(".* port (\\d+),.*", "$1"));
  }

  void signal(String name) throws IOException, InterruptedException {
    assumeFalse(name.equals("HUP") && ignoresHangUp(), "started with SIGHUP ignored, as by nohup");
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  // Children inherit it, and a JVM leaves it so.
  private boolean ignoresHangUp() throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 1) != 0);
  }

  /** As SIGKILL does; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  /** All of standard error, once the process has ended. */
  List<String> errors() throws InterruptedException {
    return errors.all();
  }

  @Override
  public void close() {
    kill();
  }
}
