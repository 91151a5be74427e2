package io.nvmetcp.initiator;

import io.nvmetcp.nvme.Status;

/**
 * How a command can fail. The cases differ in what a caller may do next: see each. They carry no
 * stack trace, since they are made on an event loop far from the caller.
 */
public abstract sealed class NvmeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private NvmeException(String message) {
    super(message, null, false, false);
  }

  /** Nothing was sent: trying again is safe. */
  public static final class NeverSent extends NvmeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason one sentence
     */
    public NeverSent(String reason) {
      super(reason);
    }
  }

  /** The connection ended with the command in flight: it may or may not have been executed. */
  public static final class OutcomeUnknown extends NvmeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason one sentence
     */
    public OutcomeUnknown(String reason) {
      super(reason);
    }
  }

  /**
   * The controller answered with success, but the data did not get into the buffer, which is a
   * device's memory, or nobody could check it there. Reading into other memory is safe.
   */
  public static final class NotDelivered extends NvmeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason one sentence
     */
    public NotDelivered(String reason) {
      super("completed, data not delivered: " + reason);
    }
  }

  /** The controller answered, and the answer is no success. */
  public static final class CommandFailed extends NvmeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    /**
     * @param status as {@link Status} has it
     */
    public CommandFailed(int status) {
      super(Status.describeIo(status));
      this.status = status;
    }

    /** The status as {@link Status} has it. */
    public int status() {
      return status;
    }

    /** True if the controller says that the same command would fail again. */
    public boolean doNotRetry() {
      return Status.isDoNotRetry(status);
    }
  }
}
