package io.nvmetcp.target.session;

import io.nvmetcp.target.subsystem.IoTally;
import io.nvmetcp.target.subsystem.QueueEnd;

/** A session's queue as its controller knows it: every call becomes one of the session's thread. */
final class SessionQueue implements QueueEnd {
  private final TargetSession session;
  private final SessionHost host;
  private final SessionCounters counters;
  private volatile boolean told;

  SessionQueue(TargetSession session, SessionHost host, SessionCounters counters) {
    this.session = session;
    this.host = host;
    this.counters = counters;
  }

  @Override
  public void end(String reason) {
    told = true;
    host.end(reason);
  }

  /** The controller told it to end; what comes from now on is answered no more. Any thread. */
  boolean told() {
    return told;
  }

  @Override
  public void eventsPending() {
    host.thread().execute(session::reportEvents);
  }

  @Override
  public void abort(int cid, AbortOutcome outcome) {
    host.thread().execute(() -> outcome.decided(session.abort(cid)));
  }

  @Override
  public void whenIdle(Runnable action) {
    host.thread().execute(() -> session.whenIdle(action));
  }

  @Override
  public IoTally tally() {
    return new IoTally(
        counters.get(Counter.READS),
        counters.get(Counter.WRITES),
        counters.get(Counter.BYTES_READ),
        counters.get(Counter.BYTES_WRITTEN));
  }
}
