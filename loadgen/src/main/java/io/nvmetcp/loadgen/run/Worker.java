package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.Tolerance;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.sequence.IoSequence;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One clone of a job at work: keeps as many I/Os outstanding as its depth and its rate allow, until
 * the job is over. Confined to its thread, but for what says otherwise.
 *
 * <p>A loop of the job is a row of phases: the load, a flush if one is asked for, and the
 * verification of what was written. A phase ends when it has nothing more to send and nothing is
 * outstanding.
 */
final class Worker {
  // A target that refuses everything must not turn the loop into a storm.
  private static final long REFUSED_PAUSE_NS = 20_000_000;

  private enum Phase {
    LOAD,
    SYNC,
    VERIFY,
    OVER
  }

  private final WorkerPlan plan;
  private final Blocks blocks;
  private final Meter meter;
  private final @Nullable Verification verification;
  private final Ticker ticker;
  private final LoadFlow flow;
  private final Tolerance tolerance;
  private final boolean writes;
  private final boolean verifyOnly;
  private final int verifyBytes;
  private final Slot[] free;
  private final Outcomes.Counter outcomes = new Outcomes.Counter();
  private final Runnable timer = this::timeHasCome;
  private Runnable atEnd = () -> {};
  private Consumer<Throwable> ifBroken = cause -> {};
  private volatile boolean stopped;
  private volatile long startedNs;
  private volatile WorkerState state = WorkerState.WAITING;

  private Phase phase = Phase.OVER;
  private int freeCount;
  private int outstanding;
  private boolean pumping;
  private boolean draining;
  private boolean counting;
  private long countFromNs;
  private long timerNs = Long.MAX_VALUE;
  private long pausedUntilNs;
  private boolean syncSent;
  private @Nullable VerifyScan scan;
  private @Nullable WorkerError error;

  /**
   * @param region room for {@code depth} I/Os of the largest size
   * @param verification makes and judges content, or null
   */
  Worker(
      WorkerPlan plan,
      Blocks blocks,
      Region region,
      Meter meter,
      @Nullable Verification verification,
      Ticker ticker) {
    this.plan = plan;
    this.blocks = blocks;
    this.meter = meter;
    this.verification = verification;
    this.ticker = ticker;
    JobSpec job = plan.job();
    flow = new LoadFlow(plan, verification);
    tolerance = job.get(JobKey.CONTINUE_ON_ERROR);
    writes = job.get(JobKey.RW).does(Operation.WRITE);
    verifyOnly = job.get(JobKey.VERIFY_ONLY);
    int largest = IoSequence.largestBytes(job);
    int block = plan.blockBytes();
    verifyBytes = largest / block * block;
    int depth = job.get(JobKey.DEPTH);
    free = new Slot[depth];
    int perBuffer = verification == null ? 0 : largest / block;
    for (int i = depth - 1; i >= 0; i--) {
      free[freeCount++] = new Slot(this, region, (long) i * largest, block, largest, perBuffer);
    }
  }

  // ---- life

  /**
   * Starts; on the worker's thread.
   *
   * @param then is called once on that thread, when all is over and nothing is outstanding
   * @param broken is called instead, if this program itself is wrong: nothing more is sent then
   */
  void start(Runnable then, Consumer<Throwable> broken) {
    atEnd = then;
    ifBroken = broken;
    try {
      start();
    } catch (RuntimeException | Error e) {
      broke(e);
      throw e;
    }
  }

  private void start() {
    long nowNs = ticker.nanoTime();
    startedNs = nowNs;
    flow.start(nowNs);
    countFromNs = flow.countFromNs();
    state = WorkerState.RAMPING;
    countIfTime(nowNs);
    begin(verifyOnly ? Phase.VERIFY : Phase.LOAD);
    pump(nowNs);
  }

  // Without this a defect would leave a job that never ends.
  private void broke(Throwable cause) {
    stopped = true;
    ifBroken.accept(cause);
  }

  private void countIfTime(long nowNs) {
    if (!counting && nowNs >= countFromNs) {
      counting = true;
      meter.start(nowNs);
      flow.count();
      state = WorkerState.RUNNING;
    }
  }

  /** Sends nothing more and ends when what is outstanding has ended. Any thread. */
  void stop() {
    stopped = true;
  }

  /** Stops with an error, unless all is over. */
  void fail(WorkerError why) {
    if (phase != Phase.OVER) {
      end(why);
      pump(ticker.nanoTime());
    }
  }

