package io.nvmetcp.e2e.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./nvmetcp} says when it can't start: one sentence, exit code 3.
 *
 * <p>Runs a copy of the script in a folder whose name holds a blank, with a PATH of a few tools and
 * neither Java nor Maven.
 */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of("cat", "dirname", "find", "grep", "head", "mkdir", "mv", "readlink", "rm", "sed");

  @TempDir Path dir;
  private Path script;
  private Path bin;
  private Path jvms;

  @BeforeEach
  void copyLauncher() throws IOException {
    assumeTrue(File.separatorChar == '/', "a POSIX shell is needed");
    Path tree = Files.createDirectory(dir.resolve("a tree"));
    script = tree.resolve("nvmetcp");
    Files.copy(root().resolve("nvmetcp"), script);
    executable(script);
    bin = Files.createDirectory(dir.resolve("bin"));
    jvms = Files.createDirectory(dir.resolve("jvms"));
    for (String tool : TOOLS) {
      // Not a link: JUnit warns of each link out of its folder.
      executable(
          Files.writeString(
              bin.resolve(tool), "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(onPath(tool))));
    }
  }

  @Test
  void saysWhatToInstallWithoutAJdk() throws Exception {
    Outcome outcome = launch(script);
    assertThat(outcome.stderr())
        .startsWith("nvmetcp: no JDK 25 or newer")
        .contains("install")
        .hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void refusesAnOlderJdk() throws Exception {
    Path old = Files.createDirectories(jvms.resolve("jdk-17/bin")).getParent();
    for (String tool : List.of("java", "javac")) {
      executable(Files.writeString(old.resolve("bin").resolve(tool), "#!/bin/sh\nexit 9\n"));
    }
    Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
    Outcome outcome = launch(script);
    assertThat(outcome.stderr()).startsWith("nvmetcp: no JDK 25 or newer").hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void saysWhatToInstallWithoutMaven() throws Exception {
    offerJdk();
    Outcome outcome = launch(script);
    assertThat(outcome.stderr())
        .startsWith("nvmetcp: building needs Maven")
        .contains("install")
        .hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void findsItsTreeThroughASymbolicLink() throws Exception {
    offerJdk();
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("a tree", "nvmetcp"));
    assertThat(launch(link).stderr()).startsWith("nvmetcp: building needs Maven");
    assertThat(script.resolveSibling("build/target")).isDirectory();
  }

  @Test
  void namesTheLogOfABuildThatFailed() throws Exception {
    offerJdk();
    // As Maven 3.8 does it: the last thing it prints is no whole line.
    executable(
        Files.writeString(
            bin.resolve("mvn"), "#!/bin/sh\necho '[ERROR] broken'\nprintf reset\nexit 1\n"));
    Outcome outcome = launch(script);
    assertThat(outcome.stderr())
        .contains("[ERROR] broken", "the build failed", "nvmetcp-build.log")
        .doesNotContain("classpath.txt");
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.code()).isEqualTo(3);
  }

  private void offerJdk() {
    jvms = Path.of(System.getProperty("java.home")).getParent();
  }

  private record Outcome(int code, String stdout, String stderr) {}

  private Outcome launch(Path command) throws IOException, InterruptedException {
    Path stdout = dir.resolve("stdout");
    Path stderr = dir.resolve("stderr");
    var builder =
        new ProcessBuilder(command.toString(), "--version")
            .directory(dir.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", bin.toString());
    environment.put("HOME", dir.toString());
    environment.put("NVMETCP_JVM_DIR", jvms.toString());
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
    return new Outcome(
        process.exitValue(), Files.readString(stdout), Files.readString(stderr).strip());
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path onPath(String tool) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError(tool + " is not on PATH"));
  }

  private static Path root() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    assertThat(Files.readString(root.resolve("pom.xml"), StandardCharsets.UTF_8))
        .contains("vertx-nvme-tcp");
    return root;
  }
}
