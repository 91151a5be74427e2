package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scripts for shells are scripts, and complete what there is. */
@Timeout(60)
class CompletionTest {
  @TempDir Path dir;

  private List<String> complete(String... words) throws Exception {
    Path script = dir.resolve("completion");
    Files.writeString(script, HostRun.of("completion", "bash").out());
    StringBuilder quoted = new StringBuilder();
    for (String word : words) {
      quoted.append(" '").append(word).append('\'');
    }
    String run =
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_nvmetcp; printf '%%s\\n'"
            .formatted(script, quoted, words.length - 1);
    return bash(run + " \"${COMPREPLY[@]}\"");
  }

  private static List<String> bash(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash", "--norc", "-c", command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output.lines().map(String::strip).toList();
  }

  private static void assumeBash() {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
  }

  @Test
  void completesCommands() throws Exception {
    assumeBash();
    assertThat(complete("nvmetcp", "co"))
        .contains("connect-check", "compare", "copy", "completion");
    assertThat(complete("nvmetcp", "disc")).containsExactly("discover");
  }

  @Test
  void completesOptionsOfACommand() throws Exception {
    assumeBash();
    assertThat(complete("nvmetcp", "read", "--tr"))
        .contains("--transport", "--traddr", "--trsvcid");
    for (String command : List.of("read", "target", "bench", "demo")) {
      assertThat(complete("nvmetcp", command, "--tcp")).contains("--tcp-congestion");
    }
    assertThat(complete("nvmetcp", "read", "--checksum", "")).contains("SHA256", "NONE");
  }

  @Test
  void theScriptOfZshPreparesBashsFunctions() {
    HostRun run = HostRun.of("completion", "zsh");
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("# zsh\n").contains("bashcompinit");
  }
}
