package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The README can be trusted: its example runs, its links and those of other documents lead
 * somewhere.
 */
@Timeout(30)
class ReadmeTest {
  private static final int EXAMPLE_LINES = 15;
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");

  @Test
  void itsExampleRuns() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      String back = ReadmeExample.writeAndReadBack(vertx).await(20, TimeUnit.SECONDS);
      assertThat(back).isEqualTo("hello");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void itQuotesTheExampleWordForWord() throws IOException {
    List<String> example =
        Files.readAllLines(
                root().resolve("e2e/src/test/java/io/nvmetcp/e2e/docs/ReadmeExample.java"))
            .stream()
            .dropWhile(line -> !line.strip().equals("// example"))
            .skip(1)
            .takeWhile(line -> !line.strip().equals("// end"))
            .toList();
    assertThat(example).isNotEmpty().hasSizeLessThanOrEqualTo(EXAMPLE_LINES);
    String quoted = example.stream().collect(Collectors.joining("\n")).stripIndent();
    assertThat(readme()).contains("```java\n" + quoted + "\n```");
  }

  @Test
  void linksOfEveryDocumentLeadToFilesOfTheProject() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(root().resolve("README.md")));
    documents.add(root().resolve("CONTRIBUTING.md"));
    try (Stream<Path> files = Files.walk(root().resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    for (Path document : documents) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        assertThat(document.resolveSibling(links.group(1))).as("link of %s", document).exists();
      }
    }
    assertThat(documents).hasSizeGreaterThan(10);
  }

  @Test
  void itNamesTestsAndCommandsThatThereAre() throws IOException {
    Set<String> sources = new HashSet<>();
    try (Stream<Path> modules = Files.list(root())) {
      for (Path module : modules.map(it -> it.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> files = Files.walk(module)) {
            files.forEach(file -> sources.add(String.valueOf(file.getFileName())));
          }
        }
      }
    }
    Matcher names = Pattern.compile("`([A-Z]\\w+(?:Test|Contract|Examples))`").matcher(readme());
    Set<String> tests = new HashSet<>();
    while (names.find()) {
      tests.add(names.group(1) + ".java");
    }
    assertThat(sources).containsAll(tests);
    Matcher commands = Pattern.compile("`(e2e/\\w+/run)").matcher(readme());
    Set<String> runs = new HashSet<>();
    while (commands.find()) {
      runs.add(commands.group(1));
    }
    assertThat(runs).allSatisfy(run -> assertThat(root().resolve(run)).isExecutable());
    assertThat(tests.size() + runs.size()).isGreaterThan(20);
  }

  private static String readme() throws IOException {
    return Files.readString(root().resolve("README.md"));
  }

  private static Path root() {
    return Path.of("").toAbsolutePath().getParent();
  }
}
