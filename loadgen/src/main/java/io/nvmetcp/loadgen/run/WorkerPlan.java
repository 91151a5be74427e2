package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.sequence.IoSequence;
import java.util.UUID;

/**
 * A clone of a job, fitted to its namespace.
 *
 * @param job the job
 * @param cloneIndex which clone of the job this is, from 0
 * @param worker number among all workers of the run, from 0
 * @param nsid the namespace
 * @param uuid of the namespace, or zeros
 * @param blockBytes its logical block
 * @param startBytes where the part of the namespace begins that is worked on
 * @param partBytes how long it is
 * @param loopBytes what is moved in one loop
 * @param seed decides every choice of this worker
 */
public record WorkerPlan(
    JobSpec job,
    int cloneIndex,
    int worker,
    long nsid,
    UUID uuid,
    int blockBytes,
    long startBytes,
    long partBytes,
    long loopBytes,
    long seed) {

  /** First block of the part. */
  long firstLba() {
    return startBytes / blockBytes;
  }

  /** Blocks of the part. */
  long blocks() {
    return partBytes / blockBytes;
  }

  /** Memory for what is outstanding. */
  long bufferBytes() {
    return (long) job.get(JobKey.DEPTH) * IoSequence.largestBytes(job);
  }
}
