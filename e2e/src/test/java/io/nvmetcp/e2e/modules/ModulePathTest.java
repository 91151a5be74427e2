package io.nvmetcp.e2e.modules;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.NvmeTarget;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The libraries work as named modules: a user's module is compiled against them and run with them,
 * initiator against target, on nothing but a module path: what a user gets with the libraries,
 * which Error Prone's annotations are not part of.
 */
@Timeout(120)
class ModulePathTest {
  private static final List<Class<?>> LIBRARIES =
      List.of(
          Crc32cEngine.class,
          PduType.class,
          DdpDevice.class,
          NvmeInitiator.class,
          NvmeTarget.class);
  private static final Pattern NEEDED =
      Pattern.compile("(vertx-core|netty-|jackson-core|slf4j-api|commons-codec|jspecify).*\\.jar");
  @TempDir private Path dir;

  @Test
  void initiatorAndTargetMeetOnTheModulePath() throws Exception {
    // A jar if the build has packaged it, else a folder of classes: both hold the descriptor.
    String ours = join(LIBRARIES.stream().map(ModulePathTest::location));
    String modulePath = ours + File.pathSeparator + join(classPath(NEEDED));
    compile(modulePath);
    Path out = dir.resolve("stdout");
    Path err = dir.resolve("stderr");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "--enable-native-access=io.netty.common"));
    command.addAll(List.of("--module-path", modulePath + File.pathSeparator + dir.resolve("tiny")));
    command.addAll(List.of("--add-modules", String.join(",", added())));
    command.addAll(List.of("--module", "tiny/tiny.Tiny"));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(withoutLog(err)).as("warnings").isEmpty();
    assertThat(Files.readAllLines(out))
        .containsExactly(
            "[io.nvmetcp.crc, io.nvmetcp.ddp, io.nvmetcp.initiator, io.nvmetcp.pdu,"
                + " io.nvmetcp.target]",
            linuxArch().isEmpty() ? "NioSocketChannel" : "EpollSocketChannel",
            "RIGHT");
    assertThat(process.exitValue()).isZero();
  }

  // SLF4J says that it has no binding, which is what a user without one sees too.
  private static List<String> withoutLog(Path err) throws IOException {
    return Files.readAllLines(err).stream().filter(line -> !line.startsWith("SLF4J")).toList();
  }

  // Nothing requires these by name: Vert.x looks for them at run time.
  private static List<String> added() {
    List<String> modules = new ArrayList<>(List.of("com.fasterxml.jackson.core"));
    linuxArch()
        .forEach(
            arch -> {
              modules.add("io.netty.transport.classes.epoll");
              modules.add("io.netty.transport.epoll.linux." + arch);
            });
    return modules;
  }

  // As Netty spells it; empty where there is no native transport.
  private static List<String> linuxArch() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return List.of();
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> List.of("x86_64");
      case "aarch64" -> List.of("aarch_64");
      default -> List.of();
    };
  }

  private static Stream<Path> classPath(Pattern name) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> name.matcher(String.valueOf(entry.getFileName())).matches());
  }

  private static String join(Stream<Path> paths) {
    return String.join(File.pathSeparator, paths.map(Path::toString).toList());
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private void compile(String modulePath) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                // Class files of Vert.x name annotations that are nowhere.
                "-proc:none",
                "-Xlint:all,-classfile",
                "-Werror",
                "--module-path",
                modulePath,
                "-d",
                dir.resolve("tiny").toString()));
    for (String name : List.of("module-info.java", "Tiny.java")) {
      Path source = dir.resolve(name);
      try (var content = ModulePathTest.class.getResourceAsStream("/modulepath/" + name)) {
        assertThat(content).as(name).isNotNull();
        Files.copy(content, source);
      }
      arguments.add(source.toString());
    }
    StringWriter messages = new StringWriter();
    PrintWriter printer = new PrintWriter(messages);
    int code =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(printer, printer, arguments.toArray(String[]::new));
    assertThat(code).as(messages.toString()).isZero();
  }
}
