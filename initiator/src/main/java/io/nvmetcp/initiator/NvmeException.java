package io.nvmetcp.initiator;

import io.nvmetcp.initiator.health.ReplayPolicy;
import io.nvmetcp.nvme.Retry;
import io.nvmetcp.nvme.Status;
import java.time.Duration;

/**
 * How a command can fail. What a caller may do next depends on one question, and the cases are its
 * answers: was it executed?
 *
 * <ul>
 *   <li>{@link NeverSent}: no. Trying again is safe.
 *   <li>{@link OutcomeUnknown}: nobody can say. Trying again is safe for a read; a write that is
 *       tried again may overwrite what somebody else wrote meanwhile.
 *   <li>{@link CommandFailed}: the controller says that it did not succeed, and why; the status
 *       says whether another try can help. Of a change that failed, each block may hold what it
 *       held before or what was to be written.
 *   <li>{@link NotDelivered}: yes, but what was read did not get into the buffer.
 * </ul>
 *
 * <p>They carry no stack trace, since they are made on an event loop far from the caller.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="failures"}
 */
public abstract sealed class NvmeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private NvmeException(String message) {
    super(message, null, false, false);
  }

  /** What an answer that is no success means to a caller; see {@link CommandFailed}. */
  static NvmeException answered(int status, boolean io, Duration retryDelay) {
    return ReplayPolicy.leavesInDoubt(status)
        ? new OutcomeUnknown(
            Status.describeIo(status)
                + ": the command reached the controller twice, and may be executed once")
        : new CommandFailed(status, io, retryDelay);
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

  /**
   * Nobody can say whether the command was executed, or will be. Either the association ended with
   * the command in flight: the controller may even execute it later, until it too knows that the
   * association is gone. Or the controller answered with Command ID Conflict: an initiator that
   * never uses an identifier twice at a time learns from it that its command came twice, and that
   * one of the two was refused; the other may be executed at any time while the association lasts.
   */
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

  /**
   * The controller answered, and the answer is no success; nor is it Command ID Conflict, which is
   * an {@link OutcomeUnknown}.
   */
  public static final class CommandFailed extends NvmeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final boolean io;
    private final Duration retryDelay;

    /**
     * Of an I/O command, whose controller names no delay.
     *
     * @param status as {@link Status} has it
     */
    public CommandFailed(int status) {
      this(status, true, Duration.ZERO);
    }

    /**
     * @param status as {@link Status} has it
     * @param io of an I/O command; some codes mean something else to admin commands
     * @param retryDelay what the controller asks to wait before another try
     */
    public CommandFailed(int status, boolean io, Duration retryDelay) {
      super(io ? Status.describeIo(status) : Status.describe(status));
      this.status = status;
      this.io = io;
      this.retryDelay = retryDelay;
    }

    /** The status as {@link Status} has it: type and code, and the bits beside them. */
    public int status() {
      return status;
    }

    /** Status code type and status code alone, to compare with the constants of {@link Status}. */
    public int code() {
      return Status.code(status);
    }

    /** The specification's name of the status, as {@code LBA Out of Range}. */
    public String statusName() {
      return io ? Status.nameIo(status) : Status.name(status);
    }

    /** True if the controller says that the same command would fail again (DNR). */
    public boolean doNotRetry() {
      return Status.isDoNotRetry(status);
    }

    /**
     * What the status says about sending the same command again. Whether it may be repeated is the
     * caller's to know: a Compare is not the same the second time.
     */
    public Retry retry() {
      return Status.retry(status);
    }

    /**
     * How long the controller asks to wait before another try, if {@link #retry} says {@link
     * Retry#AFTER_DELAY}; else zero (CRD and CRDT, Base specification 3.3.3.2).
     */
    public Duration retryDelay() {
      return retryDelay;
    }
  }
}
