package io.nvmetcp.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.VerifyMethod;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.sequence.Pacer;
import io.nvmetcp.loadgen.verify.Ledger;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the steady state the load generator allocates nothing per I/O. */
class WorkerAllocationTest {
  private static final int BLOCKS = 4096;
  private static final int BLOCK = 512;
  private static final int IOS = 200_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A target that answers at once, with the same future; each call takes a microsecond. */
  private static final class AtOnce implements Blocks, Ticker {
    private static final Future<Void> DONE = Future.succeededFuture();
    private long nowNs = 1;
    private long calls;
    private @Nullable Runnable later;
    private long allocatedAtHalf;

    private Future<Void> answer() {
      nowNs += 1_000;
      if (++calls == IOS / 2) {
        allocatedAtHalf = THREADS.getCurrentThreadAllocatedBytes();
      }
      return DONE;
    }

    @Override
    public Future<Void> read(long lba, BufferSlice buffer) {
      return answer();
    }

    @Override
    public Future<Void> write(long lba, BufferSlice buffer) {
      return answer();
    }

    @Override
    public Future<Void> flush() {
      return answer();
    }

    @Override
    public Future<Void> trim(long lba, long count) {
      return answer();
    }

    @Override
    public long nanoTime() {
      return nowNs;
    }

    @Override
    public void after(long delayNs, Runnable task) {
      nowNs += delayNs;
      later = task;
    }
  }

  private static double bytesPerIo(String... words) {
    JobSpec job = JobSpec.of("job", words);
    var world = new AtOnce();
    var regions = new RegionRegistry();
    WorkerPlan plan =
        Planner.plan(job, 0, 0, new Planner.Facts(1, new UUID(0, 0), BLOCKS, BLOCK, false));
    Region region = regions.register(plan.bufferBytes());
    try (Ledger ledger = Ledger.inMemory(0, BLOCKS)) {
      Verification verification =
          job.get(JobKey.VERIFY) == VerifyMethod.NONE ? null : new Verification(plan, ledger, 0);
      var worker =
          new Worker(
              plan,
              world,
              region,
              new Meter(new Pacer(job, 1).limited(), 0, List.of()),
              verification,
              world);
      boolean[] over = {false};
      worker.start(() -> over[0] = true, defect -> {});
      while (world.later != null) {
        Runnable task = world.later;
        world.later = null;
        task.run();
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - world.allocatedAtHalf;
      assertThat(over[0]).isTrue();
      assertThat(world.calls).isGreaterThanOrEqualTo(IOS);
      return (double) allocated / (world.calls - IOS / 2);
    } finally {
      region.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "rw=randread iodepth=32",
        "rw=randread iodepth=32 norandommap",
        "rw=randrw bsrange=512-64k iodepth=8",
        "rw=randread random_distribution=zipf:1.1",
        "rw=randread random_distribution=pareto:0.3",
        "rw=randwrite verify=crc32c norandommap fsync=100",
        "rw=write verify=md5",
        "rw=write verify=pattern verify_pattern=%o0xff",
        "rw=read rate_iops=1000k",
        "rw=trim bs=4k",
      })
  void nothingIsAllocatedPerIo(String words) {
    String[] all = (words + " time_based runtime=1d do_verify=0 number_ios=" + IOS).split(" ");
    bytesPerIo(all);
    // A column of the series each 100 ms, and what the JVM does in between.
    assertThat(bytesPerIo(all)).isLessThan(1);
  }

  @Test
  void theScaleIsRight() {
    // An object per I/O would be seen: this is what the measurement is worth.
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Object[] kept = new Object[IOS];
    for (int i = 0; i < IOS; i++) {
      kept[i] = new long[1];
    }
    assertThat(kept).doesNotContainNull();
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isGreaterThan(IOS * 16L);
  }
}