  /** Looks whether something is to be done. */
  void wake() {
    pump(ticker.nanoTime());
  }

  /** The target may have been restarted: what no flush followed may be gone. */
  void doubt() {
    if (verification != null) {
      verification.doubt();
    }
  }

  // The first error counts.
  private void end(WorkerError why) {
    if (error == null) {
      error = why;
    }
  }

  private void begin(Phase next) {
    phase = next;
    draining = false;
    switch (next) {
      case LOAD -> state = counting ? WorkerState.RUNNING : WorkerState.RAMPING;
      case SYNC -> {
        syncSent = false;
        state = WorkerState.SYNCING;
      }
      case VERIFY -> {
        scan =
            new VerifyScan(plan, verification == null ? null : verification.ledger(), verifyBytes);
        state = WorkerState.VERIFYING;
      }
      case OVER -> {
        WorkerState ended = stopped ? WorkerState.STOPPED : WorkerState.DONE;
        state = error == null ? ended : WorkerState.FAILED;
        atEnd.run();
      }
    }
  }

  // What follows a phase in which nothing is left to do.
  private Phase following() {
    boolean ends = error != null || stopped;
    return switch (phase) {
      case LOAD -> {
        boolean sync = !ends && writes && plan.job().get(JobKey.END_FSYNC);
        yield sync ? Phase.SYNC : afterWrites(ends);
      }
      case SYNC -> afterWrites(ends);
      case VERIFY, OVER -> afterLoop(ends);
    };
  }

  private Phase afterWrites(boolean ends) {
    boolean verify = verification != null && writes && plan.job().get(JobKey.DO_VERIFY);
    return verify && !ends ? Phase.VERIFY : afterLoop(ends);
  }

  private Phase afterLoop(boolean ends) {
    Verification content = verification;
    if (content != null && content.wrongBlocks() > 0 && !tolerance.verify()) {
      end(WorkerError.wrongContent(content.findings().getFirst()));
    }
    boolean again = !ends && error == null && !verifyOnly && flow.nextLoop(ticker.nanoTime());
    return again ? Phase.LOAD : Phase.OVER;
  }

  // ---- sending

