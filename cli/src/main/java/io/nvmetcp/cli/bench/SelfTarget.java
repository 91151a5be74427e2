package io.nvmetcp.cli.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A target in a second process of this program, on a free loopback port. */
public final class SelfTarget implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("\\bport (\\d+)");
  private static final long START_SECONDS = 120;
  private static final long STOP_SECONDS = 10;

  private final Process process;
  private final int port;

  private SelfTarget(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one.
   *
   * @param nqn the subsystem's name
   * @param namespaces as {@code nvmetcp target --ns} takes them
   * @param more other words of {@code nvmetcp target}
   * @throws IOException if it does not start, with what it said
   */
  public static SelfTarget start(String nqn, List<String> namespaces, List<String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=deny");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SelfTargetMain.class.getName());
    command.addAll(List.of("target", "--listen", "127.0.0.1:0", "--nqn", nqn));
    for (String namespace : namespaces) {
      command.addAll(List.of("--ns", namespace));
    }
    command.addAll(more);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    boolean started = false;
    try {
      var target = new SelfTarget(process, port(process));
      started = true;
      return target;
    } finally {
      if (!started) {
        process.destroyForcibly();
      }
    }
  }

  private static int port(Process process) throws IOException, InterruptedException {
    var found = new CompletableFuture<Integer>();
    // It goes on reading: a full pipe would stop the target.
    Thread.ofVirtual().start(() -> read(process.inputReader(StandardCharsets.UTF_8), found));
    try {
      return found.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), e);
    } catch (TimeoutException e) {
      throw new IOException("the target did not start in " + START_SECONDS + " s", e);
    }
  }

  private static void read(BufferedReader output, CompletableFuture<Integer> found) {
    List<String> said = new ArrayList<>();
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher matcher = PORT.matcher(line);
        if (!found.isDone() && matcher.find()) {
          found.complete(Integer.parseInt(matcher.group(1)));
        } else if (!found.isDone()) {
          said.add(line.strip());
        }
      }
    } catch (IOException e) {
      said.add(String.valueOf(e.getMessage()));
    }
    String why =
        said.isEmpty() ? "it said nothing" : said.getFirst().replaceFirst("^nvmetcp: ", "");
    found.completeExceptionally(new IOException("the target does not start: " + why));
  }

  /** The loopback port on which it listens. */
  public int port() {
    return port;
  }

  /** Its process, which tests may kill. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
