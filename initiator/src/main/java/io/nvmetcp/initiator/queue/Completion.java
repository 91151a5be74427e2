package io.nvmetcp.initiator.queue;

/** How a command ends; exactly one of the two is called, once, on the queue's thread. */
public interface Completion {

  /**
   * The controller answered.
   *
   * @param status as {@link io.nvmetcp.nvme.Status} has it; success only if all data lies in the
   *     buffer and its digest was found right
   * @param result dwords 0 and 1 of the completion
   */
  void completed(int status, long result);

  /** The connection ended with the command in flight: whether it was executed is unknown. */
  void lost(String reason);
}
