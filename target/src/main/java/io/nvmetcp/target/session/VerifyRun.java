package io.nvmetcp.target.session;

import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StepSequence;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.concurrent.Executor;

/**
 * Verify: reads a range piece by piece and drops what it reads (NVM command set specification
 * 3.2.6). It stops when nobody wants to know any more. On the session's thread.
 */
final class VerifyRun extends StepSequence {
  private final StorageBackend backend;
  private final Executor thread;
  private final int stepBytes;
  private final CommandSlot slot;
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
    this.slot = slot;
    at = offsetBytes;
    left = lengthBytes;
  }

  @Override
  protected boolean step() {
    held.release();
    if (left == 0 || slot.unwanted()) {
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