  private void pump(long nowNs) {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (phase != Phase.OVER) {
        while (freeCount > 0 && step(nowNs)) {
          // One more was sent.
        }
        if (!draining || outstanding > 0) {
          return;
        }
        begin(following());
      }
    } finally {
      pumping = false;
    }
  }

  // Sends one I/O, if there is one to send now.
  private boolean step(long nowNs) {
    if (draining || stopped || error != null) {
      draining = true;
      return false;
    }
    if (nowNs < pausedUntilNs) {
      callAt(pausedUntilNs, nowNs);
      return false;
    }
    return switch (phase) {
      case LOAD -> load(nowNs);
      case SYNC -> sync(nowNs);
      case VERIFY -> verify(nowNs);
      case OVER -> false;
    };
  }

  private boolean load(long nowNs) {
    countIfTime(nowNs);
    switch (flow.next(nowNs, outstanding)) {
      case SEND -> {
        send(flow.operation(), flow.position(), flow.lengthBytes(), flow.dueNs(), nowNs);
        return true;
      }
      case LATER -> callAt(flow.laterNs(), nowNs);
      case OVER -> draining = true;
      case WAIT -> {}
    }
    return false;
  }

  private boolean sync(long nowNs) {
    if (syncSent) {
      draining = true;
      return false;
    }
    syncSent = true;
    send(Operation.SYNC, 0, 0, nowNs, nowNs);
    return true;
  }

  private boolean verify(long nowNs) {
    VerifyScan here = scan;
    if (here == null || !here.next()) {
      draining = true;
      return false;
    }
    send(Operation.READ, here.position(), here.lengthBytes(), nowNs, nowNs);
    return true;
  }

  private void send(Operation what, long position, int lengthBytes, long dueNs, long nowNs) {
    Slot slot = free[--freeCount];
    slot.operation = what;
    slot.position = position;
    slot.lengthBytes = lengthBytes;
    slot.sentNs = nowNs;
    slot.dueNs = dueNs;
    outstanding++;
    outcomes.sent();
    if (verification != null) {
      prepare(slot, verification);
    }
    meter.sent(outstanding);
    submit(slot).onComplete(slot);
  }

  // Making content takes its time, which is not the target's.
  private void prepare(Slot slot, Verification content) {
    switch (slot.operation) {
      case WRITE -> {
        content.prepareWrite(slot);
        slot.sentNs = ticker.nanoTime();
        slot.dueNs = flow.paced() ? slot.dueNs : slot.sentNs;
      }
      case READ -> content.prepareRead(slot);
      case SYNC -> content.prepareFlush(slot);
      case TRIM -> throw new IllegalStateException("what is trimmed has no content to verify");
    }
  }

  private Future<Void> submit(Slot slot) {
    long lba = slot.position / plan.blockBytes();
    return switch (slot.operation) {
      case READ -> blocks.read(lba, slot.buffer());
      case WRITE -> blocks.write(lba, slot.buffer());
      case SYNC -> blocks.flush();
      case TRIM -> blocks.trim(lba, slot.lengthBytes / plan.blockBytes());
    };
  }

  // ---- what comes back

  /** An I/O has ended. */
  void ended(Slot slot, @Nullable Throwable failure) {
    try {
      takeBack(slot, failure);
    } catch (RuntimeException | Error e) {
      broke(e);
      throw e;
    }
  }

  private void takeBack(Slot slot, @Nullable Throwable failure) {
    long nowNs = ticker.nanoTime();
    outstanding--;
    if (failure == null) {
      succeeded(slot, nowNs);
    } else {
      failed(slot, failure, nowNs);
    }
    free[freeCount++] = slot;
    pump(nowNs);
  }

  private void succeeded(Slot slot, long nowNs) {
    outcomes.succeeded();
    countIfTime(nowNs);
    meter.done(slot.operation, slot.position, slot.lengthBytes, slot.dueNs, slot.sentNs, nowNs);
    if (verification != null) {
      judge(slot, verification);
    }
  }

  private void judge(Slot slot, Verification content) {
    switch (slot.operation) {
      case WRITE -> content.written(slot, true);
      case SYNC -> content.flushed(slot);
      case READ -> {
        if (!content.check(slot) && plan.job().get(JobKey.VERIFY_FATAL)) {
          end(WorkerError.wrongContent(content.findings().getFirst()));
        }
      }
      case TRIM -> throw new IllegalStateException("what is trimmed has no content to verify");
    }
  }

  private void failed(Slot slot, Throwable failure, long nowNs) {
    outcomes.failed(failure);
    meter.failed(slot.operation, nowNs);
    Verification content = verification;
    if (content != null) {
      boolean unknown = failure instanceof NvmeException.OutcomeUnknown;
      if (slot.operation == Operation.WRITE) {
        if (unknown) {
          content.unknown(slot, nowNs);
        } else {
          content.written(slot, false);
        }
      }
      if (unknown) {
        content.doubt();
      }
    }
    if (!tolerance.survives(slot.operation)) {
      end(WorkerError.failed(slot.operation, slot.lengthBytes, slot.position, failure));
    }
    if (failure instanceof NvmeException.NeverSent) {
      pausedUntilNs = nowNs + REFUSED_PAUSE_NS;
    }
  }

  // ---- time

  private void callAt(long atNs, long nowNs) {
    if (atNs < timerNs) {
      timerNs = atNs;
      ticker.after(atNs - nowNs, timer);
    }
  }

  private void timeHasCome() {
    timerNs = Long.MAX_VALUE;
    try {
      pump(ticker.nanoTime());
    } catch (RuntimeException | Error e) {
      broke(e);
      throw e;
    }
  }

  // ---- what others ask

  /** Where this worker is. Any thread. */
  WorkerState state() {
    return state;
  }

  /** When it started, or 0. Any thread. */
  long startedNs() {
    return startedNs;
  }

  /** The letter of the status line. Any thread. */
  char letter() {
    WorkerState now = state;
    return now == WorkerState.RUNNING ? plan.job().get(JobKey.RW).letter() : now.letter();
  }

  WorkerPlan plan() {
    return plan;
  }

  Meter meter() {
    return meter;
  }

  /** What came of it, so far. */
  WorkerResult result(CpuTime.Used cpu) {
    Verification content = verification;
    return new WorkerResult(
        plan,
        state,
        error,
        meter,
        outcomes.total(),
        cpu.userNs(),
        cpu.systemNs(),
        flow.unsent(),
        content == null ? VerifySummary.NONE : VerifySummary.of(content));
  }
}
