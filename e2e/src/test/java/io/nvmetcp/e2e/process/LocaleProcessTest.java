package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the program prints is for programs too: numbers are the same wherever it runs. */
@Timeout(120)
class LocaleProcessTest {

  @Test
  void numbersAreWrittenAlikeWhereverTheProgramRuns() throws Exception {
    List<String> persian = List.of("env", "JAVA_TOOL_OPTIONS=-Duser.language=fa -Duser.country=IR");
    CommandProcess run =
        CommandProcess.startBy(persian, "simulate", "--seed", "3", "--operations", "50");
    assertThat(run.awaitOutput("seed 3: "))
        .containsPattern("; [0-9,]+ operations, [0-9,]+ events in ");
    assertThat(run.awaitExit()).isZero();
  }
}
