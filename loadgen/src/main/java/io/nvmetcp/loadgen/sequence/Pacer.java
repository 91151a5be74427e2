package io.nvmetcp.loadgen.sequence;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.Rate;
import java.util.SplittableRandom;

/**
 * When I/Os are due. The times depend on the rate alone, never on how fast answers come: an I/O
 * that could not be sent when it was due is late, and its latency counts from then on (so that a
 * stall is seen by every I/O that would have met it, not only by those that were sent).
 */
public final class Pacer {
  // Kept: the enum makes a new array each time it is asked.
  private static final Operation[] OPERATIONS = Operation.values();
  private static final double NANOS_PER_SECOND = 1e9;

  private final Rate[] rates = new Rate[OPERATIONS.length];
  private final double[] dueNs = new double[OPERATIONS.length];
  private final SplittableRandom random;
  private final boolean poisson;
  private final boolean limited;

  /**
   * @param seed decides due times that are random
   */
  public Pacer(JobSpec job, long seed) {
    boolean any = false;
    for (Operation operation : OPERATIONS) {
      Rate rate =
          job.get(JobKey.RW).does(operation) ? job.get(JobKey.RATE).of(operation) : Rate.NONE;
      rates[operation.ordinal()] = rate;
      any |= rate.limited();
    }
    limited = any;
    poisson = job.get(JobKey.POISSON);
    random = new SplittableRandom(seed);
  }

  /** False if every I/O is due as soon as there is room for it. */
  public boolean limited() {
    return limited;
  }

  /** The operation that is due first. */
  public Operation first() {
    Operation first = Operation.READ;
    double earliest = Double.MAX_VALUE;
    for (Operation operation : OPERATIONS) {
      int i = operation.ordinal();
      if (rates[i].limited() && dueNs[i] < earliest) {
        earliest = dueNs[i];
        first = operation;
      }
    }
    return first;
  }

  /** When the next I/O of this operation is due, nanoseconds from the start of the job. */
  public long dueNs(Operation operation) {
    return (long) dueNs[operation.ordinal()];
  }

  /** An I/O was sent, however late: the next one is due one step later. */
  public void sent(Operation operation, int lengthBytes) {
    Rate rate = rates[operation.ordinal()];
    if (!rate.limited()) {
      return;
    }
    double amount = rate.unit() == Rate.Unit.BYTES ? lengthBytes : 1;
    double step = amount * NANOS_PER_SECOND / rate.perSecond();
    if (poisson) {
      // The distance of independent arrivals; 1 - u, since u may be 0.
      step *= -Math.log(1 - random.nextDouble());
    }
    dueNs[operation.ordinal()] += step;
  }

  /**
   * About how many I/Os were due at a time and have not been sent.
   *
   * @param nowNs from the start of the job
   * @param usualBytes length of an I/O, for rates in bytes
   */
  public long dueBy(long nowNs, int usualBytes) {
    double due = 0;
    for (Operation operation : OPERATIONS) {
      int i = operation.ordinal();
      if (rates[i].limited() && nowNs > dueNs[i]) {
        double amount = (nowNs - dueNs[i]) * rates[i].perSecond() / NANOS_PER_SECOND;
        due += 1 + (rates[i].unit() == Rate.Unit.BYTES ? amount / usualBytes : amount);
      }
    }
    return (long) due;
  }
}
