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
  private final long end;
  private long at;

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
    end = offsetBytes + lengthBytes;
  }

  @Override
  protected boolean step() {
    if (at == end) {
      return false;
    }
    long from = at;
    int length = GatedBackend.step(at, end, STEP_BYTES);
    at += length;
    zeros.release();
    zeros.add(ZEROS, 0, length);
    backend.write(from, zeros, durable, sessionThread, this);
    return true;
  }
}
