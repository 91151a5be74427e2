package io.nvmetcp.initiator.queue;

import io.nvmetcp.nvme.Status;

/** How a command ends; exactly one of these is called, once, on the queue's thread. */
public interface Completion {

  /**
   * The controller answered.
   *
   * @param status as {@link Status} has it; success only if all data lies in the buffer and its
   *     digest was found right
   * @param result dwords 0 and 1 of the completion
   */
  void completed(int status, long result);

  /**
   * The controller answered with success, but the data of the read did not get into the buffer's
   * memory, or nobody can say whether it is right: a device's, whose owner could not help.
   *
   * @param reason one sentence
   */
  default void notDelivered(String reason) {
    completed(Status.TRANSIENT_TRANSPORT_ERROR, 0);
  }

  /** The connection ended with the command in flight: whether it was executed is unknown. */
  void lost(String reason);
}
