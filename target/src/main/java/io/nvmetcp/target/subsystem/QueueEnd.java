package io.nvmetcp.target.subsystem;

/** A connection that carries a queue, as its controller sees it. Any thread; no call blocks. */
public interface QueueEnd {

  /** Told what became of an abort, once, on the queue's thread. */
  @FunctionalInterface
  interface AbortOutcome {

    /**
     * @param aborted the command ends with <em>Command Abort Requested</em>; otherwise it goes on,
     *     or there was none
     */
    void decided(boolean aborted);
  }

  /**
   * The association is over: close the connection. Idempotent.
   *
   * @param reason for the log
   */
  void end(String reason);

  /** The controller has an event to report: answer a waiting request if there is one. */
  void eventsPending();

  /** Aborts the command {@code cid} if that can be done. */
  void abort(int cid, AbortOutcome outcome);

  /**
   * Runs {@code action} once, on the queue's thread, as soon as no back end works on any of its
   * commands; also after the end.
   */
  void whenIdle(Runnable action);

  /** What it has transferred. */
  IoTally tally();
}
