package io.nvmetcp.target.subsystem;

import java.util.concurrent.TimeUnit;

/**
 * The keep-alive timer of a controller as a function of time (Base specification 3.9), traffic
 * based: a command on any of its queues counts like a Keep Alive, looked at when the timer runs
 * out. So a dead host is found after one to two timeouts.
 *
 * <p>While the controller is disabled or shut down the timer is not active: then the association is
 * kept for two minutes, so that the host can enable it again (3.6.2), and no longer.
 *
 * <p>{@link #traffic} is for any thread; the rest belongs to the admin queue's.
 */
public final class KeepAlive {
  /** Granularity in milliseconds; KAS says it in units of 100. */
  public static final long GRANULARITY_MILLIS = 100;

  // Of a discovery controller without a timeout, and of any that executes nothing.
  private static final long IDLE_MILLIS = 120_000;

  private final boolean discovery;
  private volatile long timeoutMillis;
  private volatile boolean traffic;
  private volatile boolean active;
  private long idleNs;

  KeepAlive(long timeoutMillis, boolean discovery) {
    this.discovery = discovery;
    setTimeoutMillis(timeoutMillis);
  }

  /** Sets the timeout; rounded up to the granularity, 0 turns it off. */
  void setTimeoutMillis(long millis) {
    timeoutMillis = (millis + GRANULARITY_MILLIS - 1) / GRANULARITY_MILLIS * GRANULARITY_MILLIS;
    traffic = true;
  }

  /** The controller executes commands, or does not. */
  void setActive(boolean value) {
    if (active != value) {
      active = value;
      traffic = true;
    }
  }

  /** The timeout as the host set it, rounded up; 0 if it is off. */
  public long timeoutMillis() {
    return timeoutMillis;
  }

  /**
   * How long to wait before {@link #expired} is asked next, in nanoseconds; 0 if there is nothing
   * to wait for now. A discovery controller without a keep-alive timeout has an inactivity timeout.
   */
  public long periodNs() {
    boolean bounded = discovery || !active;
    long millis = timeoutMillis == 0 && bounded ? IDLE_MILLIS : timeoutMillis;
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** A command came in on some queue. */
  public void traffic() {
    if (!traffic) {
      traffic = true;
    }
  }

  /** A period has passed: true if the association is to end. */
  public boolean expired() {
    boolean seen = traffic;
    traffic = false;
    long period = periodNs();
    if (seen || period == 0) {
      idleNs = 0;
      return false;
    }
    idleNs += period;
    return active || idleNs >= TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
  }
}
