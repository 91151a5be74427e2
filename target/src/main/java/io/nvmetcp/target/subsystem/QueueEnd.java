package io.nvmetcp.target.subsystem;

/** A connection that carries a queue, as its controller sees it. */
@FunctionalInterface
public interface QueueEnd {

  /**
   * The association is over: close the connection. Any thread; idempotent; returns at once.
   *
   * @param reason for the log
   */
  void end(String reason);
}
