package io.nvmetcp.e2e.bench;

/**
 * What one run of one contender measured.
 *
 * @param perSecond I/Os per second
 * @param cpuNanos CPU time of the initiator's event loops per I/O; 0 where nobody looked
 * @param heapBytes bytes that those loops allocated on the heap per I/O; 0 where nobody looked
 * @param sleeps times that those loops waited for something to do, per I/O; 0 where nobody looked
 */
record Measurement(double perSecond, double cpuNanos, double heapBytes, double sleeps) {
  /** A rate and nothing else. */
  static Measurement ofRate(double perSecond) {
    return new Measurement(perSecond, 0, 0, 0);
  }
}
