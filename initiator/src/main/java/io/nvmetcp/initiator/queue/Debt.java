package io.nvmetcp.initiator.queue;

/** What must still happen before a command ends; bits of {@link Slot#debts}. */
final class Debt {
  /** The response is not in. */
  static final int RESPONSE = 1;

  /** The device has not said that it let go of the buffer. */
  static final int TEARDOWN = 1 << 1;

  /** The socket still reads from the buffer. */
  static final int SEND = 1 << 2;

  private Debt() {}
}
