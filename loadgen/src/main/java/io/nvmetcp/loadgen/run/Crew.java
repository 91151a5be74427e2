package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.VerifyMethod;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.sequence.Pacer;
import io.nvmetcp.loadgen.verify.Ledger;
import io.nvmetcp.loadgen.verify.LedgerFile;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A worker with all it needs: its place on an event loop, its memory, its ledger. Belongs to the
 * coordinator of the run, which calls {@link #prepare}, {@link #start} and {@link #close} in this
 * order; the others may be called by any thread in between.
 */
final class Crew {
  // More than this is kept in a file or not at all.
  private static final long MOST_LEDGER_BYTES = 1L << 30;

  private final WorkerPlan plan;
  private final LoadTarget.Link link;
  private final Namespace namespace;
  private final Context context;
  private final LoadOptions options;
  private @Nullable Region region;
  private @Nullable Ledger ledger;
  private volatile @Nullable Worker worker;

  Crew(
      WorkerPlan plan,
      LoadTarget.Link link,
      Namespace namespace,
      Context context,
      LoadOptions options) {
    this.plan = plan;
    this.link = link;
    this.namespace = namespace;
    this.context = context;
    this.options = options;
  }

  WorkerPlan plan() {
    return plan;
  }

  /**
   * Gets memory and the ledger; may block.
   *
   * @throws IOException with a sentence if one cannot be had
   */
  void prepare() throws IOException {
    JobSpec job = plan.job();
    long bytes = plan.bufferBytes();
    try {
      region = link.regions().register(bytes);
    } catch (OutOfMemoryError e) {
      throw new IOException(
          "job '%s': there is no memory for %d bytes of buffers".formatted(job.name(), bytes), e);
    }
    if (job.get(JobKey.VERIFY) != VerifyMethod.NONE) {
      ledger = openLedger();
    } else if (job.get(JobKey.RW).does(Operation.WRITE)) {
      fill(region.segment());
    }
  }

  // What is written without verification: not zeros, which a target may treat as nothing.
  private void fill(MemorySegment data) {
    var random = new SplittableRandom(plan.seed());
    for (long at = 0; at + Long.BYTES <= data.byteSize(); at += Long.BYTES) {
      data.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
  }

  private @Nullable Ledger openLedger() throws IOException {
    JobSpec job = plan.job();
    boolean load = job.get(JobKey.VERIFY_STATE_LOAD);
    if (!job.get(JobKey.RW).does(Operation.WRITE) || job.get(JobKey.VERIFY_ONLY) && !load) {
      return null;
    }
    var scope =
        new LedgerFile.Scope(
            Verification.identity(plan),
            plan.uuid(),
            plan.firstLba(),
            plan.blocks(),
            plan.blockBytes());
    if (load) {
      return LedgerFile.load(stateFile(), scope);
    }
    if (job.get(JobKey.VERIFY_STATE_SAVE)) {
      return LedgerFile.create(stateFile(), scope);
    }
    if (Ledger.bytes(plan.blocks()) > MOST_LEDGER_BYTES) {
      throw new IOException(
          ("job '%s': to verify %d blocks takes more than 1 GiB of memory: use size, or"
                  + " verify_state_save=1, which keeps it in a file")
              .formatted(job.name(), plan.blocks()));
    }
    return Ledger.inMemory(plan.firstLba(), plan.blocks());
  }

  private Path stateFile() {
    String name = plan.job().name().replaceAll("[^A-Za-z0-9._-]", "_");
    return options
        .stateFolder()
        .resolve("local-%s-%d-verify.state".formatted(name, plan.cloneIndex()));
  }

  /**
   * Starts the worker.
   *
   * @param originNs start of the run
   * @return what came of it; fails if this program itself is wrong, never because of I/O
   */
  Future<WorkerResult> start(long originNs) {
    Region buffers = region;
    if (buffers == null) {
      throw new IllegalStateException("not prepared");
    }
    JobSpec job = plan.job();
    boolean paced = new Pacer(job, plan.seed()).limited();
    var meter = new Meter(paced, originNs, options.sinks().apply(plan));
    Verification verification =
        job.get(JobKey.VERIFY) == VerifyMethod.NONE
            ? null
            : new Verification(plan, ledger, link.lateNs());
    var mine =
        new Worker(
            plan,
            new NamespaceBlocks(namespace),
            buffers,
            meter,
            verification,
            LoopTicker.of(context));
    worker = mine;
    Promise<WorkerResult> ended = Promise.promise();
    var cpu = new CpuTime();
    context.runOnContext(
        ignored -> {
          cpu.start();
          mine.start(() -> ended.tryComplete(mine.result(cpu.used())), ended::tryFail);
        });
    return ended.future();
  }

  /** Ends the worker early. */
  void stop() {
    Worker mine = worker;
    if (mine != null) {
      mine.stop();
      context.runOnContext(ignored -> mine.wake());
    }
  }

  /** Ends the worker with an error, unless it has ended. */
  void fail(WorkerError error) {
    Worker mine = worker;
    if (mine != null) {
      context.runOnContext(ignored -> mine.fail(error));
    }
  }

  /** The target may have been restarted. */
  void doubt() {
    Worker mine = worker;
    if (mine != null) {
      context.runOnContext(ignored -> mine.doubt());
    }
  }

  /** What anybody may know, once it was started. */
  @Nullable WorkerView view() {
    Worker mine = worker;
    return mine == null ? null : new WorkerView(mine);
  }

  void close() {
    if (region != null) {
      region.close();
    }
    if (ledger != null) {
      ledger.close();
    }
  }
}
