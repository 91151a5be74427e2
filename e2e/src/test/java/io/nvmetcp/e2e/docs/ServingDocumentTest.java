package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.target.TargetOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/serving.md shows is accepted. */
class ServingDocumentTest {
  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsConfigurationIsAccepted() throws Exception {
    Path document = Path.of("").toAbsolutePath().resolveSibling("docs").resolve("serving.md");
    Matcher block = JSON.matcher(Files.readString(document));
    assertThat(block.find()).isTrue();
    TargetOptions options = new TargetOptions(new JsonObject(block.group(1)));
    assertThat(options.getListeners()).hasSize(2);
    assertThat(options.getSubsystems().getFirst().getNamespaces()).hasSize(3);
  }
}
