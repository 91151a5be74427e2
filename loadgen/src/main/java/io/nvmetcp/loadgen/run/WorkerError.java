package io.nvmetcp.loadgen.run;

import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.verify.Finding;

/**
 * What ended a worker.
 *
 * @param code as fio reports it: an error number of Linux
 * @param text one line
 */
public record WorkerError(int code, String text) {
  /** Input/output error. */
  public static final int EIO = 5;

  /** Wrong content. */
  public static final int EILSEQ = 84;

  /** The target is not there any more. */
  public static final int ENOTCONN = 107;

  static WorkerError failed(Operation operation, int lengthBytes, long position, Throwable cause) {
    String what =
        operation == Operation.SYNC
            ? "a flush"
            : "a %s of %d bytes at %d".formatted(operation.word(), lengthBytes, position);
    return new WorkerError(EIO, what + " failed: " + cause.getMessage());
  }

  static WorkerError wrongContent(Finding finding) {
    return new WorkerError(EILSEQ, "wrong content: " + finding);
  }

  static WorkerError gone(String reason) {
    return new WorkerError(ENOTCONN, "the target is gone: " + reason);
  }
}
