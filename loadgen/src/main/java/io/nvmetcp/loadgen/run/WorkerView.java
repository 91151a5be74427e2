package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.measure.LiveCounts;

/** What anybody may know of a worker while it runs. Safe for use by many threads. */
public final class WorkerView {
  private final Worker worker;

  WorkerView(Worker worker) {
    this.worker = worker;
  }

  /** What it is to do. */
  public WorkerPlan plan() {
    return worker.plan();
  }

  /** Where it is. */
  public WorkerState state() {
    return worker.state();
  }

  /** When it started, as {@link System#nanoTime}; 0 if it has not. */
  public long startedNs() {
    return worker.startedNs();
  }

  /** Its letter in fio's status line. */
  public char letter() {
    return worker.letter();
  }

  /** What it has done so far. */
  public LiveCounts counts() {
    return worker.meter().live();
  }
}
