package io.nvmetcp.target.session;

import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StepSequence;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.concurrent.Executor;

/**
 * Verify: reads a range piece by piece and drops what it reads (NVM command set specification
 * 3.2.6). On the session's thread.
 */
final class VerifyRun extends StepSequence {
  private final StorageBackend backend;
  private final Executor thread;
  private final int stepBytes;
  private final MemoryPieces held = new MemoryPieces();
  private long at;
  private long left;

  VerifyRun(
      StorageBackend backend,
      long offsetBytes,
      long lengthBytes,
      int stepBytes,
      Executor thread,
      CommandSlot slot) {
    super(slot);
    this.backend = backend;
    this.thread = thread;
    this.stepBytes = stepBytes;
    at = offsetBytes;
    left = lengthBytes;
  }

  @Override
  protected boolean step() {
    held.release();
    if (left == 0) {
      return false;
    }
    int length = (int) Math.min(left, stepBytes);
    long from = at;
    at += length;
    left -= length;
    backend.read(from, length, held, thread, this);
    return true;
  }
}
