package io.nvmetcp.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.VerifyMethod;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.measure.OperationStats;
import io.nvmetcp.loadgen.sequence.IoSequence;
import io.nvmetcp.loadgen.sequence.Pacer;
import io.nvmetcp.loadgen.verify.BlockContent;
import io.nvmetcp.loadgen.verify.Finding;
import io.nvmetcp.loadgen.verify.Ledger;
import io.nvmetcp.loadgen.verify.LedgerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers in a world where time and answers are the test's. */
class WorkerTest {
  private static final int BLOCKS = 256;
  private static final long SECOND = 1_000_000_000;
  private static final long MILLI = 1_000_000;
  private static final long MICRO = 1_000;
  private static final long LATE_NS = 25 * SECOND;

  private final FakeWorld world = new FakeWorld(BLOCKS);
  private final RegionRegistry regions = new RegionRegistry();
  private Ledger ledger = Ledger.inMemory(0, BLOCKS);
  @TempDir Path dir;
  private final List<Throwable> broken = new ArrayList<>();
  private Worker worker;

  @AfterEach
  void close() {
    regions.closeAll();
    ledger.close();
  }

  private static WorkerPlan plan(JobSpec job) {
    return Planner.plan(
        job, 0, 0, new Planner.Facts(1, new UUID(0, 0), BLOCKS, FakeWorld.BLOCK, false));
  }

  private Worker worker(String... words) {
    JobSpec job = JobSpec.of("job", words);
    WorkerPlan plan = plan(job);
    Region region = regions.register((long) job.get(JobKey.DEPTH) * IoSequence.largestBytes(job));
    boolean verifies = job.get(JobKey.VERIFY) != VerifyMethod.NONE;
    boolean writes = job.get(JobKey.RW).does(Operation.WRITE);
    boolean remembers = writes && (!job.get(JobKey.VERIFY_ONLY) || !ledger.strict());
    worker =
        new Worker(
            plan,
            world,
            region,
            new Meter(new Pacer(job, 1).limited(), world.nanoTime(), List.of()),
            verifies ? new Verification(plan, remembers ? ledger : null, LATE_NS) : null,
            world);
    return worker;
  }

  private WorkerResult run(String... words) {
    return run(worker(words));
  }

  private WorkerResult run(Worker each) {
    boolean[] over = {false};
    each.start(() -> over[0] = true, broken::add);
    world.run(1_000 * SECOND);
    assertThat(over[0]).as("it ended").isTrue();
    assertThat(broken).isEmpty();
    WorkerResult result = each.result(new CpuTime.Used(0, 0));
    assertThat(result.outcomes().complete()).isTrue();
    assertThat(world.outstanding).isZero();
    return result;
  }

  private static OperationStats stats(WorkerResult result, Operation operation) {
    OperationStats stats = result.meter().of(operation);
    assertThat(stats).as(operation.word()).isNotNull();
    return stats;
  }

  @Test
  void readsThePartOnceWithItsDepthOutstanding() {
    WorkerResult result = run("rw=read", "bs=1k", "iodepth=8");
    assertThat(result.state()).isEqualTo(WorkerState.DONE);
    assertThat(world.log).hasSize(128).startsWith("read 0+2", "read 2+2").endsWith("read 254+2");
    assertThat(world.mostOutstanding).isEqualTo(8);
    OperationStats reads = stats(result, Operation.READ);
    assertThat(reads.ios()).isEqualTo(128);
    assertThat(reads.bytes()).isEqualTo(128 * 1024);
    assertThat(reads.latency().getMean()).isCloseTo(1_000, within(2.0));
    assertThat(result.meter().elapsedNs()).isEqualTo(128 / 8 * 1_000);
    assertThat(result.meter().depths()[3]).isGreaterThan(115);
  }

