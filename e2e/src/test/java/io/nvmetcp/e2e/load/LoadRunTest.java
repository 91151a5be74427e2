package io.nvmetcp.e2e.load;

import static io.nvmetcp.e2e.load.LoadBench.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.JobSyntaxException;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.report.JobReport;
import io.nvmetcp.loadgen.run.LoadOptions;
import io.nvmetcp.loadgen.run.LoadResult;
import io.nvmetcp.loadgen.run.LoadRun;
import io.nvmetcp.loadgen.run.WorkerError;
import io.nvmetcp.loadgen.run.WorkerState;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LoadRunTest {
  private static final long SIZE = 8 << 20;

  @TempDir Path dir;

  private static LoadBench memory(TargetOptions options) throws Exception {
    return new LoadBench(
        options, NamespaceOptions.memory(1, SIZE), NamespaceOptions.memory(2, SIZE));
  }

  private static LoadOptions counting(CountDownLatch ios) {
    return new LoadOptions(
        Path.of(""),
        plan -> List.of((operation, position, length, due, sent, now) -> ios.countDown()));
  }

  private static long ios(LoadResult result, Operation operation) {
    return JobReport.of(result.workers()).stream()
        .map(report -> report.of(operation))
        .filter(stats -> stats != null)
        .mapToLong(stats -> stats.ios())
        .sum();
  }

  @Test
  void whatIsReportedIsWhatTheTargetCounted() throws Exception {
    try (var bench = new LoadBench(new TargetOptions(), NamespaceOptions.nullDevice(1, 1L << 30))) {
      LoadResult result =
          bench.run(
              JobSpec.of(
                  "mix",
                  "rw=randrw",
                  "rwmixread=70",
                  "iodepth=64",
                  "numjobs=2",
                  "runtime=1",
                  "time_based"));
      assertThat(result.right()).isTrue();
      var counted = bench.target().statistics();
      assertThat((double) ios(result, Operation.READ))
          .isCloseTo((double) counted.reads(), within(counted.reads() / 100.0));
      assertThat((double) ios(result, Operation.WRITE))
          .isCloseTo((double) counted.writes(), within(counted.writes() / 100.0));
      assertThat(counted.reads()).isGreaterThan(counted.writes()).isPositive();
      assertThat(result.elapsedNs()).isGreaterThan(999_000_000);
      assertThat(result.samples()).isNotEmpty();
    }
  }

  @Test
  void everyBlockIsRightWhateverTheOrderAndWhoeverPlacesIt() throws Exception {
    try (var bench = memory(new TargetOptions().setPolicy("shuffle:8:3"))) {
      LoadResult result =
          bench.run(
              JobSpec.of(
                  "placed",
                  "rw=randwrite",
                  "bs=64k",
                  "iodepth=16",
                  "verify=crc32c",
                  "device=socket:16384",
                  "ddgst=1"),
              JobSpec.of(
                  "simulated",
                  "nsid=2",
                  "rw=write",
                  "bsrange=4k-32k",
                  "iodepth=16",
                  "verify=md5",
                  "device=simulated:7",
                  "hdgst=1",
                  "ddgst=1"));
      assertThat(result.right()).isTrue();
      assertThat(result.workers())
          .allSatisfy(
              worker -> assertThat(worker.verification().checkedBlocks()).isEqualTo(SIZE / 4096));
      assertThat(result.controllers()).hasSize(2);
      assertThat(result.counts().get(DdpCounter.DDP_BYTES)).isPositive();
      assertThat(result.counts().get(DdpCounter.DIGEST_IN_PLACEMENT)).isPositive();
      assertThat(result.counts().get(DdpCounter.DIGEST_BY_DEVICE)).isPositive();
      assertThat(result.counts().displaced(0)).isLessThan(result.counts().completed());
      assertThat(bench.target().statistics().connectionsOpen()).isZero();
    }
  }

  @Test
  void trimsDeallocateAndLargeIosAreCutByTheInitiator() throws Exception {
    try (var bench = memory(new TargetOptions())) {
      LoadResult result =
          bench.run(
              JobSpec.of("large", "rw=write", "bs=2m", "iodepth=2", "verify=crc32c"),
              JobSpec.of("trim", "rw=randtrim", "bs=64k", "size=50%", "stonewall"),
              JobSpec.of(
                  "zeros",
                  "rw=read",
                  "bs=64k",
                  "size=50%",
                  "verify=pattern",
                  "verify_pattern=0",
                  "stonewall"),
              JobSpec.of("rest", "rw=read", "offset=50%", "verify=crc32c", "stonewall"));
      assertThat(result.right()).isTrue();
      assertThat(ios(result, Operation.TRIM)).isEqualTo(SIZE / 2 / 65536);
    }
  }

  @Test
  void aStonewallWaitsAndLaterJobsSeeWhatEarlierOnesWrote() throws Exception {
    try (var bench = memory(new TargetOptions())) {
      LoadResult result =
          bench.run(
              JobSpec.of(
                  "write",
                  "rw=write",
                  "bs=64k",
                  "iodepth=8",
                  "verify=crc32c",
                  "do_verify=0",
                  "numjobs=4",
                  "size=2m",
                  "offset_increment=2m"),
              JobSpec.of(
                  "read", "rw=randread", "bs=16k", "iodepth=8", "verify=crc32c", "stonewall"));
      assertThat(result.right()).isTrue();
      assertThat(result.workers()).hasSize(5);
      assertThat(result.workers().getLast().verification().checkedBlocks()).isEqualTo(SIZE / 4096);
      List<JobReport> reports = JobReport.of(result.workers());
      assertThat(reports).extracting(JobReport::group).containsExactly(0, 0, 0, 0, 1);
    }
  }

  @Test
  void aRunThatIsStoppedKeepsItsFigures() throws Exception {
    try (var bench = memory(new TargetOptions())) {
      var thousand = new CountDownLatch(1_000);
      LoadRun run =
          bench.load(
              counting(thousand),
              JobSpec.of("long", "rw=randread", "iodepth=8", "runtime=600", "time_based"),
              JobSpec.of("never", "stonewall"));
      Future<LoadResult> end = run.start();
      assertThat(thousand.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(run.view()).hasSize(1);
      assertThat(run.view().getFirst().letter()).isEqualTo('r');
      run.stop();
      LoadResult result = await(end);
      assertThat(result.interrupted()).isTrue();
      assertThat(result.partial()).isTrue();
      assertThat(result.workers()).hasSize(1);
      assertThat(result.workers().getFirst().state()).isEqualTo(WorkerState.STOPPED);
      assertThat(ios(result, Operation.READ)).isGreaterThanOrEqualTo(1_000);
    }
  }

  @Test
  void aTargetThatVanishesLeavesTheFiguresOfWhatRan() throws Exception {
    try (var bench = memory(new TargetOptions())) {
      var thousand = new CountDownLatch(1_000);
      LoadRun run =
          bench.load(
              counting(thousand),
              JobSpec.of(
                  "long",
                  "rw=randread",
                  "iodepth=8",
                  "runtime=600",
                  "time_based",
                  "continue_on_error=all"));
      Future<LoadResult> end = run.start();
      assertThat(thousand.await(60, TimeUnit.SECONDS)).isTrue();
      await(bench.target().close());
      LoadResult result = await(end);
      assertThat(result.gone()).isNotEmpty();
      assertThat(result.partial()).isTrue();
      assertThat(result.right()).isFalse();
      var worker = result.workers().getFirst();
      assertThat(worker.error().code()).isEqualTo(WorkerError.ENOTCONN);
      assertThat(worker.outcomes().complete()).isTrue();
      assertThat(ios(result, Operation.READ)).isGreaterThanOrEqualTo(1_000);
    }
  }

  @Test
  void aJobThatEndsWithItsFirstLostIoKnowsThatTheTargetIsGone() throws Exception {
    try (var bench = memory(new TargetOptions())) {
      var thousand = new CountDownLatch(1_000);
      LoadRun run =
          bench.load(
              counting(thousand),
              JobSpec.of("long", "rw=randread", "iodepth=8", "runtime=600", "time_based"));
      Future<LoadResult> end = run.start();
      assertThat(thousand.await(60, TimeUnit.SECONDS)).isTrue();
      await(bench.target().close());
      LoadResult result = await(end);
      assertThat(result.gone()).isNotEmpty();
      assertThat(result.partial()).isTrue();
      assertThat(result.workers().getFirst().error()).isNotNull();
    }
  }

  @Test
  void whatWasWrittenIsKnownToALaterRun() throws Exception {
    var options = new LoadOptions(dir, plan -> List.of());
    try (var bench = memory(new TargetOptions())) {
      JobSpec write =
          JobSpec.of(
              "state",
              "rw=randwrite",
              "bs=16k",
              "iodepth=8",
              "number_ios=200",
              "verify=crc32c",
              "do_verify=0",
              "verify_state_save=1");
      assertThat(await(bench.load(options, write).start()).right()).isTrue();
      assertThat(dir.resolve("local-state-0-verify.state")).exists();
      JobSpec check =
          JobSpec.of(
              "state",
              "rw=randwrite",
              "bs=16k",
              "iodepth=8",
              "verify=crc32c",
              "verify_only",
              "verify_state_load=1");
      LoadResult result = await(bench.load(options, check).start());
      assertThat(result.right()).isTrue();
      // Only what was written is checked, and nothing is written.
      assertThat(result.workers().getFirst().verification().checkedBlocks()).isEqualTo(800);
      assertThat(ios(result, Operation.WRITE)).isZero();
      JobSpec again =
          JobSpec.of(
              "state",
              "rw=randwrite",
              "bs=16k",
              "iodepth=8",
              "verify=crc32c",
              "verify_state_load=1");
      LoadResult second = await(bench.load(options, again).start());
      assertThat(second.right()).isTrue();
      assertThat(second.workers().getFirst().verification().checkedBlocks()).isEqualTo(SIZE / 4096);
    }
  }

  @Test
  void jobsThatDoNotFitAreRefusedBeforeAnythingIsSent() throws Exception {
    try (var bench = memory(new TargetOptions())) {
      assertRefused(
          bench, "job 'j', namespace 1: bs: 1536 is no multiple of the block of 4096", "bs=1536");
      assertRefused(
          bench, "8589934592 bytes of buffers are more than 4294967296", "bs=4m", "iodepth=2048");
      assertRefused(bench, "job 'j': the target shows no namespace 7", "nsid=7");
      assertRefused(
          bench, "size: 16777216 bytes from 0 on reach behind the end at 8388608", "size=16m");
      assertRefused(bench, "offset: 8388608 of clone 0 lies behind the end", "offset=8m");
      assertRefused(bench, "offset: 512 is no multiple of the block", "offset=512");
      assertRefused(
          bench,
          "it writes where 'j' writes, so neither can verify",
          "rw=write",
          "verify=md5",
          "numjobs=2");
      assertThat(bench.target().statistics().reads() + bench.target().statistics().writes())
          .isZero();
    }
  }

  private static void assertRefused(LoadBench bench, String reason, String... words) {
    assertThatThrownBy(() -> bench.run(JobSpec.of("j", words)))
        .isInstanceOf(JobSyntaxException.class)
        .hasMessageContaining(reason);
  }
}
