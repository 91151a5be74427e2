package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code nvmetcp} in a process of its own, whose lines can be waited for. */
final class CommandProcess implements AutoCloseable {
  private static final long SECONDS = 120;

  private final Process process;
  private final Lines output;
  private final Lines errors;

  /** Lines as they come; a thread collects them. */
  private static final class Lines {
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    Lines(BufferedReader source) {
      reader =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try (source) {
                      source.lines().forEach(this::add);
                    } catch (IOException | UncheckedIOException e) {
                      // A process that is killed takes its streams with it.
                      add("(stream ended: " + e.getMessage() + ")");
                    } finally {
                      end();
                    }
                  });
    }

    private synchronized void add(String line) {
      lines.add(line);
      notifyAll();
    }

    private synchronized void end() {
      ended = true;
      notifyAll();
    }

    synchronized String await(Predicate<String> wanted) throws InterruptedException {
      long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      for (int seen = 0; ; ) {
        for (; seen < lines.size(); seen++) {
          if (wanted.test(lines.get(seen))) {
            return lines.get(seen);
          }
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        assertThat(ended || leftMillis <= 0).as("a line, after %s", lines).isFalse();
        wait(Math.max(1, leftMillis));
      }
    }

    List<String> all() throws InterruptedException {
      reader.join(TimeUnit.SECONDS.toMillis(SECONDS));
      synchronized (this) {
        return List.copyOf(lines);
      }
    }
  }

  private CommandProcess(Process process) {
    this.process = process;
    output = new Lines(process.inputReader());
    errors = new Lines(process.errorReader());
  }

  static CommandProcess start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
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

  /** The TCP port of the first subsystem that a target serves. */
  int awaitPort() throws InterruptedException {
    return Integer.parseInt(awaitOutput("serving ").replaceFirst(".* port (\\d+),.*", "$1"));
  }

  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
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
