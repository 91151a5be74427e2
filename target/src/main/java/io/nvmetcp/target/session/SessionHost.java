package io.nvmetcp.target.session;

import io.nvmetcp.nvme.ConnectData;
import java.util.concurrent.Executor;

/**
 * What a session needs of whoever runs it: a thread, and somebody to move its bytes. All calls but
 * {@link #end} come on the session's thread and must not call back into the session at once.
 */
public interface SessionHost {

  /**
   * The association is over: close the connection. Any thread; idempotent; returns at once.
   *
   * @param reason for the log
   */
  void end(String reason);

  /** The session's thread; what it is given runs in order. Any thread may call it. */
  Executor thread();

  /** Responses became ready outside a turn: call {@link TargetSession#turnEnd} soon, then flush. */
  void turnWanted();

  /**
   * {@link TargetSession#accept} left bytes, and would take more of them now: offer them again, but
   * not before other connections had their turn.
   */
  void roomAgain();

  /**
   * How much more may be given to the sink before it holds too much that the peer does not take; 0
   * or less if it does already. Once that changes, {@link TargetSession#turnEnd} is to be called.
   */
  long outputRoomBytes();

  /** The connection carries a queue from now on. */
  void connected();

  /**
   * The host's Connect was refused; it may try again.
   *
   * @param asked what it said; not to be trusted
   */
  void refused(ConnectData asked, int status);

  /**
   * The session is over and takes nothing any more.
   *
   * @param reason for the log
   * @param lastWords something was written for the peer to read: flush, half-close, discard what
   *     comes for a bounded time, then close; otherwise close at once
   */
  void closing(String reason, boolean lastWords);
}
