package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.Rw;
import io.nvmetcp.loadgen.job.Tolerance;
import io.nvmetcp.loadgen.measure.Meter;
import io.nvmetcp.loadgen.sequence.IoSequence;
import io.nvmetcp.loadgen.sequence.Pacer;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * One clone of a job at work: keeps as many I/Os outstanding as its depth and its rate allow, until
 * the job is over. Confined to its thread, but for {@link #stop} and {@link #state}.
 *
 * <p>A loop of the job is a row of phases: the load, a flush if one is asked for, and the
 * verification of what was written. A phase ends when it has nothing more to send and nothing is
 * outstanding.
 */
final class Worker {
  // A target that refuses everything must not turn the loop into a storm.
  private static final long REFUSED_PAUSE_NS = 20_000_000;

  private static final Operation[] NONE = {};

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
  private final IoSequence sequence;
  private final Pacer pacer;
  private final Limits limits;
  private final Tolerance tolerance;
  private final boolean writes;
  private final int verifyBytes;
  private final Slot[] free;
  private final Outcomes.Counter outcomes = new Outcomes.Counter();
  private final Runnable timer = this::timeHasCome;
  private Runnable atEnd = () -> {};
  private volatile boolean stopped;
  private volatile WorkerState state = WorkerState.WAITING;

  private Phase phase = Phase.OVER;
  private int freeCount;
  private int outstanding;
  private boolean pumping;
  private boolean draining;
  private boolean counting;
  private long startNs;
  private long countFromNs;
  private long deadlineNs;
  private long timerNs = Long.MAX_VALUE;
  private long pausedUntilNs;
  private boolean chosen;
  private Operation operation = Operation.READ;
  private long loopBytes;
  private long issued;
  private int loop;
  private int writesSinceSync;
  private long sincePause;
  private boolean syncSent;
  private @Nullable VerifyScan scan;
  private @Nullable WorkerError error;
  private long unsent;

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
    sequence = new IoSequence(job, plan.partBytes(), plan.seed());
    pacer = new Pacer(job, plan.seed());
    limits = Limits.of(plan);
    tolerance = job.get(JobKey.CONTINUE_ON_ERROR);
    writes = job.get(JobKey.RW).does(Operation.WRITE);
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
   */
  void start(Runnable then) {
    atEnd = then;
    startNs = ticker.nanoTime();
    countFromNs = startNs + limits.rampNs();
    deadlineNs = limits.runtimeNs() == 0 ? Long.MAX_VALUE : countFromNs + limits.runtimeNs();
    state = limits.rampNs() > 0 ? WorkerState.RAMPING : WorkerState.RUNNING;
    if (limits.rampNs() == 0) {
      count(startNs);
    }
    begin(plan.job().get(JobKey.VERIFY_ONLY) ? Phase.VERIFY : Phase.LOAD);
    pump(startNs);
  }

  private void count(long nowNs) {
    counting = true;
    meter.start(nowNs);
    // What was moved before is not part of the job.
    loopBytes = 0;
    issued = 0;
    if (state == WorkerState.RAMPING) {
      state = WorkerState.RUNNING;
    }
  }

  /** Sends nothing more and ends when what is outstanding has ended. Any thread. */
  void stop() {
    stopped = true;
  }

  /** Stops with an error; on the worker's thread. */
  void fail(WorkerError why) {
    if (phase != Phase.OVER) {
      if (error == null) {
        error = why;
      }
      pump(ticker.nanoTime());
    }
  }

  /** Looks whether something is to be done; on the worker's thread. */
  void wake() {
    pump(ticker.nanoTime());
  }

  private void begin(Phase next) {
    phase = next;
    draining = false;
    switch (next) {
      case LOAD -> {
        loopBytes = 0;
        chosen = false;
        for (Operation each : loop == 0 ? NONE : Operation.values()) {
          sequence.rewind(each);
        }
      }
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
        state =
            error != null ? WorkerState.FAILED : stopped ? WorkerState.STOPPED : WorkerState.DONE;
        atEnd.run();
      }
    }
  }

  // What follows a phase in which nothing is left to do.
  private Phase following() {
    boolean ends = error != null || stopped;
    return switch (phase) {
      case LOAD -> {
        if (!ends && writes && plan.job().get(JobKey.END_FSYNC)) {
          yield Phase.SYNC;
        }
        yield afterWrites(ends);
      }
      case SYNC -> afterWrites(ends);
      case VERIFY -> afterLoop(ends);
      case OVER -> Phase.OVER;
    };
  }

  private Phase afterWrites(boolean ends) {
    boolean verify = verification != null && writes && plan.job().get(JobKey.DO_VERIFY);
    return verify && !ends ? Phase.VERIFY : afterLoop(ends);
  }

  private Phase afterLoop(boolean ends) {
    loop++;
    Verification content = verification;
    boolean wrong = content != null && content.wrongBlocks() > 0 && !tolerance.verify();
    if (content != null && wrong && error == null) {
      error = WorkerError.wrongContent(content.findings().getFirst());
    }
    boolean again =
        !ends
            && !wrong
            && loop < limits.loops()
            && !limits.reached(issued)
            && ticker.nanoTime() < deadlineNs
            && !plan.job().get(JobKey.VERIFY_ONLY);
    if (again) {
      state = WorkerState.RUNNING;
    }
    return again ? Phase.LOAD : Phase.OVER;
  }

  // ---- sending

  private void pump(long nowNs) {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      do {
        while (freeCount > 0 && step(nowNs)) {
          // One more was sent.
        }
        if (!draining || outstanding > 0) {
          return;
        }
        begin(following());
      } while (phase != Phase.OVER);
    } finally {
      pumping = false;
    }
  }

  // Sends one I/O, if there is one to send now.
  private boolean step(long nowNs) {
    if (draining || phase == Phase.OVER) {
      return false;
    }
    if (stopped || error != null) {
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
    if (!counting && nowNs >= countFromNs) {
      count(nowNs);
    }
    if (nowNs >= deadlineNs || limits.reached(issued)) {
      endLoad(nowNs);
      return false;
    }
    if (limits.fsync() > 0 && writesSinceSync >= limits.fsync()) {
      writesSinceSync = 0;
      send(Operation.SYNC, 0, 0, nowNs, nowNs);
      return true;
    }
    if (limits.thinktimeNs() > 0 && sincePause >= limits.thinktimeBlocks()) {
      // As fio: the pause begins when everything has ended.
      if (outstanding == 0) {
        sincePause = 0;
        pausedUntilNs = nowNs + limits.thinktimeNs();
        callAt(pausedUntilNs, nowNs);
      }
      return false;
    }
    if (!chosen && !choose()) {
      endLoad(nowNs);
      return false;
    }
    long dueNs = pacer.limited() ? startNs + pacer.dueNs(operation) : nowNs;
    if (dueNs > nowNs) {
      callAt(Math.min(dueNs, deadlineNs), nowNs);
      return false;
    }
    long position = plan.startBytes() + sequence.position();
    int length = sequence.lengthBytes();
    if (verification != null
        && operation == Operation.WRITE
        && !verification.claim(position, length)) {
      // One of its blocks is being written: wait for that.
      return false;
    }
    chosen = false;
    loopBytes += length;
    issued++;
    sincePause++;
    writesSinceSync += operation == Operation.WRITE ? 1 : 0;
    pacer.sent(operation, length);
    send(operation, position, length, dueNs, nowNs);
    return true;
  }

  private void endLoad(long nowNs) {
    draining = true;
    if (pacer.limited()) {
      unsent +=
          pacer.dueBy(Math.min(nowNs, deadlineNs) - startNs, IoSequence.unitBytes(plan.job()));
    }
  }

  // The next place; false if this loop has moved all it should.
  private boolean choose() {
    if (!limits.timeBased() && loopBytes >= plan.loopBytes()) {
      return false;
    }
    operation = pacer.limited() ? pacer.first() : sequence.chooseOperation();
    if (!sequence.next(operation)) {
      sequence.rewind(operation);
      if (!sequence.next(operation)) {
        throw new IllegalStateException("a part without a place");
      }
    }
    chosen = true;
    return true;
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
        slot.dueNs = pacer.limited() ? slot.dueNs : slot.sentNs;
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
      case TRIM -> throw new IllegalStateException("trims are refused when jobs are planned");
    };
  }

  // ---- what comes back

  /** An I/O has ended; on the worker's thread. */
  void ended(Slot slot, @Nullable Throwable failure) {
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
    if (!counting && nowNs >= countFromNs) {
      count(nowNs);
    }
    meter.done(slot.operation, slot.position, slot.lengthBytes, slot.dueNs, slot.sentNs, nowNs);
    Verification content = verification;
    if (content == null) {
      return;
    }
    switch (slot.operation) {
      case WRITE -> content.written(slot, true);
      case SYNC -> content.flushed(slot);
      case READ -> {
        if (!content.check(slot) && plan.job().get(JobKey.VERIFY_FATAL) && error == null) {
          error = WorkerError.wrongContent(content.findings().getFirst());
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
      if (slot.operation == Operation.WRITE) {
        content.written(slot, false);
      }
      if (failure instanceof NvmeException.OutcomeUnknown) {
        content.doubt();
      }
    }
    if (!tolerance.survives(slot.operation) && error == null) {
      error = WorkerError.failed(slot.operation, slot.lengthBytes, slot.position, failure);
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
    pump(ticker.nanoTime());
  }

  // ---- what others ask

  /** Where this worker is. Any thread. */
  WorkerState state() {
    return state;
  }

  /** The letter of the status line. Any thread. */
  char letter() {
    Rw rw = plan.job().get(JobKey.RW);
    WorkerState now = state;
    return now == WorkerState.RUNNING ? rw.letter() : now.letter();
  }

  WorkerPlan plan() {
    return plan;
  }

  Meter meter() {
    return meter;
  }

  /** What came of it, so far. On the worker's thread. */
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
        unsent,
        content == null ? VerifySummary.NONE : VerifySummary.of(content));
  }
}
