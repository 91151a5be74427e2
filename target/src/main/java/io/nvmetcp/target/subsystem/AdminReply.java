package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Status;

/**
 * The outcome of an admin or Fabrics command.
 *
 * @param status as {@link Status} has it
 * @param result command-specific dwords 0 and 1
 * @param data for the host; empty if there is none
 */
public record AdminReply(int status, long result, byte[] data) {
  private static final byte[] NO_DATA = {};

  /** Success without data. */
  public static AdminReply ok(long result) {
    return new AdminReply(Status.SUCCESS, result, NO_DATA);
  }

  /** Success with data. */
  public static AdminReply data(byte[] data) {
    return new AdminReply(Status.SUCCESS, 0, data);
  }

  /** Failure, and nothing is said about a retry. */
  public static AdminReply failed(int status) {
    return new AdminReply(status, 0, NO_DATA);
  }

  /** Failure for good: the do-not-retry bit is added. */
  public static AdminReply refused(int status) {
    return failed(status | Status.DNR);
  }
}
