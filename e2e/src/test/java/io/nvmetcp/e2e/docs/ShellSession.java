package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.e2e.process.Lines;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A shell in a folder of its own that is given the commands of a page, one by one, as a reader
 * would type them; {@code nvmetcp} is on its path. What a command leaves running is written down by
 * itself. Ports that a page names are replaced by free ones.
 */
final class ShellSession implements AutoCloseable {
  private static final long SECONDS = 120;
  private static final String DONE = "--done--";
  private static final Pattern PORT = Pattern.compile("\\b(44[2-9]\\d|8009)\\b");

  private final Path folder;
  private final Process shell;
  private final Writer input;
  private final Lines output;
  private final Map<String, String> ports = new HashMap<>();
  private final List<Lines> background = new ArrayList<>();
  private int read;

  /**
   * What a command did.
   *
   * @param exitCode its exit code
   * @param lines of standard output and standard error
   */
  record Done(int exitCode, List<String> lines) {}

  /**
   * @param folder where to work
   * @param bin a folder in which {@code nvmetcp} is
   */
  ShellSession(Path folder, Path bin) throws IOException {
    this.folder = folder;
    Path work = Files.createDirectory(folder.resolve("work"));
    ProcessBuilder builder = new ProcessBuilder("bash", "--noprofile", "--norc");
    builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    shell = builder.directory(work.toFile()).redirectErrorStream(true).start();
    input = shell.outputWriter(StandardCharsets.UTF_8);
    output = new Lines(shell.inputReader(StandardCharsets.UTF_8), SECONDS);
  }

  /** Words of a page with the ports that this shell uses instead. */
  String withPorts(String text) {
    return PORT.matcher(text)
        .replaceAll(match -> ports.computeIfAbsent(match.group(), _ -> free()));
  }

  private static String free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return String.valueOf(socket.getLocalPort());
    } catch (IOException e) {
      throw new AssertionError("no free port", e);
    }
  }

  /** Runs a command and waits for its end. */
  Done run(String command) throws IOException, InterruptedException {
    // The blank line: a command may end without one.
    send("{\n%s\n} 2>&1 </dev/null; printf '\\n%s%%d\\n' $?\n".formatted(command, DONE));
    List<String> lines = output.awaitFrom(read, line -> line.startsWith(DONE));
    read += lines.size();
    int exitCode = Integer.parseInt(lines.getLast().substring(DONE.length()));
    List<String> said = new ArrayList<>(lines.subList(0, lines.size() - 1));
    if (!said.isEmpty() && said.getLast().isEmpty()) {
      said.removeLast();
    }
    return new Done(exitCode, List.copyOf(said));
  }

  /** Starts a command, which goes on running; what it says. */
  Lines start(String command) throws IOException, InterruptedException {
    Path pipe = folder.resolve("background" + background.size());
    assertThat(run("mkfifo '" + pipe + "'").exitCode()).as("mkfifo").isZero();
    send(">'%s' 2>&1 </dev/null %s &\n".formatted(pipe, command));
    // Waits until the shell has opened it.
    Lines lines = new Lines(Files.newBufferedReader(pipe), SECONDS);
    background.add(lines);
    return lines;
  }

  private void send(String text) throws IOException {
    input.write(text);
    input.flush();
  }

  /** Nothing was left running. */
  void end() throws IOException, InterruptedException {
    assertThat(run("jobs -r").lines()).as("left running by the page").isEmpty();
    send("exit\n");
    assertThat(shell.waitFor(SECONDS, TimeUnit.SECONDS)).as("the shell ends").isTrue();
  }

  @Override
  public void close() {
    List<ProcessHandle> left = new ArrayList<>(shell.descendants().toList());
    left.add(shell.toHandle());
    left.forEach(ProcessHandle::destroyForcibly);
    left.forEach(process -> process.onExit().join());
  }
}
