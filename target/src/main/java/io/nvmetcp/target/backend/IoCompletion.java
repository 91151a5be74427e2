package io.nvmetcp.target.backend;

/** What a back end calls when an operation is over. */
@FunctionalInterface
public interface IoCompletion {

  /**
   * Called exactly once per operation, on the session's thread; possibly before the call that
   * started the operation returns.
   *
   * @param status an NVMe status as {@link io.nvmetcp.nvme.Status} has it; 0 is success
   */
  void complete(int status);
}
