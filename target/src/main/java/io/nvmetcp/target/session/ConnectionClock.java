package io.nvmetcp.target.session;

import io.nvmetcp.target.schedule.Scheduler;
import io.nvmetcp.target.subsystem.KeepAlive;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection may be silent, as a function of time: until ICReq, until Connect, and then,
 * on an admin queue, as its controller's keep-alive has it; while it owes data; and while it does
 * not take what it asked for. Confined to the session's thread.
 */
final class ConnectionClock {
  private enum Phase {
    AWAIT_ICREQ,
    AWAIT_CONNECT,
    CONNECTED
  }

  private final SessionLimits limits;
  private final long startNs;
  private Phase phase = Phase.AWAIT_ICREQ;
  private @Nullable KeepAlive keepAlive;
  private long periodNs;
  private long deadlineNs;
  private long dataDeadlineNs = Scheduler.NEVER;
  private long seenBytes;
  private long answersDeadlineNs = Scheduler.NEVER;
  private long seenPayloads;

  ConnectionClock(SessionLimits limits, long nowNs) {
    this.limits = limits;
    startNs = nowNs;
    deadlineNs = nowNs + Math.min(limits.icReqTimeoutNs(), limits.connectTimeoutNs());
  }

  /** ICReq came. */
  void initialized() {
    phase = Phase.AWAIT_CONNECT;
    deadlineNs = startNs + limits.connectTimeoutNs();
  }

  /**
   * Connect succeeded.
   *
   * @param watched the controller's keep-alive if this is its admin queue, otherwise null
   */
  void connected(@Nullable KeepAlive watched) {
    phase = Phase.CONNECTED;
    keepAlive = watched;
    deadlineNs = Scheduler.NEVER;
  }

  /** Time has passed, or the host has set the keep-alive timeout: looks whether that matters. */
  void look(long nowNs) {
    KeepAlive watched = keepAlive;
    if (watched != null && watched.periodNs() != periodNs) {
      periodNs = watched.periodNs();
      deadlineNs = periodNs == 0 ? Scheduler.NEVER : nowNs + periodNs;
    }
  }

  /**
   * Looks whether data that was asked for comes.
   *
   * @param due some was asked for and is not here
   * @param takenBytes all data that has come so far
   * @param taking false if it is not the host's fault that none is taken
   */
  void data(boolean due, long takenBytes, boolean taking, long nowNs) {
    if (!due) {
      dataDeadlineNs = Scheduler.NEVER;
    } else if (dataDeadlineNs == Scheduler.NEVER || takenBytes != seenBytes || !taking) {
      dataDeadlineNs = nowNs + limits.dataTimeoutNs();
    }
    seenBytes = takenBytes;
  }

  /**
   * Looks whether answers are taken.
   *
   * @param waiting some are on their way, or the output is full
   * @param sentPayloads payloads that have left so far
   */
  void answers(boolean waiting, long sentPayloads, long nowNs) {
    if (!waiting) {
      answersDeadlineNs = Scheduler.NEVER;
    } else if (answersDeadlineNs == Scheduler.NEVER || sentPayloads != seenPayloads) {
      answersDeadlineNs = nowNs + limits.dataTimeoutNs();
    }
    seenPayloads = sentPayloads;
  }

  /** Why the connection has to end now, or null. */
  @Nullable String expired(long nowNs) {
    if (nowNs >= dataDeadlineNs) {
      return "nothing of the data that was asked for within %d ms"
          .formatted(TimeUnit.NANOSECONDS.toMillis(limits.dataTimeoutNs()));
    }
    if (nowNs >= answersDeadlineNs) {
      return "the host took nothing of its answers for %d ms"
          .formatted(TimeUnit.NANOSECONDS.toMillis(limits.dataTimeoutNs()));
    }
    if (nowNs < deadlineNs) {
      return null;
    }
    KeepAlive watched = keepAlive;
    if (watched != null) {
      // Any command of any queue counts (CTRATT.TBKAS), and is looked for only now.
      deadlineNs = nowNs + periodNs;
      return watched.expired()
          ? "nothing from the host for %d ms: keep-alive expired"
              .formatted(TimeUnit.NANOSECONDS.toMillis(periodNs))
          : null;
    }
    return "no %s within %d ms"
        .formatted(
            phase == Phase.AWAIT_ICREQ ? "ICReq" : "Connect",
            TimeUnit.NANOSECONDS.toMillis(deadlineNs - startNs));
  }

  /** When {@link #expired} is to be asked. */
  long deadlineNs() {
    return Math.min(deadlineNs, Math.min(dataDeadlineNs, answersDeadlineNs));
  }
}
