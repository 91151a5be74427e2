package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  // As fio 3.33 writes it, shortened: text before the JSON, no percentiles of the whole latency.
  private static final String OF_FIO =
      """
      fio: a note
      {
        "fio version" : "fio-3.33",
        "time" : "Thu Nov 26 11:10:54 2026",
        "jobs" : [
          {
            "jobname" : "r",
            "read" : {
              "bw_bytes" : 2048000, "bw" : 2000, "iops" : 500.0, "total_ios" : 500,
              "clat_ns" : {
                "max" : 2000000, "mean" : 1100000.0, "percentile" : { "50.000000" : 1000000, "99.000000" : 2000000 }
              },
              "lat_ns" : { "max" : 2000100, "mean" : 1100100.0 }
            },
            "write" : { "total_ios" : 0 }
          }
        ]
      }
      """;

  @TempDir Path dir;

  private RunFile ours(String name, Results results) throws IOException {
    Path file = dir.resolve(name);
    Files.writeString(file, FioJson.render(results.result(), "nvmetcp test", false).encode());
    return RunFile.read(file);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  @Test
  void ratiosSayWhatTheSecondRunIsOfTheFirst() throws IOException {
    RunFile fio = RunFile.read(file("fio.json", OF_FIO));
    RunFile own = ours("own.json", new Results().reads("r", 1_000, "rw=randread"));
    String text = new Comparison(fio, own).text();
    assertThat(text)
        .startsWith(
            """
            A: fio.json (fio-3.33, Thu Nov 26 11:10:54 2026)
            B: own.json (nvmetcp test,\
            """)
        .containsPattern("r read +A +B +B/A\n")
        .containsPattern(" IOPS +500 +1k +2.00 +better\n")
        .containsPattern(" throughput +1.95 MiB/s +3.91 MiB/s +2.00 +better\n")
        .containsPattern(" mean +1.1 ms +550 us +0.50 +better\n")
        .containsPattern(" p50 +1 ms +500 us +0.50 +better\n")
        .containsPattern(" p99 +2 ms +1 ms +0.50 +better\n")
        .doesNotContain("p1 ", "p99.9 ");
    assertThat(new Comparison(own, fio).text()).containsPattern(" IOPS +1k +500 +0.50 +worse\n");
    assertThat(text.chars()).allMatch(c -> c == '\n' || c >= ' ' && c < 0x7F);
  }

  @Test
  void aboutTheSameIsNeitherBetterNorWorse() throws IOException {
    RunFile one = ours("one.json", new Results().reads("r", 1_000, "rw=randread"));
    RunFile other = ours("other.json", new Results().reads("r", 1_000, "rw=randread"));
    assertThat(new Comparison(one, other).text()).doesNotContain("better", "worse");
  }

  @Test
  void clonesAreMatchedInOrderAndStrangersAreNamed() throws IOException {
    RunFile one =
        ours("one.json", new Results().reads("a", 10, "rw=read").reads("a", 20, "rw=read"));
    RunFile other =
        ours("other.json", new Results().reads("a", 30, "rw=read").reads("b", 40, "rw=read"));
    var comparison = new Comparison(one, other);
    assertThat(comparison.shared()).containsExactly("a read");
    assertThat(comparison.text()).contains("only in A: a read (2)\n", "only in B: b read\n");
    assertThat(comparison.matches()).isTrue();
    RunFile none = ours("none.json", new Results().reads("c", 10, "rw=read"));
    assertThat(new Comparison(one, none).matches()).isFalse();
  }

  @Test
  void thePageShowsBothAndNeedsNothingElse() throws IOException {
    RunFile one = ours("one.json", new Results().reads("<a>", 1_000, "rw=read").gone("cut"));
    RunFile other = ours("other.json", new Results().reads("<a>", 900, "rw=read"));
    String page = new Comparison(one, other).page();
    PageCheck.standsAlone(page);
    assertThat(page)
        .contains("one.json and other.json compared", "Latency by percentile", "curve dashed s1")
        .contains("Throughput over time", "&lt;a&gt; read", "class=\"partial\"")
        .doesNotContain("<a>");
    RunFile fio = RunFile.read(file("fio.json", OF_FIO));
    PageCheck.standsAlone(new Comparison(fio, fio).page());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no JSON at all | this is not fio's JSON",
        "{ } | this is not fio's JSON: it has no jobs",
        "{ \"jobs\" : 3 } | this is not fio's JSON",
        "{ \"jobs\" : [ 3 ] } | this is not fio's JSON",
        "{ \"jobs\" : [ { \"read\" : { \"total_ios\" : \"x\" } } ] } | this is not fio's JSON",
        "{ \"jobs\" : [ { \"read\" : { \"total_ios\" : 1, \"clat_ns\" : { \"percentile\" : { \"x\" : 1 } } } } ] } | this is not fio's JSON",
      })
  void whatIsNoRunIsRefusedByName(String text, String reason) throws IOException {
    Path file = file("bad.json", text);
    assertThatThrownBy(() -> RunFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(reason);
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThatThrownBy(() -> RunFile.read(dir.resolve("no.json")))
        .hasMessage(dir.resolve("no.json") + ": there is no such file or folder");
  }
}
