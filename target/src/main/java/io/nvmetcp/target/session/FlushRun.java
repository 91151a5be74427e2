package io.nvmetcp.target.session;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.StepSequence;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Flush of all namespaces (NSID FFFFFFFFh; NVM command set specification 7.1): one after the other.
 * On the session's thread.
 */
final class FlushRun extends StepSequence {
  private final List<Namespace> namespaces;
  private final Executor thread;
  private int next;

  FlushRun(List<Namespace> namespaces, Executor thread, IoCompletion whole) {
    super(whole);
    this.namespaces = namespaces;
    this.thread = thread;
  }

  @Override
  protected boolean step() {
    if (next == namespaces.size()) {
      return false;
    }
    namespaces.get(next++).backend().flush(thread, this::flushed);
    return true;
  }

  // A namespace that was taken away in the meantime has nothing to flush.
  private void flushed(int status) {
    boolean gone = Status.code(status) == Status.NAMESPACE_NOT_READY;
    complete(gone ? Status.SUCCESS : status);
  }
}