  @Test
  void aPartIsWorkedOnAndNothingElse() {
    run("rw=randwrite", "bs=512", "offset=25%", "size=16k", "loops=3");
    assertThat(world.log).hasSize(96);
    assertThat(world.log.stream().distinct()).hasSize(32);
    assertThat(world.log)
        .allSatisfy(line -> assertThat(Integer.parseInt(line.split("[ +]")[1])).isBetween(64, 95));
  }

  @Test
  void deallocatesThePartOnce() {
    world.content.fill((byte) 1);
    WorkerResult result = run("rw=randtrim", "bs=4k", "size=64k", "iodepth=4");
    assertThat(world.sent("trim")).isEqualTo(16);
    assertThat(stats(result, Operation.TRIM).bytes()).isEqualTo(64 << 10);
    assertThat(world.content.asSlice(0, 64 << 10).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
        .containsOnly(0);
    assertThat(world.content.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 64 << 10)).isOne();
  }

  @Test
  void runtimeEndsAJobEarlyAndTimeBasedKeepsItGoing() {
    world.serviceNs = now -> MILLI;
    WorkerResult early = run("rw=read", "bs=512", "runtime=100ms");
    assertThat(stats(early, Operation.READ).ios()).isEqualTo(100);
    WorkerResult long_ = run("rw=read", "bs=512", "runtime=1s", "time_based");
    assertThat(stats(long_, Operation.READ).ios()).isEqualTo(1_000);
  }

  @Test
  void theRampIsNotCountedAndPutsTheEndOff() {
    world.serviceNs = now -> MILLI;
    WorkerResult result = run("rw=read", "bs=512", "ramp_time=2s", "runtime=1s", "time_based");
    assertThat(stats(result, Operation.READ).ios()).isBetween(999L, 1_001L);
    assertThat(result.outcomes().succeeded()).isBetween(2_999L, 3_001L);
    assertThat(result.meter().live().ios(Operation.READ)).isEqualTo(result.outcomes().succeeded());
  }

  @Test
  void numberIosAndIoSizeEndAJob() {
    assertThat(run("rw=randread", "bs=512", "number_ios=77", "iodepth=4").outcomes().sent())
        .isEqualTo(77);
    assertThat(run("rw=read", "bs=512", "io_size=1m").outcomes().sent()).isEqualTo(2_048);
    assertThat(run("rw=randread", "bs=512", "io_size=4k").outcomes().sent()).isEqualTo(8);
  }

  @Test
  void aFlushFollowsSoManyWrites() {
    WorkerResult result =
        run("rw=write", "bs=512", "size=16k", "fsync=8", "end_fsync=1", "iodepth=2");
    assertThat(world.sent("write")).isEqualTo(32);
    // After 8, 16, 24 and 32, and one at the end, when all writes have ended.
    assertThat(world.sent("flush")).isEqualTo(5);
    assertThat(world.log.getLast()).isEqualTo("flush 0+0");
    assertThat(stats(result, Operation.SYNC).ios()).isEqualTo(5);
  }

  @Test
  void aPauseBeginsWhenEverythingHasEnded() {
    WorkerResult result =
        run("rw=read", "bs=512", "size=8k", "iodepth=8", "thinktime=1ms", "thinktime_blocks=4");
    assertThat(world.mostOutstanding).isEqualTo(4);
    assertThat(result.meter().elapsedNs()).isEqualTo(4 * 1_000 + 3 * MILLI);
  }

  @Test
  void aRateIsKept() {
    WorkerResult result =
        run("rw=randread", "bs=512", "rate_iops=2000", "runtime=3s", "time_based", "iodepth=4");
    assertThat(stats(result, Operation.READ).ios()).isEqualTo(6_000);
    assertThat(stats(result, Operation.READ).latency().getMaxValue()).isLessThan(2 * MICRO);
    assertThat(result.unsent()).isZero();
  }

