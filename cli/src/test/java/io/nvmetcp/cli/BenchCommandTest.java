package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class BenchCommandTest {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:bench-test";
  private static final long SECONDS = 20;

  private static Vertx vertx;
  private static NvmeTarget target;
  @TempDir Path dir;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    target =
        NvmeTarget.create(
            vertx,
            new TargetOptions()
                .addSubsystem(
                    new SubsystemOptions(NQN)
                        .addNamespace(NamespaceOptions.memory(1, 4 << 20))
                        .addNamespace(NamespaceOptions.nullDevice(2, 4 << 20))));
    target.start().await(SECONDS, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    target.close().await(SECONDS, TimeUnit.SECONDS);
    vertx.close().await(SECONDS, TimeUnit.SECONDS);
  }

  private static Captured bench(String... words) {
    List<String> all =
        new ArrayList<>(List.of("bench", "--target", "127.0.0.1:" + target.port(), "--nqn", NQN));
    all.addAll(List.of(words));
    return Captured.run(all.toArray(String[]::new));
  }

  private Path jobFile(String text) throws IOException {
    return Files.writeString(dir.resolve("jobs.fio"), text);
  }

  @Test
  void aJobFileIsRunAndSummedUp() throws IOException {
    Path file =
        jobFile(
            """
            [global]
            bs=16k
            iodepth=8

            [fill]
            rw=write
            verify=crc32c

            [look]
            stonewall
            rw=randread
            number_ios=100
            verify=crc32c
            """);
    Captured captured = bench(file.toString());
    assertThat(captured.err()).isEmpty();
    assertThat(captured.code()).isZero();
    assertThat(captured.out())
        .contains("fill: (g=0): rw=write, bs=(R) 16384B-16384B", "ioengine=nvmetcp, iodepth=8")
        .contains("look: (g=1): rw=randread")
        .contains("Starting 2 jobs")
        .contains("fill: (groupid=0, jobs=1): err= 0: pid=")
        .contains("     verified   : 1024 blocks, 0 wrong")
        .contains("     verified   : 400 blocks, 0 wrong")
        .contains("     issued rwts: total=100,0,0,0 short=0,0,0,0 dropped=0,0,0,0")
        .contains("Run status group 1 (all jobs):")
        .contains("NVMe/TCP (all jobs):");
    assertThat(captured.out().chars()).allMatch(c -> c == '\n' || c >= ' ' && c < 0x7F);
  }

  @Test
  void jsonIsAllThatStandsOnStandardOutput() {
    Captured captured =
        bench("--rw=randrw", "--number_ios=50", "--output-format=json", "--eta=never");
    assertThat(captured.code()).isZero();
    var job = new JsonObject(captured.out()).getJsonArray("jobs").getJsonObject(0);
    assertThat(job.getString("jobname")).isEqualTo("bench");
    assertThat(
            job.getJsonObject("read").getLong("total_ios")
                + job.getJsonObject("write").getLong("total_ios"))
        .isEqualTo(50);
    assertThat(captured.err()).isEmpty();
  }

  @Test
  void resultsGoToAFileAndProgressToStandardError() throws IOException {
    Path file = dir.resolve("result.txt");
    Captured captured =
        bench(
            "--output=" + file,
            "--output-format=normal,json",
            "--eta=always",
            "--nsid=2",
            "--rw=randread",
            "--rate_iops=100",
            "--runtime=2500ms",
            "--time_based");
    assertThat(captured.code()).isZero();
    assertThat(captured.out()).isEmpty();
    assertThat(captured.errLines()).isNotEmpty();
    assertThat(captured.errLines().getFirst())
        .matches(
            "Jobs: 1 \\(f=1\\): \\[r\\(1\\)]\\[\\d+\\.\\d%]\\[r=.*B/s]\\[r=\\d+ IOPS]\\[eta 00m:0\\ds]");
    assertThat(Files.readString(file)).contains("bench: (groupid=0", "\"fio version\"");
  }

  @Test
  void whatIsWrongEndsWithOne() throws IOException {
    // Nobody wrote this namespace of zeros with stamps.
    Captured captured = bench("--nsid=2", "--rw=read", "--verify=md5", "--number_ios=3");
    assertThat(captured.code()).isEqualTo(Main.FAILED);
    assertThat(captured.out())
        .contains("err=84 (wrong content: lost: namespace 2, block 0: it was to be written,")
        .contains("     verified   : 3 blocks, 3 wrong\n       lost     : 3\n");
  }

  @Test
  void aFullDiskDoesNotLoseTheRun() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "this system has no full device");
    Captured captured = bench("--output=/dev/full", "--rw=read", "--number_ios=3");
    assertThat(captured.code()).isEqualTo(8);
    assertThat(captured.errLines())
        .containsExactly("nvmetcp: /dev/full was not written: No space left on device");
    assertThat(captured.out()).contains("bench: (groupid=0, jobs=1): err= 0:");
    Captured page = bench("--report=/dev/full", "--rw=read", "--number_ios=3");
    assertThat(page.code()).isEqualTo(8);
    assertThat(page.errLines())
        .containsExactly("nvmetcp: /dev/full was not written: No space left on device");
    assertThat(page.out()).contains("bench: (groupid=0, jobs=1): err= 0:");
  }

  @Test
  void logsAreWrittenBesideTheResults() throws IOException {
    Path histograms = dir.resolve("run.hlog");
    Captured captured =
        bench(
            "--hdr-log=" + histograms,
            "--aux-path=" + dir,
            "--write_lat_log=run",
            "--rw=read",
            "--number_ios=5");
    assertThat(captured.code()).isZero();
    assertThat(Files.readAllLines(dir.resolve("run_lat.1.log"))).hasSize(5);
    assertThat(Files.readString(histograms)).contains("Tag=bench.0.read,");
    Captured full = bench("--hdr-log=/dev/full", "--rw=read", "--number_ios=5");
    assertThat(full.code()).isEqualTo(8);
    assertThat(full.err()).startsWith("nvmetcp: /dev/full was not written: ").hasLineCount(1);
    assertThat(full.out()).contains("bench: (groupid=0");
  }

  @Test
  void twoRunsAreComparedByTheirFiles() throws IOException {
    Path one = dir.resolve("one.json");
    Path other = dir.resolve("other.json");
    Path page = dir.resolve("run.html");
    assertThat(
            bench("--output-format=json", "--output=" + one, "--report=" + page, "--number_ios=99")
                .code())
        .isZero();
    assertThat(bench("--output-format=json+", "--output=" + other, "--number_ios=50").code())
        .isZero();
    assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("nvmetcp bench");
    Path report = dir.resolve("compare.html");
    Captured captured =
        Captured.run("compare", one.toString(), other.toString(), "--report", report.toString());
    assertThat(captured.err()).isEmpty();
    assertThat(captured.code()).isZero();
    assertThat(captured.out())
        .startsWith("A: one.json (nvmetcp ")
        .contains("B: other.json (nvmetcp ")
        .containsPattern("bench read +A +B +B/A\n +IOPS ");
    assertThat(Files.readString(report)).contains("one.json and other.json compared");
    // An address still means blocks.
    assertThat(Captured.run("compare", "-a", "127.0.0.1", one.toString()).err())
        .doesNotContain("json: ");
  }

  @Test
  void whatCannotBeComparedIsNamedInOneLine() throws IOException {
    Path bad = Files.writeString(dir.resolve("bad.json"), "no");
    Captured captured = Captured.run("compare", bad.toString(), bad.toString());
    assertThat(captured.errLines()).containsExactly("nvmetcp: " + bad + ": this is not fio's JSON");
    assertThat(captured.code()).isEqualTo(Main.FAILED);
    Captured one = Captured.run("compare", bad.toString());
    assertThat(one.errLines().getFirst())
        .isEqualTo(
            "nvmetcp: compare "
                + bad
                + " with what? Give two files of runs, or -a and -n for blocks");
    assertThat(one.code()).isEqualTo(Main.USAGE);
    Captured over =
        Captured.run("compare-runs", bad.toString(), "b.json", "--report", bad.toString());
    assertThat(over.errLines().getFirst()).contains("is one of the runs");
    assertThat(Files.readString(bad)).isEqualTo("no");
  }

  @Test
  void aFolderThatIsMissingIsNamed() {
    Captured captured =
        bench("--output=" + dir.resolve("no/where.txt"), "--rw=read", "--number_ios=3");
    assertThat(captured.code()).isEqualTo(8);
    assertThat(captured.err()).contains("where.txt was not written: ").hasLineCount(1);
  }

  @Test
  void aTargetThatIsNotThereIsNamedInOneLine() {
    Captured captured = Captured.run("bench", "--target", "127.0.0.1:1", "--nqn", NQN, "--rw=read");
    assertThat(captured.code()).isEqualTo(Main.NEVER_SENT);
    assertThat(captured.errLines()).hasSize(1);
    assertThat(captured.err()).startsWith("nvmetcp: ").contains("127.0.0.1", "refused");
  }

  @Test
  void itsOwnTargetRunsInASecondProcessAndEndsWithIt() {
    Captured captured =
        Captured.run(
            "bench",
            "--self",
            "--ns",
            "memory:8m",
            "--policy=reverse:4",
            "--rw=randwrite",
            "--bs=32k",
            "--iodepth=16",
            "--verify=crc32c",
            "--device=socket:16384",
            "--ddgst",
            "--output-format=json");
    assertThat(captured.err()).isEmpty();
    assertThat(captured.code()).isZero();
    JsonObject own = new JsonObject(captured.out()).getJsonObject("nvmetcp");
    assertThat(own.getJsonObject("displacement").size()).isGreaterThan(1);
    assertThat(own.getJsonObject("offload").getLong("ddp_bytes")).isPositive();
    assertThat(own.getJsonObject("offload").getLong("digest_in_placement")).isPositive();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aCongestionControlThatNobodyHasIsRefusedByItsOwnTargetAndAtTheWayToAnother() {
    String[] words = {"--tcp-congestion=no-such-one", "--rw=read", "--number_ios=3"};
    Captured self =
        Captured.run("bench", "--self", "--ns", "null:1m", words[0], words[1], words[2]);
    assertThat(self.code()).isEqualTo(Main.FAILED);
    assertThat(self.errLines()).hasSize(1);
    assertThat(self.err())
        .startsWith("nvmetcp: the target does not start: TCP congestion control 'no-such-one': ");
    Captured other = bench(words);
    assertThat(other.code()).isEqualTo(Main.NEVER_SENT);
    assertThat(other.errLines()).hasSize(1);
    assertThat(other.err()).contains("cannot connect to ", "TCP congestion control 'no-such-one'");
  }

  @Test
  void whyItsOwnTargetDoesNotStartIsSaid() {
    Captured captured =
        Captured.run("bench", "--self", "--ns", "file:" + dir.resolve("no.img"), "--rw=read");
    assertThat(captured.code()).isEqualTo(Main.FAILED);
    assertThat(captured.errLines()).hasSize(1);
    assertThat(captured.err()).contains("the target does not start: ", "no.img");
  }

  @ParameterizedTest(name = "bench {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--rw=read | where is the target?",
        "--self --target 127.0.0.1 --nqn x | --self and --target exclude each other",
        "--target 127.0.0.1 | --target goes with --nqn",
        "--target 127.0.0.1:x --nqn x | --target: 'x' is no port",
        "--target [::1]:70000 --nqn x | --target: port 70000 is not between 1 and 65535",
        "--target 127.0.0.1 --nqn x --ns memory:1m | --ns goes with --self",
        "--self --ns ram:1m | --ns: 'ram:1m': 'ram' is no kind",
        "--self --rw=reed | --rw: 'reed' is none of read, write",
        "--self --ioengine=libaio | --ioengine: this option of fio is not supported",
        "--self nosuch.fio | nosuch.fio: there is no such job file",
        "--self -x | -x: there is no such option",
        "--self --output-format=terse | --output-format: 'terse' is none of normal, json, json+",
        "--self --aux-path=/no/where | --aux-path: there is no folder /no/where",
        "--self --policy=random | policy 'random'",
        "--target 127.0.0.1 --nqn x --policy=in-order | policy goes with --self",
        "--self --name=a --policy=in-order --name=b --policy=reverse:2 | job 'b': policy in-order and reverse:2: one target",
        "--self --ctrl-loss-tmo=-2 | --ctrl-loss-tmo (-1: no limit): 0 to 2000000 seconds, not -2",
        "--self --reconnect-delay=0 | --reconnect-delay: 1 to 3600 seconds, not 0",
        "--self --fast_io_fail_tmo=-3 | --fast_io_fail_tmo (-1: no limit): 0 to 2000000 seconds",
        "--self --keep-alive-tmo=-1 | --keep-alive-tmo: 0 to 4294967 seconds, not -1",
        "--self --tcp-congestion=re.no | --tcp-congestion: TCP congestion control: 1 to 15 letters",
        "--self --eta=sometimes | 'sometimes'",
      })
  void badInputIsRefusedInOneLine(String args, String fragment) {
    Captured captured = Captured.run(("bench " + args).split(" "));
    assertThat(captured.errLines()).hasSize(2);
    assertThat(captured.errLines().get(0)).startsWith("nvmetcp: ").contains(fragment);
    assertThat(captured.errLines().get(1)).isEqualTo("Try 'nvmetcp bench --help'.");
    assertThat(captured.out()).isEmpty();
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void aWrongJobFileIsNamedWithItsLine() throws IOException {
    Path file = jobFile("[a]\nrw=read\n\nruntim=3\n");
    Captured captured = Captured.run("bench", "--self", file.toString());
    assertThat(captured.errLines().getFirst())
        .isEqualTo("nvmetcp: " + file + ":4: runtim: there is no such option; runtime?");
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void aJobThatDoesNotFitItsNamespaceIsRefused() {
    Captured captured = bench("--name=big", "--rw=read", "--size=1g");
    assertThat(captured.errLines().getFirst())
        .isEqualTo(
            "nvmetcp: job 'big', namespace 1: size: 1073741824 bytes from 0 on reach behind the end"
                + " at 4194304");
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  @Test
  void parsingOnlyRunsNothing() {
    Captured captured = Captured.run("bench", "--self", "--rw=write", "--parse-only");
    assertThat(captured.code()).isZero();
    assertThat(captured.out() + captured.err()).isEmpty();
  }

  @Test
  void theHelpNamesEveryWord() {
    Captured captured = Captured.run("bench", "--help");
    assertThat(captured.code()).isZero();
    assertThat(captured.out())
        .contains("--self", "rw, readwrite", "verify_state_save", "\"text\", %o", "Exit codes:");
    assertThat(captured.out().lines()).allSatisfy(l -> assertThat(l.length()).isLessThan(81));
  }
}
