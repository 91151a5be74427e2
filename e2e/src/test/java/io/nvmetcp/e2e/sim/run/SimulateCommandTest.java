package io.nvmetcp.e2e.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.cli.CommandProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

@ResourceLock(Resources.SYSTEM_OUT)
class SimulateCommandTest {
  private static final String REPLAY = "to see it again: nvmetcp simulate ";

  private record Run(int code, String out, String err) {}

  private static Run simulate(String... words) {
    StringWriter err = new StringWriter();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      int code =
          new CommandLine(new SimulateProvider().command())
              .setErr(new PrintWriter(err, true))
              .execute(words);
      return new Run(code, bytes.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void isFoundByTheCommandLine() {
    List<Class<?>> found =
        ServiceLoader.load(CommandProvider.class).stream()
            .<Class<?>>map(ServiceLoader.Provider::type)
            .toList();
    assertThat(found).containsExactly(SimulateProvider.class);
  }

  @Test
  void aSeedInWhichAllHoldsIsToldInOneLine() {
    Run run = simulate("--seed", "3", "--operations", "200");
    assertThat(run.out()).startsWith("seed 3: all held; ").hasLineCount(1);
    assertThat(run.code()).isZero();
    assertThat(simulate("--seed", "3", "--operations", "200").out()).isEqualTo(run.out());
  }

  @Test
  void aVerboseSeedTellsAllThatHappens() {
    Run run = simulate("--seed", "3", "--operations", "50", "--verbose");
    assertThat(run.out()).contains("CapsuleCmd").contains("client").contains("all held");
  }

  @Test
  void aFailureIsMadeSmallerAndItsLastLineShowsItAgain() {
    Run run =
        simulate("--seed", "1", "--minutes", "2", "--plant", "write-dropped", "--lines", "20");
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    assertThat(run.out()).contains("VALUE: ").contains("C2HData").contains("faults: none");
    String last = run.out().lines().toList().getLast();
    assertThat(last).startsWith(REPLAY).contains("--hosts 1");
    Run again = simulate(last.substring(REPLAY.length()).split(" "));
    assertThat(again.code()).isEqualTo(1);
    assertThat(failure(again)).isEqualTo(failure(run));
  }

  @Test
  void onlySomeClassesOfFaultsIsAllOthersOff() {
    Run run =
        simulate("--seed", "1", "--plant", "write-dropped", "--no-shrink", "--only", "stalls,cuts");
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    assertThat(run.out()).contains("; faults: stalls").contains("tight").doesNotContain("off cuts");
  }

  @Test
  void manySeedsSayHowFastTheyRanInCpuTime() {
    Run run = simulate("--minutes", "0.001", "--operations", "100", "--only", "stalls");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out()).containsPattern("s of CPU time: [0-9,]+ operations/s and core");
  }

  private static String failure(Run run) {
    return run.out().lines().filter(line -> line.startsWith("seed 1: ")).findFirst().orElseThrow();
  }

  @Test
  void whatMakesNoSenseIsRefusedInOneSentence() {
    for (String[] words :
        new String[][] {
          {"--off", "weather"}, {"--minutes", "0"}, {"--jobs", "0"}, {"--hosts", "-1"}
        }) {
      Run run = simulate(words);
      assertThat(run.code()).as(String.join(" ", words)).isEqualTo(2);
      assertThat(run.err().lines().findFirst().orElse("")).contains(words[0]);
    }
  }
}