  @Test
  void aStallIsSeenByEveryIoThatWouldHaveMetIt() {
    long begin = world.nanoTime();
    // From the first second on, the target is away for one second.
    world.serviceNs =
        now ->
            now - begin >= SECOND && now - begin < 2 * SECOND
                ? 2 * SECOND - (now - begin)
                : 10 * MICRO;
    WorkerResult result =
        run("rw=randread", "bs=512", "rate_iops=1000", "runtime=4s", "time_based");
    OperationStats reads = stats(result, Operation.READ);
    assertThat(reads.ios()).isEqualTo(4_000);
    // One I/O was away for a second; a thousand were due meanwhile, half of them half a second
    // late.
    long late = reads.latency().getCountBetweenValues(SECOND / 2, 2 * SECOND);
    assertThat(late).isBetween(490L, 515L);
    assertThat(reads.service().getCountBetweenValues(SECOND / 2, 2 * SECOND)).isOne();
    assertThat(reads.lateness().getMaxValue()).isGreaterThan(900 * MILLI);
  }

  @Test
  void whatWasDueAndNotSentIsCounted() {
    world.serviceNs = now -> 10 * MILLI;
    WorkerResult result =
        run("rw=randread", "bs=512", "rate_iops=1000", "runtime=1s", "time_based");
    assertThat(result.outcomes().sent()).isEqualTo(100);
    assertThat(result.unsent()).isBetween(899L, 901L);
  }

  @Test
  void theFirstFailureEndsAJobThatDoesNotTolerateIt() {
    world.failing =
        (command, lba, count) -> lba == 7 ? new NvmeException.CommandFailed(0x0281) : null;
    WorkerResult result = run("rw=read", "bs=512");
    assertThat(result.state()).isEqualTo(WorkerState.FAILED);
    assertThat(result.error().code()).isEqualTo(WorkerError.EIO);
    assertThat(result.error().text()).startsWith("a read of 512 bytes at 3584 failed: ");
    assertThat(result.outcomes()).isEqualTo(new Outcomes(8, 7, 1, 0, 0));
    assertThat(stats(result, Operation.READ).errors()).isOne();
  }

