package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.e2e.process.Lines;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the guide tells its readers to type does what the guide says.
 *
 * <p>A page is typed into one shell. In a {@code console} block a line that begins with {@code $}
 * is a command, and what follows is its output, or the beginning of it if the command goes on
 * running ({@code &}). A {@code sh} block is a command without output. Each has to succeed. The
 * word {@code figures} behind {@code console} says that the numbers shown are those of one run.
 */
@Timeout(300)
class GuideTest {
  private static final Set<String> KINDS = Set.of("console", "sh", "java", "xml", "text");

  @TempDir private static Path bin;
  @TempDir private Path folder;

  @BeforeAll
  static void program() throws Exception {
    assumeTrue(File.separatorChar == '/', "a shell is needed");
    ProgramFolder.fill(bin);
  }

  private static Path root() {
    return Path.of("").toAbsolutePath().getParent();
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(root().resolve("docs/guide"))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void everyCommandOfAPageDoesWhatThePageSays(Path file) throws Exception {
    GuidePage page = GuidePage.read(file);
    try (ShellSession shell = new ShellSession(folder, bin)) {
      for (GuidePage.Block block : page.blocks()) {
        assertThat(KINDS).as("%s:%d", page.name(), block.line()).contains(block.kind());
        switch (block.kind()) {
          case "console" -> console(page, block, shell);
          case "sh" -> succeeds(page, block.line(), shell, block.text());
          default -> {
            // Nothing to type.
          }
        }
      }
      shell.end();
    }
  }

  private static void console(GuidePage page, GuidePage.Block block, ShellSession shell)
      throws Exception {
    List<String> lines = block.lines();
    assertThat(lines.getFirst()).as("%s:%d", page.name(), block.line()).startsWith("$ ");
    int next = 0;
    while (next < lines.size()) {
      int line = block.line() + 1 + next;
      StringBuilder command = new StringBuilder(lines.get(next++).substring(2));
      while (command.toString().endsWith("\\")) {
        command.append('\n').append(lines.get(next++));
      }
      List<String> shown = new ArrayList<>();
      while (next < lines.size() && !lines.get(next).startsWith("$ ")) {
        shown.add(shell.withPorts(lines.get(next++)));
      }
      ShownOutput output = ShownOutput.of(shown, block.note().equals("figures"));
      List<String> came =
          command.toString().endsWith(" &")
              ? begins(shell, command.substring(0, command.length() - 2), output)
              : succeeds(page, line, shell, command.toString());
      assertThat(output.matches(came))
          .as(
              "%s:%d: %s%nsays%n%s%nand not, as shown,%n%s",
              page.name(), line, command, String.join("\n", came), String.join("\n", shown))
          .isTrue();
    }
  }

  // The lines shown, of those that it has said by then.
  private static List<String> begins(ShellSession shell, String command, ShownOutput output)
      throws Exception {
    Lines lines = shell.start(shell.withPorts(command));
    List<String> shown =
        output.lines().stream().filter(line -> !line.strip().equals("...")).toList();
    return shown.isEmpty()
        ? List.of()
        : lines.awaitFrom(0, line -> output.matches(shown.getLast(), line));
  }

  private static List<String> succeeds(GuidePage page, int line, ShellSession shell, String command)
      throws Exception {
    ShellSession.Done done = shell.run(shell.withPorts(command));
    assertThat(done.exitCode())
        .as("%s:%d: %s%n%s", page.name(), line, command, String.join("\n", done.lines()))
        .isZero();
    return done.lines();
  }
}
