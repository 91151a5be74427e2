package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A folder with {@code nvmetcp} in it: what the launcher starts, without looking whether something
 * is to be built. Where the build has made jars, an archive of loaded classes halves the time that
 * a command takes.
 */
final class ProgramFolder {
  private static final long SECONDS = 120;

  private ProgramFolder() {}

  static void fill(Path folder) throws IOException, InterruptedException {
    Path archive = folder.resolve("classes.jsa");
    write(folder, "-XX:ArchiveClassesAtExit=" + archive);
    // Refused at once, after most classes were loaded.
    Process first =
        new ProcessBuilder(
                folder.resolve("nvmetcp").toString(), "list", "-a", "127.0.0.1", "-s", "1")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(first.waitFor(SECONDS, TimeUnit.SECONDS)).as("the program ends").isTrue();
    } finally {
      first.destroyForcibly();
    }
    write(folder, Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "-Xshare:auto");
  }

  // That a machine under load lets an event loop stand still is no news.
  private static void write(Path folder, String option) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path program =
        Files.writeString(
            folder.resolve("nvmetcp"),
            """
            #!/bin/sh
            exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable %s \\
              --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=deny \\
              -Dorg.slf4j.simpleLogger.log.io.vertx.core.impl.BlockedThreadChecker=off \\
              -cp '%s' io.nvmetcp.cli.Main "$@"
            """
                .formatted(java, option, classPath()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  // An archive is made of jars alone.
  private static String classPath() {
    List<String> all =
        Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
    List<String> jars = all.stream().filter(entry -> entry.endsWith(".jar")).toList();
    boolean packaged =
        jars.stream().anyMatch(jar -> Path.of(jar).getFileName().toString().startsWith("cli-"));
    return String.join(File.pathSeparator, packaged ? jars : all);
  }
}
