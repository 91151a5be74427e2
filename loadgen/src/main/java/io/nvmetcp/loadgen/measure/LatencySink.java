package io.nvmetcp.loadgen.measure;

import io.nvmetcp.loadgen.job.Operation;

/** Gets every measurement of a worker, on its thread: quick, and without blocking. */
public interface LatencySink {
  /** Counting begins. */
  default void start(long nowNs) {}

  /** An I/O ended well; see {@link Meter#done} for the parameters. */
  void add(
      Operation operation, long position, int lengthBytes, long dueNs, long sentNs, long nowNs);
}
