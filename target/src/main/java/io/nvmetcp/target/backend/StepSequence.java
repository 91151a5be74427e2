package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;

/**
 * An operation in steps: each starts when the one before has succeeded, and the first failure ends
 * it. Steps that complete at once do not pile up on the stack. Used once, on the session's thread.
 */
public abstract class StepSequence implements IoCompletion {
  private final IoCompletion whole;
  private boolean stepping;
  private boolean stepDone;

  /**
   * @param whole completed at the end
   */
  protected StepSequence(IoCompletion whole) {
    this.whole = whole;
  }

  /**
   * Starts the next step, which ends by {@link #complete}; it may have ended when this returns.
   *
   * @return false if there is none left: nothing was started
   */
  protected abstract boolean step();

  /** Starts the first step; called once. */
  public final void run() {
    stepping = true;
    do {
      stepDone = false;
      if (!step()) {
        whole.complete(Status.SUCCESS);
        return;
      }
    } while (stepDone);
    stepping = false;
  }

  @Override
  public final void complete(int status) {
    if (!Status.isSuccess(status)) {
      whole.complete(status);
    } else if (stepping) {
      stepDone = true;
    } else {
      run();
    }
  }
}
