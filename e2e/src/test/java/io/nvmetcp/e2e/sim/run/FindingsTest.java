package io.nvmetcp.e2e.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Worlds that found something once, which {@code simulation/findings.txt} lists: all holds now. */
@ResourceLock(Resources.SYSTEM_OUT)
class FindingsTest {
  private static final String FILE = "/simulation/findings.txt";

  private static final class Finding {
    private String found = "";
    private String pinned = "";
    private final List<String> worlds = new ArrayList<>();

    private void line(String line) {
      String[] words = line.split("\\s+", 2);
      assertThat(words).as("a word and what it says: %s", line).hasSize(2);
      switch (words[0]) {
        case "found" -> found = words[1];
        case "world" -> worlds.add(words[1]);
        case "pinned" -> pinned = words[1];
        default -> throw new AssertionError("neither found, world nor pinned: " + line);
      }
    }
  }

  static List<Finding> findings() throws IOException {
    try (InputStream in = FindingsTest.class.getResourceAsStream(FILE)) {
      assertThat(in).as(FILE).isNotNull();
      List<Finding> all = new ArrayList<>();
      for (String block : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n\n+")) {
        Finding finding = new Finding();
        block.lines().filter(line -> !line.startsWith("#")).forEach(finding::line);
        if (block.lines().anyMatch(line -> !line.startsWith("#"))) {
          all.add(finding);
        }
      }
      return all;
    }
  }

  static Stream<String> worlds() throws IOException {
    return findings().stream().flatMap(finding -> finding.worlds.stream());
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void allHoldsWhereItOnceDidNot(String options) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    int code;
    try {
      code = new CommandLine(new SimulateProvider().command()).execute(options.split(" "));
    } finally {
      System.setOut(before);
    }
    String out = bytes.toString(StandardCharsets.UTF_8);
    assertThat(out).startsWith("seed ").contains(": all held; ");
    assertThat(code).isZero();
  }

  @Test
  void eachIsToldAndShownAndPinnedByATestThatThereIs() throws IOException {
    assertThat(findings()).isNotEmpty();
    for (Finding finding : findings()) {
      assertThat(finding.found).as("what was found").isNotBlank();
      assertThat(finding.worlds).as(finding.found).isNotEmpty();
      String[] test = finding.pinned.split(" ");
      assertThat(test).as("module, class and method: '%s'", finding.pinned).hasSize(3);
      assertThat(source(test[0], test[1])).as(finding.pinned).contains("void " + test[2] + "(");
    }
  }

  private static String source(String module, String name) throws IOException {
    Path tests = root().resolve(module).resolve("src/test/java");
    try (Stream<Path> files = Files.walk(tests)) {
      Path file =
          files
              .filter(each -> each.endsWith(name + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no " + name + " in " + tests));
      return Files.readString(file);
    }
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("e2e/pom.xml"))) {
      at = at.getParent();
    }
    return at;
  }
}
