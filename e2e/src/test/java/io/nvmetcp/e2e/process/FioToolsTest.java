package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.loadgen.job.JobParser;
import io.nvmetcp.loadgen.job.JobSource;
import io.nvmetcp.loadgen.job.JobSyntaxException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code bench} writes is read by the tools that fio brings along, and looks as what fio
 * writes. Skipped where fio is not installed; {@code e2e/fio/run} installs it.
 */
@Timeout(300)
class FioToolsTest {
  private static final long SECONDS = 120;

  @TempDir private Path dir;

  @BeforeEach
  void fioIsThere() {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "fio_jsonplus_clat2csv")));
    assertThat(there || !Boolean.getBoolean("fio.required")).as("fio is installed").isTrue();
    assumeTrue(there, "fio is not installed: apt-get install fio, or e2e/fio/run");
  }

  private String tool(String... words) throws IOException, InterruptedException {
    Path output = dir.resolve("tool.out");
    Process process =
        new ProcessBuilder(words)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  // The same jobs for both programs.
  private static List<String> jobs() {
    return List.of(
        "--name=mix",
        "--rw=randrw",
        "--rwmixread=70",
        "--bs=4k",
        "--size=8m",
        "--number_ios=2000",
        "--fsync=10",
        "--percentile_list=50:99:99.9",
        "--name=trim",
        "--rw=trim",
        "--bs=64k",
        "--size=8m");
  }

  private JsonObject bench(String format, String... more) throws Exception {
    Path json = dir.resolve("run.json");
    List<String> words =
        new ArrayList<>(List.of("bench", "--self", "--ns", "memory:8m", "--eta=never"));
    words.addAll(List.of("--aux-path=" + dir, "--output-format=" + format, "--output=" + json));
    words.addAll(List.of(more));
    words.addAll(jobs());
    try (CommandProcess command = CommandProcess.start(words.toArray(String[]::new))) {
      assertThat(command.awaitExit()).as(command.errors().toString()).isZero();
    }
    return new JsonObject(Files.readString(json));
  }

  /** There are no job files. */
  private static final class NoFiles implements JobSource {
    @Override
    public String read(String name, String relativeTo) throws IOException {
      throw new IOException("no file " + name);
    }

    @Override
    public String variable(String name) {
      return "";
    }
  }

  @Test
  void theConverterOfJsonPlusReadsItAndFindsEveryIoAgain() throws Exception {
    JsonArray jobs = bench("json+").getJsonArray("jobs");

    assertThat(tool("fio_jsonplus_clat2csv", "run.json", "run.csv")).contains("run_job1.csv");
    assertThat(tool("fio_jsonplus_clat2csv", "run.json", "run.csv", "--validate"))
        .contains("run_job0.csv validated", "run_job1.csv validated");
    for (int i = 0; i < 2; i++) {
      List<String> lines = Files.readAllLines(dir.resolve("run_job" + i + ".csv"));
      List<String> columns = List.of(lines.getFirst().split(", "));
      for (String direction : List.of("read", "write", "trim")) {
        int column = columns.indexOf(direction + "_clat_ns_cumulative");
        long last =
            lines.stream()
                .skip(1)
                .map(line -> line.split(", ", -1)[column].strip())
                .filter(cell -> !cell.isEmpty())
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
        assertThat(last)
            .as("%d %s", i, direction)
            .isEqualTo(jobs.getJsonObject(i).getJsonObject(direction).getLong("total_ios"));
      }
    }
  }

  @Test
  void everythingThatFiosOwnJsonHasIsThereAndIsOfTheSameKind() throws Exception {
    JsonObject ours = bench("json");
    List<String> words =
        new ArrayList<>(
            List.of("fio", "--ioengine=null", "--output-format=json", "--output=fio.json"));
    words.addAll(jobs());
    tool(words.toArray(String[]::new));
    JsonObject theirs = new JsonObject(Files.readString(dir.resolve("fio.json")));

    var expected = new TreeSet<String>();
    var found = new TreeSet<String>();
    paths("", theirs.getMap(), expected);
    paths("", ours.getMap(), found);
    assertThat(expected).hasSizeGreaterThan(200);
    assertThat(found).containsAll(expected);
  }

  // What the user gave is the user's; fio says it a little differently.
  private static void paths(String path, Object value, TreeSet<String> into) {
    switch (value) {
      case Map<?, ?> map ->
          map.forEach(
              (key, inner) -> {
                if (!key.toString().endsWith(" options")) {
                  paths(path + "/" + key, inner, into);
                }
              });
      case JsonObject object -> paths(path, object.getMap(), into);
      case JsonArray array -> paths(path, array.getList(), into);
      case List<?> list -> list.forEach(inner -> paths(path + "[]", inner, into));
      case Number ignored -> into.add(path + " is a number");
      default -> into.add(path + " is a " + value.getClass().getSimpleName());
    }
  }

  @Test
  void everyOptionOfFioIsReadOrRefusedByName() throws Exception {
    List<String> options =
        tool("fio", "--cmdhelp")
            .lines()
            .filter(line -> line.contains(":"))
            .map(line -> line.substring(0, line.indexOf(':')).strip())
            .toList();
    assertThat(options).hasSizeGreaterThan(150).contains("rw", "zonemode");
    for (String option : options) {
      Throwable refusal =
          catchThrowable(
              () -> JobParser.parse(List.of("--" + option + "=?"), "bench", new NoFiles()));
      if (refusal == null) {
        // A text, which may be anything.
        continue;
      }
      assertThat(refusal)
          .isInstanceOf(JobSyntaxException.class)
          .hasMessageStartingWith("--" + option + ": ")
          .hasMessageNotContaining("there is no such option");
    }
  }

  @Test
  void theLatencyLogsArePlotDataForFio2gnuplotAndHaveFiosColumns() throws Exception {
    bench("json", "--write_lat_log=run", "--log_offset=1");

    assertThat(tool("fio2gnuplot", "-p", "run_lat.1.log", "-d", "out", "-k"))
        .contains("1 files Selected", "run_lat.1.log");
    try (var files = Files.list(dir.resolve("out"))) {
      assertThat(files.map(file -> file.getFileName().toString())).contains("run_lat.1.average");
    }
    List<String> words =
        new ArrayList<>(List.of("fio", "--ioengine=null", "--write_lat_log=fio", "--log_offset=1"));
    words.addAll(jobs());
    tool(words.toArray(String[]::new));
    int columns = Files.readAllLines(dir.resolve("fio_lat.1.log")).getFirst().split(", ").length;
    for (String kind : List.of("lat", "slat", "clat")) {
      assertThat(Files.readAllLines(dir.resolve("run_" + kind + ".1.log")))
          .hasSizeGreaterThanOrEqualTo(2000)
          .allMatch(line -> line.split(", ").length == columns);
    }
  }
}
