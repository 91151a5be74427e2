package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench} and its target, of which one is killed. */
@Timeout(300)
class BenchProcessTest {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:killed";
  private static final long SIZE = 8 << 20;
  private static final int BLOCK = 4096;
  private static final int MOST_SPOILED = 64;
  // A flush follows 16 writes, and 8 are under way.
  private static final int NOT_FLUSHED = 2 * 16 + 8;

  // Progress by when more than that has been moved.
  private static final Pattern HUNDREDS_A_SECOND =
      Pattern.compile("[rw]=([1-9]\\d\\d+|[\\d.]+k) IOPS");

  @TempDir private Path dir;
  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    image = dir.resolve("namespace.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
  }

  private CommandProcess target() throws IOException {
    return CommandProcess.start(
        "target",
        "--listen=127.0.0.1:0",
        "--nqn=" + NQN,
        "--ns=file:" + image + ",uuid=00000000-0000-0001-0000-000000000002");
  }

  private CommandProcess bench(int port, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("bench", "--target=127.0.0.1:" + port, "--nqn=" + NQN));
    words.addAll(List.of("--aux-path=" + dir, "--eta=always"));
    words.addAll(List.of(more));
    return CommandProcess.start(words.toArray(String[]::new));
  }

  @Test
  void ofATargetThatIsKilledTheFiguresAreKeptAndMarked() throws Exception {
    Path results = dir.resolve("results");
    Path report = dir.resolve("report.html");
    try (CommandProcess target = target();
        CommandProcess bench =
            bench(
                target.awaitPort(),
                "--output-format=json,normal",
                "--output=" + results,
                "--report=" + report,
                "--rw=randread",
                "--iodepth=8",
                "--runtime=600",
                "--time_based")) {
      // Without an I/O there would be no figures.
      bench.awaitError(HUNDREDS_A_SECOND);
      target.kill();
      assertThat(bench.awaitExit()).isEqualTo(4);
    }
    String text = Files.readString(results);
    assertThat(text).contains("PARTIAL: the target is gone: ");
    JsonObject json = new JsonObject(text.substring(text.indexOf("\n{") + 1));
    assertThat(json.getJsonObject("nvmetcp").getBoolean("partial")).isTrue();
    assertThat(
            json.getJsonArray("jobs").getJsonObject(0).getJsonObject("read").getLong("total_ios"))
        .isPositive();
    assertThat(Files.readString(report))
        .contains("<p class=\"verdict partial\">the target is gone");
  }

  @Test
  void whatALoadThatWasKilledHadWrittenIsCheckedByTheNextOne() throws Exception {
    String[] job = {
      "--name=writer", "--rw=randwrite", "--bs=4k", "--iodepth=8", "--fsync=16", "--verify=crc32c"
    };
    try (CommandProcess target = target()) {
      int port = target.awaitPort();
      try (CommandProcess bench =
          bench(port, with(job, "--time_based", "--runtime=600", "--verify_state_save=1"))) {
        bench.awaitError(HUNDREDS_A_SECOND);
        bench.kill();
      }
      String[] check = with(job, "--verify_only", "--verify_state_load=1", "--output-format=json");
      JsonObject right = checked(port, 0, check);
      assertThat(right.getLong("checked_blocks")).isPositive();
      assertThat(right.getLong("wrong_blocks")).isZero();

      // What was flushed must be found again; of the last writes nobody said so.
      int spoiled = spoil();
      assertThat(spoiled).isGreaterThan(NOT_FLUSHED);
      JsonObject wrong = checked(port, 1, check);
      assertThat(wrong.getLong("wrong_blocks")).isGreaterThanOrEqualTo(spoiled - NOT_FLUSHED);
      assertThat(wrong.getJsonObject("wrong").getLong("lost"))
          .isEqualTo(wrong.getLong("wrong_blocks"));
    }
  }

  @Test
  void aDiskThatIsTooSmallForTheVerifyStateIsMissedBeforeAnythingIsWritten() throws Exception {
    // A file system of 64 KiB of its own; the state of this job takes 260 KiB.
    List<String> small =
        List.of(
            "unshare",
            "-rm",
            "sh",
            "-c",
            "mount -t tmpfs -o size=64k none \"$0\" && exec \"$@\"",
            dir.toString());
    assumeTrue(works(small), "there are no mounts for users here");
    try (CommandProcess bench =
        CommandProcess.startBy(
            small,
            "bench",
            "--self",
            "--ns=memory:64m",
            "--aux-path=" + dir,
            "--rw=write",
            "--verify=crc32c",
            "--verify_state_save=1")) {
      assertThat(bench.awaitExit()).isEqualTo(1);
      assertThat(bench.errors())
          .singleElement()
          .asString()
          .startsWith("nvmetcp: verify state " + dir)
          .endsWith("No space left on device");
    }
  }

  private static boolean works(List<String> before) throws InterruptedException {
    List<String> words = new ArrayList<>(before);
    words.add("true");
    try {
      return new ProcessBuilder(words).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private JsonObject checked(int port, int code, String... words) throws Exception {
    Path json = dir.resolve("checked.json");
    try (CommandProcess bench = bench(port, with(words, "--output=" + json))) {
      assertThat(bench.awaitExit()).as("%s", bench.errors()).isEqualTo(code);
    }
    return new JsonObject(Files.readString(json))
        .getJsonArray("jobs")
        .getJsonObject(0)
        .getJsonObject("nvmetcp")
        .getJsonObject("verification");
  }

  // The target reads its file anew for each command.
  private int spoil() throws IOException {
    byte[] block = new byte[BLOCK];
    int spoiled = 0;
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (long at = 0; at < SIZE && spoiled < MOST_SPOILED; at += BLOCK) {
        file.seek(at);
        file.readFully(block);
        if (block[16] != 0) {
          file.seek(at);
          file.write(new byte[BLOCK]);
          spoiled++;
        }
      }
    }
    return spoiled;
  }
}
