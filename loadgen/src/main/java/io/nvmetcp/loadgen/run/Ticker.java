package io.nvmetcp.loadgen.run;

/** Time for a worker: what it is, and a call when it has come. Confined to the worker's thread. */
interface Ticker {
  /** Now, in nanoseconds from an arbitrary start. */
  long nanoTime();

  /** Calls {@code task} once on the worker's thread, not before {@code delayNs} have passed. */
  void after(long delayNs, Runnable task);
}
