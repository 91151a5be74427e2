package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.ErrorLogEntry;
import io.nvmetcp.nvme.Status;
import java.util.ArrayDeque;

/**
 * The last commands of a controller that failed (log page 01h). Survives controller resets. Any
 * thread: commands fail on several.
 */
public final class ErrorLog {
  /** Entries kept. */
  public static final int ENTRIES = 64;

  private static final int TRTYPE_TCP = 3;
  private static final int NVM_COMMAND_SET = 0;

  private final ArrayDeque<ErrorLogEntry> newestFirst = new ArrayDeque<>(ENTRIES);
  private long count;
  private long mediaErrors;

  ErrorLog() {}

  /**
   * A command failed.
   *
   * @param qid of its queue
   * @param location byte of the SQE that is wrong, or FFFFh
   * @param lba its first block, 0 if it has none
   */
  public synchronized void record(
      int qid, int cid, int opcode, int status, int location, long lba, long nsid) {
    count++;
    int code = Status.code(status);
    if (code == Status.UNRECOVERED_READ_ERROR || code == Status.WRITE_FAULT) {
      mediaErrors++;
    }
    if (newestFirst.size() == ENTRIES) {
      newestFirst.removeLast();
    }
    newestFirst.addFirst(
        new ErrorLogEntry(
            count,
            qid,
            cid,
            status,
            location,
            lba,
            nsid,
            0,
            TRTYPE_TCP,
            NVM_COMMAND_SET,
            opcode,
            0,
            0));
  }

  /** Commands that failed. */
  synchronized long count() {
    return count;
  }

  /** Those of them that storage could not read or write. */
  synchronized long mediaErrors() {
    return mediaErrors;
  }

  /** The log page, newest entry first. */
  synchronized byte[] page() {
    byte[] page = new byte[ENTRIES * ErrorLogEntry.BYTES];
    int at = 0;
    for (ErrorLogEntry entry : newestFirst) {
      entry.encode(page, at);
      at += ErrorLogEntry.BYTES;
    }
    return page;
  }
}
