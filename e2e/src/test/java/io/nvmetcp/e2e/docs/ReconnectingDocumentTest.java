package io.nvmetcp.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.ReconnectOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/reconnecting.md knows every option of a reconnect, and names none that is not there. */
class ReconnectingDocumentTest {
  private static final Pattern NAME = Pattern.compile("`([a-z]+[A-Z][A-Za-z]*)`");

  @Test
  void itsOptionsAreThoseThereAre() throws Exception {
    Path document = Path.of("").toAbsolutePath().resolveSibling("docs").resolve("reconnecting.md");
    Set<String> named =
        NAME.matcher(Files.readString(document))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> ofReconnect = new ReconnectOptions().toJson().fieldNames();
    Set<String> all = new TreeSet<>(new InitiatorOptions().toJson().fieldNames());
    all.addAll(ofReconnect);
    assertThat(named).containsAll(ofReconnect).isSubsetOf(all);
  }
}
