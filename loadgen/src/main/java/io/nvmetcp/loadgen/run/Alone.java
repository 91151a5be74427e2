package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.VerifyMethod;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.sequence.Pacer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;

/**
 * A job at work on nothing: every I/O is taken and ends in its turn, without an initiator, a
 * connection or a target. For measuring what a load generator costs by itself.
 */
public final class Alone {
  private static final int BLOCK_BYTES = 4096;

  private Alone() {}

  /**
   * Runs a job on the calling thread until it is over.
   *
   * @param job without verification and without times of its own: what ends it is a number of I/Os
   *     or bytes
   * @param blocks size of the namespace that is not there, in blocks of 4096 bytes
   * @return I/Os that were sent
   * @throws IllegalArgumentException if the job verifies or has a rate
   */
  public static long run(JobSpec job, long blocks) {
    boolean paced = new Pacer(job, 0).limited();
    if (paced || job.get(JobKey.VERIFY) != VerifyMethod.NONE) {
      throw new IllegalArgumentException("a job without a rate, and without verification");
    }
    WorkerPlan plan =
        Planner.plan(job, 0, 0, new Planner.Facts(1, new UUID(0, 0), blocks, BLOCK_BYTES, false));
    var regions = new RegionRegistry();
    Region region = regions.register(plan.bufferBytes());
    try {
      var nothing = new Nothing();
      var meter = new Meter(false, nothing.nanoTime(), List.of());
      var worker = new Worker(plan, nothing, region, meter, null, nothing);
      boolean[] over = {false};
      List<Throwable> defects = new ArrayList<>();
      worker.start(() -> over[0] = true, defects::add);
      while (!over[0] && defects.isEmpty()) {
        nothing.outstanding.remove().complete();
      }
      if (!defects.isEmpty()) {
        throw new IllegalStateException("the load generator is broken", defects.getFirst());
      }
      return worker.result(new CpuTime.Used(0, 0)).outcomes().sent();
    } finally {
      region.close();
    }
  }

  private static final class Nothing implements Blocks, Ticker {
    private final Queue<Promise<Void>> outstanding = new ArrayDeque<>();

    private Future<Void> take() {
      Promise<Void> promise = Promise.promise();
      outstanding.add(promise);
      return promise.future();
    }

    @Override
    public Future<Void> read(long lba, BufferSlice buffer) {
      return take();
    }

    @Override
    public Future<Void> write(long lba, BufferSlice buffer) {
      return take();
    }

    @Override
    public Future<Void> flush() {
      return take();
    }

    @Override
    public Future<Void> trim(long lba, long count) {
      return take();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void after(long delayNs, Runnable task) {
      throw new IllegalArgumentException("a job without times of its own");
    }
  }
}