  @Test
  void aDefectEndsTheJobAtOnceAndIsTold() {
    world.failing =
        (command, lba, count) -> {
          if (lba == 70) {
            throw new IllegalStateException("a defect");
          }
          return null;
        };
    Worker each = worker("rw=read", "bs=512", "iodepth=4", "verify=crc32c");
    boolean[] over = {false};
    each.start(() -> over[0] = true, broken::add);
    world.run(SECOND);
    assertThat(over[0]).isFalse();
    assertThat(broken).extracting(Throwable::getMessage).containsExactly("a defect");
    assertThat(world.sent("read")).isEqualTo(71);
    assertThat(world.outstanding).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "io", "all"})
  void aToleratedFailureIsCountedAndTheJobGoesOn(String tolerance) {
    world.failing =
        (command, lba, count) -> lba % 4 == 0 ? new NvmeException.CommandFailed(0x0281) : null;
    WorkerResult result = run("rw=read", "bs=512", "continue_on_error=" + tolerance);
    assertThat(result.state()).isEqualTo(WorkerState.DONE);
    assertThat(result.outcomes()).isEqualTo(new Outcomes(256, 192, 64, 0, 0));
  }

  @Test
  void aTargetThatRefusesIsNotStormed() {
    world.failing = (command, lba, count) -> new NvmeException.NeverSent("no connection");
    WorkerResult result =
        run("rw=read", "bs=512", "iodepth=4", "runtime=1s", "time_based", "continue_on_error=all");
    assertThat(result.outcomes().neverSent())
        .isEqualTo(result.outcomes().sent())
        .isBetween(150L, 250L);
  }

  @Test
  void stoppingEndsItOnceWhatIsOutstandingHasEnded() {
    world.serviceNs = now -> MILLI;
    Worker each = worker("rw=read", "bs=512", "iodepth=4", "runtime=9s", "time_based");
    world.at(
        100 * MILLI + 1,
        () -> {
          each.stop();
          each.wake();
        });
    WorkerResult result = run(each);
    assertThat(result.state()).isEqualTo(WorkerState.STOPPED);
    assertThat(result.outcomes().sent()).isEqualTo(404);
  }

  @Test
  void anIdleWorkerCanBeStoppedToo() {
    Worker each = worker("rw=read", "bs=512", "rate_iops=1", "runtime=900s", "time_based");
    world.at(5 * SECOND + 1, () -> each.fail(WorkerError.gone("gone")));
    WorkerResult result = run(each);
    assertThat(result.outcomes().sent()).isEqualTo(6);
    assertThat(result.error()).isEqualTo(WorkerError.gone("gone"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "randwrite", "rw", "randrw"})
  void whatWasWrittenIsReadAgainAndRight(String rw) {
    WorkerResult result =
        run("rw=" + rw, "bsrange=512-4k", "verify=crc32c", "iodepth=16", "loops=3", "fsync=10");
    assertThat(result.state()).isEqualTo(WorkerState.DONE);
    assertThat(result.verification().wrongBlocks()).isZero();
    assertThat(result.verification().checkedBlocks()).isGreaterThan(BLOCKS);
    assertThat(world.sent("read")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crc32c", "md5"})
  void randomWritesThatMeetInFlightAreKeptApart(String method) {
    // Answers come in an order of their own.
    world.serviceNs = now -> 1_000 + Math.floorMod(now * 0x9E3779B97F4A7C15L, 50_000L);
    WorkerResult result =
        run(
            "rw=randwrite",
            "bsrange=512-8k",
            "norandommap",
            "random_distribution=zipf:1.1",
            "verify=" + method,
            "iodepth=32",
            "io_size=2m");
    assertThat(result.verification().wrongBlocks()).isZero();
    assertThat(result.state()).isEqualTo(WorkerState.DONE);
  }

  @Test
  void aLostWriteAStaleAndATornBlockAreFoundAndTheRestIsChecked() {
    Worker each =
        worker("rw=write", "bs=4k", "verify=crc32c", "loops=2", "do_verify=1", "iodepth=1");
    int[] reads = {0};
    byte[] before = new byte[3 * 512];
    world.beforeRead =
        () -> {
          // The second verification: 32 reads each.
          if (++reads[0] == 32) {
            world.content.asSlice(0, 3 * 512).asByteBuffer().get(before);
          }
          if (reads[0] == 33) {
            world.content.asSlice(10 * 512, 512).fill((byte) 0);
            // Block 1 as it was after the first loop; of block 2 only the end.
            for (int i = 512; i < 3 * 512; i++) {
              if (i < 1024 || i >= 1024 + 256) {
                world.content.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, before[i]);
              }
            }
          }
        };
    WorkerResult result = run(each);
    assertThat(result.state()).isEqualTo(WorkerState.FAILED);
    assertThat(result.error().code()).isEqualTo(WorkerError.EILSEQ);
    assertThat(result.verification().counts())
        .containsOnly(
            java.util.Map.entry(Finding.Kind.STALE, 1L),
            java.util.Map.entry(Finding.Kind.TORN, 1L),
            java.util.Map.entry(Finding.Kind.LOST, 1L));
    assertThat(result.verification().findings())
        .extracting(Finding::lba)
        .containsExactlyInAnyOrder(1L, 2L, 10L);
    assertThat(result.verification().checkedBlocks()).isEqualTo(2L * BLOCKS);
  }

  @Test
  void aMisplacedWriteIsFoundAtBothPlaces() {
    Worker each = worker("rw=write", "bs=512", "verify=md5");
    int[] reads = {0};
    world.beforeRead =
        () -> {
          if (++reads[0] == 1) {
            java.lang.foreign.MemorySegment.copy(
                world.content, 5 * 512, world.content, 9 * 512, 512);
            world.content.asSlice(5 * 512, 512).fill((byte) 0);
          }
        };
    WorkerResult result = run(each);
    assertThat(result.verification().findings().toString())
        .contains("lost: namespace 1, block 5")
        .contains("misplaced: namespace 1, block 9: it holds block 5 of namespace 1");
  }

  @Test
  void theFirstWrongBlockEndsTheJobIfThatIsFatal() {
    Worker each = worker("rw=write", "bs=512", "verify=crc32c", "verify_fatal=1");
    world.beforeRead = () -> world.content.fill((byte) 0);
    WorkerResult result = run(each);
    assertThat(result.state()).isEqualTo(WorkerState.FAILED);
    assertThat(result.verification().checkedBlocks()).isOne();
    assertThat(result.error().text()).startsWith("wrong content: lost: namespace 1, block 0");
  }

  @Test
  void aReaderChecksWhatSomebodyWrote() {
    run("rw=write", "bs=4k", "verify=crc32c", "do_verify=0");
    assertThat(world.sent("read")).isZero();
    WorkerResult right = run("rw=randread", "bs=1k", "verify=crc32c");
    assertThat(right.verification().checkedBlocks()).isEqualTo(BLOCKS);
    assertThat(right.state()).isEqualTo(WorkerState.DONE);
    WorkerResult only = run("rw=write", "bs=4k", "verify=crc32c", "verify_only");
    assertThat(only.verification().checkedBlocks()).isEqualTo(BLOCKS);
    world.content.asSlice(33 * 512, 1).fill((byte) 1);
    WorkerResult wrong = run("rw=read", "bs=4k", "verify=crc32c");
    assertThat(wrong.verification().findings()).extracting(Finding::lba).containsExactly(33L);
    assertThat(wrong.state()).isEqualTo(WorkerState.FAILED);
  }

  @Test
  void aLostWriteIsForgivenOnlyIfNoFlushFollowedIt() {
    // The connection is lost once: from then on the target may have been restarted.
    world.failing =
        (command, lba, count) ->
            world.sent("write") == 200 && command.equals("write")
                ? new NvmeException.OutcomeUnknown("lost")
                : null;
    Worker each =
        worker("rw=write", "bs=512", "verify=crc32c", "fsync=100", "continue_on_error=io");
    int[] reads = {0};
    world.beforeRead =
        () -> {
          if (++reads[0] == 1) {
            // Written before the flush, and after the last one.
            world.content.asSlice(50 * 512, 512).fill((byte) 0);
            world.content.asSlice(250 * 512, 512).fill((byte) 0);
          }
        };
    WorkerResult result = run(each);
    assertThat(result.outcomes().unknown()).isOne();
    assertThat(result.verification().findings()).extracting(Finding::lba).containsExactly(50L);
  }

  @Test
  void aBlockWhoseWriteMayYetBeCarriedOutIsNotWrittenAgainUntilItCannotBe() {
    // The write of one block is lost in the first pass, is due again in the second one, and is
    // carried out before that ends.
    world.lateNs = LATE_NS - 1;
    world.failing =
        (command, lba, count) ->
            command.equals("write") && world.sent("write") == 100
                ? new NvmeException.OutcomeUnknown("lost")
                : null;
    WorkerResult result =
        run(
            "rw=write",
            "bs=512",
            "rate_iops=16",
            "verify=crc32c",
            "fsync=10",
            "continue_on_error=io",
            "loops=3");
    assertThat(result.outcomes().unknown()).isOne();
    assertThat(result.verification().findings()).isEmpty();
    assertThat(world.log.stream().filter("write 99+1"::equals)).hasSize(2);
    assertThat(world.log.stream().filter("write 98+1"::equals)).hasSize(3);
  }

  private LedgerFile.Scope scope() {
    return new LedgerFile.Scope(
        Verification.identity(plan(JobSpec.of("job", "rw=write", "verify=crc32c"))),
        new UUID(0, 0),
        0,
        BLOCKS,
        FakeWorld.BLOCK);
  }

  /** Runs a job whose ledger is in a file; what it writes can be made by hand, too. */
  private BlockContent runWithState(String... words) throws IOException {
    ledger.close();
    ledger = LedgerFile.create(dir.resolve("state"), scope());
    run(words);
    return new BlockContent(
        VerifyMethod.CRC32C, Optional.empty(), scope().identity(), FakeWorld.BLOCK);
  }

  /** The process was killed: another one goes on with what is in the file. */
  private void startAgain() throws IOException {
    ledger.close();
    ledger = LedgerFile.load(dir.resolve("state"), scope());
  }

  @Test
  void aBlockThatAKilledRunWasWritingIsNotWrittenUntilThatCannotBeCarriedOutAnyMore()
      throws IOException {
    String[] words = {"rw=write", "bs=512", "rate_iops=16", "verify=crc32c", "fsync=10"};
    BlockContent content = runWithState(words);
    // Killed with one write sent: it is carried out when the next run is in its second pass.
    int generation = ledger.issue(99);
    world.at(LATE_NS - 1, () -> content.write(world.content, 99 * 512, 99, generation));
    startAgain();
    world.log.clear();
    WorkerResult result =
        run("rw=write", "bs=512", "rate_iops=16", "verify=crc32c", "fsync=10", "loops=3");
    assertThat(result.verification().findings()).isEmpty();
    assertThat(result.verification().checkedBlocks()).isEqualTo(3 * BLOCKS);
    assertThat(world.log.stream().filter("write 99+1"::equals)).hasSize(1);
    assertThat(world.log.stream().filter("write 98+1"::equals)).hasSize(3);
  }

  @Test
  void aBlockThatAKilledRunWasWritingMayHoldEitherContent() throws IOException {
    String[] words = {"rw=write", "bs=512", "verify=crc32c", "end_fsync=1"};
    BlockContent content = runWithState(words);
    int written = ledger.issue(99);
    content.write(world.content, 99 * 512, 99, written);
    int notWritten = ledger.issue(100);
    // But nothing that was never issued, and nothing that a flush had covered before.
    content.write(world.content, 101 * 512, 101, notWritten);
    world.content.asSlice(102 * 512, 512).fill((byte) 0);
    for (int check = 0; check < 2; check++) {
      startAgain();
      Worker each = worker("rw=write", "bs=512", "verify=crc32c", "verify_only");
      WorkerResult result = run(each);
      assertThat(result.verification().findings())
          .extracting(Finding::lba)
          .containsExactly(101L, 102L);
    }
  }

  @Test
  void whereNoBlockMayBeWrittenTheJobWaits() {
    world.failing =
        (command, lba, count) ->
            command.equals("write") && world.sent("write") <= BLOCKS / 2
                ? new NvmeException.OutcomeUnknown("lost")
                : null;
    WorkerResult result =
        run("rw=write", "bs=512", "verify=crc32c", "continue_on_error=io", "size=50%", "loops=2");
    assertThat(result.outcomes()).isEqualTo(new Outcomes(4 * 128, 3 * 128, 0, 128, 0));
    assertThat(result.verification().wrongBlocks()).isZero();
  }

  @Test
  void patternsAreWrittenAndChecked() {
    WorkerResult right =
        run("rw=randwrite", "bs=1k", "verify=pattern", "verify_pattern=\"at \"%o", "iodepth=4");
    assertThat(right.verification().wrongBlocks()).isZero();
    assertThat(right.verification().checkedBlocks()).isEqualTo(BLOCKS);
    world.content.asSlice(77 * 512 + 9, 1).fill((byte) 1);
    WorkerResult wrong = run("rw=read", "bs=1k", "verify=pattern", "verify_pattern=\"at \"%o");
    assertThat(wrong.verification().findings().toString())
        .contains("corrupt: namespace 1, block 77: byte 9 is 0x01");
  }
}
