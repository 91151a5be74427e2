package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;

/** What {@link BringUp} or {@link Shutdown} wants done next. */
public sealed interface Action {

  /**
   * Submit this command on the admin queue and report its end.
   *
   * @param sqe the entry; identifier and data descriptor are the queue's
   * @param direction which way data goes
   * @param data the data to send, or room for what comes
   */
  record Command(byte[] sqe, Direction direction, byte[] data) implements Action {}

  /**
   * Wait, then call {@code resumed}.
   *
   * @param millis how long
   */
  record Pause(long millis) implements Action {}

  /**
   * The controller is ready.
   *
   * @param facts what was learned
   */
  record Done(ControllerFacts facts) implements Action {}

  /** The controller completed its shutdown. */
  record ShutDown() implements Action {}

  /**
   * The controller cannot be used.
   *
   * @param reason one sentence
   */
  record Failed(String reason) implements Action {}
}
