package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C ends the demo soon and cleanly, with a summary of what had run. */
@Timeout(90)
class InterruptTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  @TempDir private Path dir;

  @Test
  void ctrlCWhileItReadsPrintsTheSummaryAndLeavesNothing() throws Exception {
    // The first block size has been read, the second is being read.
    Ended ended = interruptAfter("read 4 KiB", 8);
    assertThat(ended.output())
        .anyMatch(line -> line.startsWith("read 4 KiB"))
        .contains("interrupted: the figures are those of the part that ran")
        .anyMatch(line -> line.startsWith("RIGHT"));
    assertClean(ended);
  }

  @Test
  void ctrlCBeforeItReadsEndsItToo() throws Exception {
    Ended ended = interruptAfter("target ", 60);
    assertThat(ended.output())
        .contains("interrupted: the figures are those of the part that ran")
        .anyMatch(line -> line.startsWith("RIGHT"));
    assertClean(ended);
  }

  private void assertClean(Ended ended) throws IOException {
    assertThat(ended.code()).isEqualTo(ended.expectedCode());
    assertThat(ended.after()).isLessThan(SOON);
    assertThat(ended.output()).noneMatch(line -> line.contains("\tat "));
    try (var left = Files.list(dir)) {
      assertThat(left).as("temporary files").isEmpty();
    }
  }

  private record Ended(int code, int expectedCode, Duration after, List<String> output) {}

  private Ended interruptAfter(String lineStart, int seconds)
      throws IOException, InterruptedException {
    assumeTrue(File.separatorChar == '/', "signals are needed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=deny",
                "-Djava.io.tmpdir=" + dir,
                "-cp",
                System.getProperty("java.class.path"),
                "io.nvmetcp.cli.Main",
                "demo",
                "--seconds",
                Integer.toString(seconds),
                "--size",
                "1m")
            .redirectErrorStream(true)
            .start();
    List<String> output = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      String line = reader.readLine();
      while (line != null && !line.startsWith(lineStart)) {
        output.add(line);
        line = reader.readLine();
      }
      assertThat(line).as("after %s", output).isNotNull();
      output.add(line);
      // A background shell's children ignore SIGINT, and Java leaves it at that; SIGTERM then.
      boolean ignored = ignoresInterrupt(process);
      long started = System.nanoTime();
      assertThat(
              new ProcessBuilder("kill", ignored ? "-TERM" : "-INT", String.valueOf(process.pid()))
                  .start()
                  .waitFor())
          .isZero();
      reader.lines().forEach(output::add);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
      return new Ended(
          process.exitValue(),
          ignored ? 143 : 130,
          Duration.ofNanos(System.nanoTime() - started),
          output);
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean ignoresInterrupt(Process process) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .anyMatch(mask -> (mask & 0b10) != 0);
  }
}
