package io.nvmetcp.e2e.chaos;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code nvmetcp bench} in a process of its own, which may be killed. */
final class LoadProcess implements AutoCloseable {
  private static final long END_SECONDS = 120;

  private final Process process;
  private final Path output;
  private final Path log;

  private LoadProcess(Process process, Path output, Path log) {
    this.process = process;
    this.output = output;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param folder for its output and the states of verification
   * @param log what it says meanwhile
   * @param words of {@code nvmetcp bench}
   */
  static LoadProcess start(Path folder, Path log, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("io.nvmetcp.cli.Main", "bench", "--debug", "--output-format=json"));
    command.addAll(List.of("--eta=always", "--aux-path=" + folder));
    command.addAll(words);
    Path output = folder.resolve("bench.json");
    Process process =
        new ProcessBuilder(Jvm.command(command))
            .redirectOutput(output.toFile())
            .redirectError(log.toFile())
            .start();
    return new LoadProcess(process, output, log);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** True once its jobs have begun: it then tells of their progress. */
  boolean began() throws IOException {
    return Files.readString(log).contains("Jobs: ");
  }

  /** Kills it without a word, if it lives. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /**
   * Waits for its end.
   *
   * @return its results
   * @throws IOException if it does not end, or ends without results; with what it said
   */
  JsonObject result() throws IOException, InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the load did not end in " + END_SECONDS + " s");
    }
    String text = Files.readString(output);
    if (text.isBlank()) {
      throw new IOException(
          "the load ended with %d and no result: %s"
              .formatted(process.exitValue(), Files.readString(log).strip()));
    }
    return new JsonObject(text);
  }
}
