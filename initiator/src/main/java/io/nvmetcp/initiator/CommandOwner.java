package io.nvmetcp.initiator;

import java.time.Duration;

/** Whom a queue gives a command back to that it could not bring to an end. Any thread. */
interface CommandOwner {
  /** Fails it. */
  CommandOwner NOBODY =
      new CommandOwner() {
        @Override
        public void unsent(IoCommand command, String reason) {
          command.neverSent(reason);
        }

        @Override
        public void lost(IoCommand command, String reason) {
          command.neverSent(reason);
        }
      };

  /** What the controller asks to wait before a command that ended so is sent again. */
  default Duration retryDelay(int status) {
    return Duration.ZERO;
  }

  /** It was not sent this time: the connection has ended, and it may be sent on another one. */
  void unsent(IoCommand command, String reason);

  /** It was sent, and the connection ended before it was answered. */
  void lost(IoCommand command, String reason);
}
