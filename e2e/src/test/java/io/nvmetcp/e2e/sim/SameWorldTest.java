package io.nvmetcp.e2e.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A seed is the same world in every JVM, whatever that is like. Each one salts its unmodifiable
 * collections anew, and besides has another compiler, collector, locale, time zone, encoding,
 * number of processors or hash of identities, or takes its processor for a poorer one: without
 * instructions for vectors, digests and bits, and with code of its own where there is an intrinsic.
 */
@Timeout(300)
class SameWorldTest {
  private static final List<Long> SEEDS = LongStream.rangeClosed(1, 5).boxed().toList();

  // What a machine of another kind does not know is ignored there.
  private static final String POORER_PROCESSOR =
      "-XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions"
          + " -XX:UseAVX=0 -XX:UseSSE=2 -XX:-UseCLMUL -XX:-UseFMA -XX:-UsePopCountInstruction"
          + " -XX:-UseBMI1Instructions -XX:-UseBMI2Instructions"
          + " -XX:-UseCountLeadingZerosInstruction -XX:-UseCountTrailingZerosInstruction"
          + " -XX:-UseCRC32Intrinsics -XX:-UseCRC32CIntrinsics -XX:-UseAESIntrinsics"
          + " -XX:-UseVectorizedMismatchIntrinsic -XX:-UseLibmIntrinsic";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xint -XX:+UseParallelGC -XX:ActiveProcessorCount=1",
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockExperimentalVMOptions -XX:hashCode=2"
            + " -Duser.language=tr -Duser.country=TR -Duser.timezone=Asia/Kathmandu"
            + " -Dfile.encoding=COMPAT",
        "-XX:+UseG1GC -XX:-UseCompressedOops -ea"
            + " -Duser.language=fa -Duser.country=IR -Duser.timezone=America/St_Johns"
            + " -Dfile.encoding=ISO-8859-1",
        POORER_PROCESSOR,
        // The optimizing compiler alone, and early.
        POORER_PROCESSOR
            + " -XX:-TieredCompilation -XX:CompileThreshold=200 -XX:-UseSuperWord"
            + " -XX:-UseCompressedOops -XX:ObjectAlignmentInBytes=16",
        "-XX:-TieredCompilation -XX:CompileThreshold=200 -XX:+UseCompactObjectHeaders"
      })
  void aSeedIsTheSameWorldInAnotherJvm(String options) throws Exception {
    assertThat(elsewhere(options)).isEqualTo(WorldsMain.lines(SEEDS));
  }

  private List<String> elsewhere(String options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(options.split(" ")));
    // What comes out is compared: it is not the place for warnings.
    command.add("-XX:+DisplayVMOutputToStderr");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(WorldsMain.class.getName());
    SEEDS.forEach(seed -> command.add(Long.toString(seed)));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(200, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err, StandardCharsets.UTF_8)).isZero();
    return Files.readAllLines(out, StandardCharsets.ISO_8859_1);
  }
}
