package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;

/** Zeroes a range by writes of limited size, one after the other. On the session's thread. */
final class ZeroWriter extends StepSequence {
  private static final int STEP_BYTES = 128 * 1024;
  private static final MemorySegment ZEROS = Arena.global().allocate(STEP_BYTES, 4096);

  private final StorageBackend backend;
  private final boolean durable;
  private final Executor sessionThread;
  private final MemoryPieces zeros = new MemoryPieces();
  private long at;
  private long left;

  ZeroWriter(
      StorageBackend backend,
      long offsetBytes,
      long lengthBytes,
      boolean durable,
      Executor sessionThread,
      IoCompletion completion) {
    super(completion);
    this.backend = backend;
    this.durable = durable;
    this.sessionThread = sessionThread;
    at = offsetBytes;
    left = lengthBytes;
  }

  @Override
  protected boolean step() {
    if (left == 0) {
      return false;
    }
    // Up to the next multiple of the step, so that all but the first and last are aligned.
    int length = (int) Math.min(left, STEP_BYTES - at % STEP_BYTES);
    long from = at;
    at += length;
    left -= length;
    zeros.release();
    zeros.add(ZEROS, 0, length);
    backend.write(from, zeros, durable, sessionThread, this);
    return true;
  }
}
