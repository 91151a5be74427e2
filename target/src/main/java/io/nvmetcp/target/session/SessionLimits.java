package io.nvmetcp.target.session;

import java.util.concurrent.TimeUnit;

/**
 * How much of the target one connection may have.
 *
 * @param memoryBytes data of its writes held at a time; beyond it R2Ts wait. Data of its reads held
 *     at a time, at a back end or on its way; beyond it no more commands are taken
 * @param turnCommands commands taken in one turn of the event loop, before others have theirs
 * @param turnBytes data taken and given in one turn
 * @param icReqTimeoutNs time from the connection's start to its ICReq
 * @param connectTimeoutNs time from the connection's start to the end of Connect
 * @param dataTimeoutNs time without a byte of the data that R2Ts asked for, or in which the host
 *     takes none of its answers: they lie in memory that others want too
 */
public record SessionLimits(
    long memoryBytes,
    int turnCommands,
    int turnBytes,
    long icReqTimeoutNs,
    long connectTimeoutNs,
    long dataTimeoutNs) {
  private static final long DATA_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

  /** 128 MiB; 256 commands or 4 MiB a turn; 5 s to ICReq, 10 s to Connect, 60 s for data. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          128L << 20, 256, 4 << 20, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(10));

  /** Limits with the default time for data. */
  public SessionLimits(
      long memoryBytes,
      int turnCommands,
      int turnBytes,
      long icReqTimeoutNs,
      long connectTimeoutNs) {
    this(memoryBytes, turnCommands, turnBytes, icReqTimeoutNs, connectTimeoutNs, DATA_TIMEOUT_NS);
  }

  /** Checks that each is positive. */
  public SessionLimits {
    check("memory", memoryBytes);
    check("commands of a turn", turnCommands);
    check("bytes of a turn", turnBytes);
    check("ICReq timeout", icReqTimeoutNs);
    check("Connect timeout", connectTimeoutNs);
    check("data timeout", dataTimeoutNs);
  }

  /** These limits with other timeouts. */
  public SessionLimits withTimeouts(long icReqNs, long connectNs) {
    return new SessionLimits(
        memoryBytes, turnCommands, turnBytes, icReqNs, connectNs, dataTimeoutNs);
  }

  /** These limits with other turns. */
  public SessionLimits withTurn(int commands, int bytes) {
    return new SessionLimits(
        memoryBytes, commands, bytes, icReqTimeoutNs, connectTimeoutNs, dataTimeoutNs);
  }

  /** These limits with other memory. */
  public SessionLimits withMemoryBytes(long bytes) {
    return new SessionLimits(
        bytes, turnCommands, turnBytes, icReqTimeoutNs, connectTimeoutNs, dataTimeoutNs);
  }

  /** These limits with another time for data. */
  public SessionLimits withDataTimeout(long dataNs) {
    return new SessionLimits(
        memoryBytes, turnCommands, turnBytes, icReqTimeoutNs, connectTimeoutNs, dataNs);
  }

  private static void check(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + ": " + value + " is below 1");
    }
  }
}
