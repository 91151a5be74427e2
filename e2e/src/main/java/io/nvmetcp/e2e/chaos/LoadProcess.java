package io.nvmetcp.e2e.chaos;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code nvmetcp bench} in a process of its own, which may be killed. */
final class LoadProcess {
  private static final long END_SECONDS = 120;

  private final Process process;
  private final Path output;
  private final Path errors;

  private LoadProcess(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /**
   * Starts one.
   *
   * @param folder for its output and the states of verification
   * @param words of {@code nvmetcp bench}
   */
  static LoadProcess start(Path folder, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("io.nvmetcp.cli.Main", "bench", "--output-format=json"));
    command.addAll(List.of("--eta=always", "--aux-path=" + folder));
    command.addAll(words);
    Path output = folder.resolve("bench.json");
    Path errors = folder.resolve("bench.err");
    Process process =
        new ProcessBuilder(Jvm.command(command))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    return new LoadProcess(process, output, errors);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** True once its jobs have begun: it then tells of their progress. */
  boolean began() throws IOException {
    return Files.size(errors) > 0;
  }

  /** Kills it without a word. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * Waits for its end.
   *
   * @return its results
   * @throws IOException if it does not end, or ends without results; with what it said
   */
  JsonObject result() throws IOException, InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the load did not end in " + END_SECONDS + " s");
    }
    String text = Files.readString(output);
    if (text.isBlank()) {
      throw new IOException(
          "the load ended with %d and no result: %s"
              .formatted(process.exitValue(), Files.readString(errors).strip()));
    }
    return new JsonObject(text);
  }
}
