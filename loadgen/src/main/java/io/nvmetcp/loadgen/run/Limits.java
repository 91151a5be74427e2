package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;

/**
 * When a job ends and pauses, out of its map of words: this is asked for every I/O.
 *
 * @param numberIos I/Os, or 0
 * @param fsync writes between two flushes, or 0
 */
record Limits(
    long rampNs,
    long runtimeNs,
    boolean timeBased,
    int loops,
    long numberIos,
    int fsync,
    long thinktimeNs,
    int thinktimeBlocks) {

  static Limits of(WorkerPlan plan) {
    JobSpec job = plan.job();
    return new Limits(
        job.get(JobKey.RAMP_NS),
        job.get(JobKey.RUNTIME_NS),
        job.get(JobKey.TIME_BASED),
        job.get(JobKey.LOOPS),
        job.get(JobKey.NUMBER_IOS),
        job.get(JobKey.FSYNC),
        job.get(JobKey.THINKTIME_NS),
        job.get(JobKey.THINKTIME_BLOCKS));
  }

  /** True if so many I/Os are enough. */
  boolean reached(long issued) {
    return numberIos > 0 && issued >= numberIos;
  }
}
