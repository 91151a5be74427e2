package io.nvmetcp.loadgen;

import java.util.concurrent.atomic.LongAdder;

/** How far a running job is; written by its workers, read by anyone. */
public final class Progress {
  private final LongAdder operations = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /** Nothing done yet. */
  public Progress() {}

  void done(long lengthBytes) {
    operations.increment();
    bytes.add(lengthBytes);
  }

  /** I/Os that succeeded so far. */
  public long operations() {
    return operations.sum();
  }

  /** Bytes they moved. */
  public long bytes() {
    return bytes.sum();
  }
}
