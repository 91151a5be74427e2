package io.nvmetcp.initiator.discovery;

import java.util.concurrent.TimeUnit;

/**
 * When a discovery service that is watched is to be looked at: a machine without clock, socket or
 * timer, which is told what happened and when. One look at a time; news that comes meanwhile makes
 * another one. A look that did not see everything is made again, each time later, however often
 * that takes: nobody else says that a service which could not be read can be read now. Confined to
 * one thread.
 */
public final class Lookout {

  /** Nothing is to be done, however long one waits. */
  public static final long NEVER = Long.MAX_VALUE;

  /** What it waits for. */
  public enum State {
    /** Waits for news; what was seen last was everything. */
    AWAIT_NEWS,
    /** Waits for a look to end. */
    AWAIT_LOOK,
    /** Waits for the time of the next look; news is welcome. */
    AWAIT_DELAY,
    /** Over. */
    ENDED
  }

  private static final long FIRST_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(250);
  // 32 seconds.
  private static final int MOST_DOUBLINGS = 7;

  private State state = State.AWAIT_NEWS;
  private boolean again;
  private int failures;
  private long delayedNs;
  private long delayNs;

  /** One that has seen nothing. */
  public Lookout() {}

  /** Where it stands. */
  public State state() {
    return state;
  }

  /**
   * The service reported a change, or there is a new association with it, on which everything may
   * be different.
   *
   * @return true if a look is to begin now
   */
  public boolean news() {
    failures = 0;
    return switch (state) {
      case AWAIT_NEWS, AWAIT_DELAY -> begin();
      case AWAIT_LOOK -> {
        again = true;
        yield false;
      }
      case ENDED -> false;
    };
  }

  private boolean begin() {
    state = State.AWAIT_LOOK;
    again = false;
    return true;
  }

  /**
   * The look ended.
   *
   * @param whole every service that was to be visited could be read
   * @return true if another look is to begin now
   */
  public boolean looked(long nowNs, boolean whole) {
    if (state == State.ENDED) {
      return false;
    }
    if (state != State.AWAIT_LOOK) {
      throw new IllegalStateException("no look is under way: " + state);
    }
    if (again) {
      return begin();
    }
    if (whole) {
      failures = 0;
      state = State.AWAIT_NEWS;
    } else {
      state = State.AWAIT_DELAY;
      delayedNs = nowNs;
      delayNs = FIRST_DELAY_NS << failures;
      failures = Math.min(failures + 1, MOST_DOUBLINGS);
    }
    return false;
  }

  /** In how long {@link #wake} wants to be called; {@link #NEVER} if not at all. */
  public long wakeInNs(long nowNs) {
    // Times may have any origin, and wrap.
    return state == State.AWAIT_DELAY ? Math.max(0, delayNs - (nowNs - delayedNs)) : NEVER;
  }

  /**
   * Time has passed; also when nobody asked.
   *
   * @return true if a look is to begin now
   */
  public boolean wake(long nowNs) {
    return wakeInNs(nowNs) == 0 && begin();
  }

  /** Nobody watches any more; the end of a look that is under way is not awaited. */
  public void end() {
    state = State.ENDED;
  }
}
