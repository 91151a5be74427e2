package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.sequence.IoSequence;
import io.nvmetcp.loadgen.sequence.Pacer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a worker sends next while its job puts load on the target: which I/O, when, and when
 * no more. Pure: time is an argument, and sending is the worker's.
 */
final class LoadFlow {
  /** What to do now. */
  enum Answer {
    /** Send the I/O that {@link #operation}, {@link #position} and the others tell. */
    SEND,
    /** Ask again when an I/O has ended. */
    WAIT,
    /** Ask again at {@link #laterNs}. */
    LATER,
    /** There is nothing more to send in this loop. */
    OVER
  }

  private static final int MOST_LEFT_OUT = 64;
  private static final long LEFT_OUT_PAUSE_NS = 20_000_000;
  private static final Operation[] OPERATIONS = Operation.values();

  private final WorkerPlan plan;
  private final IoSequence sequence;
  private final Pacer pacer;
  private final Limits limits;
  private final @Nullable Verification verification;
  private long startNs;
  private long deadlineNs;
  private boolean chosen;
  private Operation operation = Operation.READ;
  private long position;
  private int lengthBytes;
  private long dueNs;
  private long laterNs;
  private long loopBytes;
  private long issued;
  private int loop;
  private int writesSinceSync;
  private long sincePause;
  private long unsent;
  private int leftOut;

  /**
   * @param verification claims blocks before they are written, or null
   */
  LoadFlow(WorkerPlan plan, @Nullable Verification verification) {
    this.plan = plan;
    this.verification = verification;
    JobSpec job = plan.job();
    sequence = new IoSequence(job, plan.partBytes(), plan.seed());
    pacer = new Pacer(job, plan.seed());
    limits = Limits.of(plan);
  }

  /** The job begins. */
  void start(long nowNs) {
    startNs = nowNs;
    deadlineNs = limits.runtimeNs() == 0 ? Long.MAX_VALUE : countFromNs() + limits.runtimeNs();
  }

  /** When the ramp is over. */
  long countFromNs() {
    return startNs + limits.rampNs();
  }

  /** The ramp is over: what was moved so far is not part of the job. */
  void count() {
    loopBytes = 0;
    issued = 0;
  }

  /** A loop has ended; true if another one begins. */
  boolean nextLoop(long nowNs) {
    loop++;
    if (loop >= limits.loops() || limits.reached(issued) || nowNs >= deadlineNs) {
      return false;
    }
    loopBytes = 0;
    chosen = false;
    for (Operation each : OPERATIONS) {
      sequence.rewind(each);
    }
    return true;
  }

  /**
   * Decides.
   *
   * @param outstanding I/Os that have not ended
   */
  Answer next(long nowNs, int outstanding) {
    if (nowNs >= deadlineNs || limits.reached(issued)) {
      return over(nowNs);
    }
    if (limits.fsync() > 0 && writesSinceSync >= limits.fsync()) {
      writesSinceSync = 0;
      return send(Operation.SYNC, 0, 0, nowNs);
    }
    if (limits.thinktimeNs() > 0 && sincePause >= limits.thinktimeBlocks()) {
      // As fio: the pause begins when everything has ended.
      if (outstanding > 0) {
        return Answer.WAIT;
      }
      sincePause = 0;
      return later(nowNs + limits.thinktimeNs());
    }
    if (nowNs < laterNs) {
      return Answer.LATER;
    }
    if (!chosen && !choose()) {
      return over(nowNs);
    }
    long due = pacer.limited() ? startNs + pacer.dueNs(operation) : nowNs;
    if (due > nowNs) {
      return later(Math.min(due, deadlineNs));
    }
    long at = plan.startBytes() + sequence.position();
    int length = sequence.lengthBytes();
    if (verification != null && operation == Operation.WRITE) {
      switch (verification.claim(at, length, nowNs)) {
        case BUSY -> {
          return Answer.WAIT;
        }
        case HELD -> {
          return elsewhere(nowNs, outstanding);
        }
        case TAKEN -> {}
      }
    }
    chosen = false;
    loopBytes += length;
    issued++;
    sincePause++;
    writesSinceSync += operation == Operation.WRITE ? 1 : 0;
    pacer.sent(operation, length);
    return send(operation, at, length, due);
  }

  // This place is left out, and if there are many such, none is looked for until later.
  private Answer elsewhere(long nowNs, int outstanding) {
    chosen = false;
    leftOut++;
    return leftOut % MOST_LEFT_OUT == 0
        ? later(nowNs + LEFT_OUT_PAUSE_NS)
        : next(nowNs, outstanding);
  }

  private Answer send(Operation what, long at, int length, long due) {
    operation = what;
    position = at;
    lengthBytes = length;
    dueNs = due;
    return Answer.SEND;
  }

  private Answer later(long atNs) {
    laterNs = atNs;
    return Answer.LATER;
  }

  private Answer over(long nowNs) {
    if (pacer.limited()) {
      unsent = pacer.dueBy(Math.min(nowNs, deadlineNs) - startNs, IoSequence.unitBytes(plan.job()));
    }
    return Answer.OVER;
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

  /** True if I/Os are due at times of their own. */
  boolean paced() {
    return pacer.limited();
  }

  /** What to send. */
  Operation operation() {
    return operation;
  }

  /** Where, in bytes. */
  long position() {
    return position;
  }

  /** How much; 0 for a flush. */
  int lengthBytes() {
    return lengthBytes;
  }

  /** When it was due. */
  long dueNs() {
    return dueNs;
  }

  /** When to ask again. */
  long laterNs() {
    return laterNs;
  }

  /** I/Os that were due when the time was over and had not been sent. */
  long unsent() {
    return unsent;
  }
}
