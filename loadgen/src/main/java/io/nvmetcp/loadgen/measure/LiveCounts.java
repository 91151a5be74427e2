package io.nvmetcp.loadgen.measure;

import io.nvmetcp.loadgen.job.Operation;
import java.util.concurrent.atomic.AtomicLongArray;

/** How far a worker is: written by one thread, read by any. */
public final class LiveCounts {
  private static final int OPERATIONS = Operation.values().length;

  private final AtomicLongArray ios = new AtomicLongArray(OPERATIONS);
  private final AtomicLongArray bytes = new AtomicLongArray(OPERATIONS);

  /** Nothing done yet. */
  public LiveCounts() {}

  void add(int operation, int lengthBytes) {
    ios.setRelease(operation, ios.getPlain(operation) + 1);
    bytes.setRelease(operation, bytes.getPlain(operation) + lengthBytes);
  }

  /** I/Os of an operation that ended well so far. */
  public long ios(Operation operation) {
    return ios.getAcquire(operation.ordinal());
  }

  /** Bytes they moved. */
  public long bytes(Operation operation) {
    return bytes.getAcquire(operation.ordinal());
  }
}
