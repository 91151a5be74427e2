package io.nvmetcp.loadgen;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What came of a job.
 *
 * @param job the job
 * @param operations I/Os that succeeded
 * @param bytes bytes they moved
 * @param elapsedNanos from the first submission to the last completion
 * @param latency of each I/O, nanoseconds, from the call to the completion of its future
 * @param wrongBlocks reads whose content was wrong
 * @param failedOperations I/Os that failed
 * @param failures the first few failures and mismatches in words
 */
public record JobResult(
    Job job,
    long operations,
    long bytes,
    long elapsedNanos,
    Histogram latency,
    long wrongBlocks,
    long failedOperations,
    List<String> failures) {

  /** I/Os per second. */
  public double iops() {
    return elapsedNanos == 0 ? 0 : operations * 1e9 / elapsedNanos;
  }

  /** Mebibytes per second. */
  public double mebibytesPerSecond() {
    return elapsedNanos == 0 ? 0 : bytes * 1e9 / elapsedNanos / (1 << 20);
  }

  /** True if everything that was read was right and nothing failed. */
  public boolean right() {
    return wrongBlocks == 0 && failedOperations == 0;
  }
}
