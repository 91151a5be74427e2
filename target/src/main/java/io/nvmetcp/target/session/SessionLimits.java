package io.nvmetcp.target.session;

import java.util.concurrent.TimeUnit;

/**
 * How much of the target one connection may have.
 *
 * @param memoryBytes data of its writes held at a time; beyond it R2Ts wait
 * @param turnCommands commands taken in one turn of the event loop, before others have theirs
 * @param turnBytes data taken and given in one turn
 * @param icReqTimeoutNs time from the connection's start to its ICReq
 * @param connectTimeoutNs time from the connection's start to the end of Connect
 */
public record SessionLimits(
    long memoryBytes, int turnCommands, int turnBytes, long icReqTimeoutNs, long connectTimeoutNs) {
  /** 128 MiB; 256 commands or 4 MiB a turn; 5 s to ICReq, 10 s to the end of Connect. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          128L << 20, 256, 4 << 20, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(10));

  /** Checks that each is positive. */
  public SessionLimits {
    check("memory", memoryBytes);
    check("commands of a turn", turnCommands);
    check("bytes of a turn", turnBytes);
    check("ICReq timeout", icReqTimeoutNs);
    check("Connect timeout", connectTimeoutNs);
  }

  /** These limits with other timeouts. */
  public SessionLimits withTimeouts(long icReqNs, long connectNs) {
    return new SessionLimits(memoryBytes, turnCommands, turnBytes, icReqNs, connectNs);
  }

  /** These limits with other turns. */
  public SessionLimits withTurn(int commands, int bytes) {
    return new SessionLimits(memoryBytes, commands, bytes, icReqTimeoutNs, connectTimeoutNs);
  }

  /** These limits with other memory. */
  public SessionLimits withMemoryBytes(long bytes) {
    return new SessionLimits(bytes, turnCommands, turnBytes, icReqTimeoutNs, connectTimeoutNs);
  }

  private static void check(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + ": " + value + " is below 1");
    }
  }
}
