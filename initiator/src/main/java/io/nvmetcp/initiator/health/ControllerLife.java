package io.nvmetcp.initiator.health;

import static io.nvmetcp.initiator.health.ReconnectPolicy.NEVER;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The life of a controller after its first connect: live, lost, connected again, closed. A machine
 * without clock, socket or timer: it is told what happened and when, gives orders, and says when it
 * wants to be woken. Confined to one thread.
 *
 * <p>At any time there is at most one association, or one attempt to make one. A new attempt begins
 * only when nothing of the old association is left on this side.
 */
public final class ControllerLife {

  /** Where a life stands, named for what it waits for. */
  public enum State {
    /** Connected; waits for a loss. */
    LIVE,
    /** Lost; waits for the last connection of the old association to end. */
    AWAIT_OLD_GONE,
    /** Waits for the back-off to be over. */
    AWAIT_DELAY,
    /** Waits for an attempt to succeed or fail. */
    AWAIT_ATTEMPT,
    /** Closing; waits for the controller's shutdown. */
    AWAIT_SHUTDOWN,
    /** Given up or closed; waits for the last connection to end. */
    AWAIT_GONE,
    /** Over. */
    ENDED
  }

  /** What the machine wants done; called within its methods. */
  public interface Orders {
    /** End every connection of the association; {@link #gone} follows when all have ended. */
    void endAssociation(String why);

    /** Try to connect; {@link #attached} or {@link #refused} follows. */
    void connect(int attempt);

    /** Give the attempt up; {@link #refused} follows. */
    void abandonAttempt(String why);

    /** Shut the controller down; {@link #gone} follows. */
    void shutDown();

    /** Fail what waits, and what comes while there is no association. */
    void failWaiting(String why);

    /** It is over. */
    void ended(String why);
  }

  private static final Map<State, Set<State>> EDGES = new EnumMap<>(State.class);

  static {
    EDGES.put(State.LIVE, EnumSet.of(State.AWAIT_OLD_GONE, State.AWAIT_SHUTDOWN, State.AWAIT_GONE));
    EDGES.put(State.AWAIT_OLD_GONE, EnumSet.of(State.AWAIT_DELAY, State.AWAIT_GONE));
    EDGES.put(State.AWAIT_DELAY, EnumSet.of(State.AWAIT_ATTEMPT, State.ENDED));
    EDGES.put(
        State.AWAIT_ATTEMPT,
        EnumSet.of(State.LIVE, State.AWAIT_DELAY, State.AWAIT_GONE, State.ENDED));
    EDGES.put(State.AWAIT_SHUTDOWN, EnumSet.of(State.AWAIT_GONE, State.ENDED));
    EDGES.put(State.AWAIT_GONE, EnumSet.of(State.ENDED));
    EDGES.put(State.ENDED, EnumSet.noneOf(State.class));
  }

  private static final String CLOSED = "closed by this host";

  private final ReconnectPolicy policy;
  private final Backoff backoff;
  private final Orders orders;
  private final EnumMap<State, Long> entered = new EnumMap<>(State.class);
  private State state = State.LIVE;
  private long liveNs;
  private long lostNs;
  // Of the back-off or of the shutdown.
  private long timerNs;
  private long timerLengthNs;
  private int attempts;
  private boolean failedFast;
  private String lossReason = "";
  private String refusal = "";
  private String endReason = "";

  /** A life that begins now, connected. */
  public ControllerLife(ReconnectPolicy policy, Backoff backoff, long nowNs, Orders orders) {
    this.policy = policy;
    this.backoff = backoff;
    this.orders = orders;
    liveNs = nowNs;
  }

  /** Where it stands. */
  public State state() {
    return state;
  }

  /** True if the association is lost and may come back. */
  public boolean reconnecting() {
    return switch (state) {
      case AWAIT_OLD_GONE, AWAIT_DELAY, AWAIT_ATTEMPT -> true;
      case LIVE, AWAIT_SHUTDOWN, AWAIT_GONE, ENDED -> false;
    };
  }

  /** How often a state was entered. */
  public long entered(State which) {
    return entered.getOrDefault(which, 0L);
  }

  /** In how long {@link #wake} wants to be called; {@link ReconnectPolicy#NEVER} if not at all. */
  public long wakeInNs(long nowNs) {
    return switch (state) {
      case AWAIT_OLD_GONE, AWAIT_ATTEMPT -> patienceNs(nowNs);
      case AWAIT_DELAY -> Math.min(left(nowNs, timerNs, timerLengthNs), patienceNs(nowNs));
      case AWAIT_SHUTDOWN -> left(nowNs, timerNs, timerLengthNs);
      case LIVE, AWAIT_GONE, ENDED -> NEVER;
    };
  }

  private long patienceNs(long nowNs) {
    long giveUpNs = left(nowNs, lostNs, policy.lossTimeoutNs());
    return failedFast ? giveUpNs : Math.min(giveUpNs, left(nowNs, lostNs, policy.failFastNs()));
  }

  // Times may have any origin, and wrap.
  private static long left(long nowNs, long sinceNs, long lengthNs) {
    return lengthNs == NEVER ? NEVER : Math.max(0, lengthNs - (nowNs - sinceNs));
  }

  private void to(State next) {
    if (!EDGES.getOrDefault(state, Set.of()).contains(next)) {
      throw new IllegalStateException("no way from " + state + " to " + next);
    }
    state = next;
    entered.merge(next, 1L, Long::sum);
  }

  /** A connection of the association ended or broke a rule, or the controller fell silent. */
  public void lost(long nowNs, String why) {
    switch (state) {
      case LIVE -> {
        lostNs = nowNs;
        lossReason = why;
        refusal = "";
        attempts = 0;
        failedFast = false;
        if (nowNs - liveNs >= policy.stableNs()) {
          backoff.reset();
        }
        if (policy.lossTimeoutNs() == 0) {
          endReason = why;
          to(State.AWAIT_GONE);
        } else {
          to(State.AWAIT_OLD_GONE);
        }
        orders.endAssociation(why);
      }
      case AWAIT_SHUTDOWN -> {
        // The controller may close its connections as soon as its shutdown is complete.
        to(State.AWAIT_GONE);
        orders.endAssociation(CLOSED);
      }
      case AWAIT_OLD_GONE, AWAIT_DELAY, AWAIT_ATTEMPT, AWAIT_GONE, ENDED -> {}
    }
  }

  /** Every connection of the association has ended, and every command on it. */
  public void gone(long nowNs) {
    switch (state) {
      case LIVE -> {
        lost(nowNs, "the connections have ended");
        gone(nowNs);
      }
      case AWAIT_OLD_GONE -> delay(nowNs);
      case AWAIT_SHUTDOWN, AWAIT_GONE -> end();
      case AWAIT_DELAY, AWAIT_ATTEMPT, ENDED -> {}
    }
  }

  private void delay(long nowNs) {
    timerNs = nowNs;
    timerLengthNs = backoff.nextNs();
    to(State.AWAIT_DELAY);
  }

  private void end() {
    to(State.ENDED);
    orders.ended(endReason);
  }

  /** Time has passed. */
  public void wake(long nowNs) {
    if (state == State.AWAIT_SHUTDOWN && left(nowNs, timerNs, timerLengthNs) == 0) {
      to(State.AWAIT_GONE);
      orders.endAssociation("the shutdown took too long");
    }
    if (!reconnecting()) {
      return;
    }
    if (left(nowNs, lostNs, policy.lossTimeoutNs()) == 0) {
      String lastAttempt = refusal.isEmpty() ? "" : ", at last because: " + refusal;
      stop(
          "no connection within the controller loss timeout%s; it was lost: %s"
              .formatted(lastAttempt, lossReason));
      return;
    }
    if (!failedFast && left(nowNs, lostNs, policy.failFastNs()) == 0) {
      failedFast = true;
      orders.failWaiting("reconnecting takes longer than the fail-fast timeout: " + lossReason);
    }
    if (state == State.AWAIT_DELAY && left(nowNs, timerNs, timerLengthNs) == 0) {
      to(State.AWAIT_ATTEMPT);
      orders.connect(++attempts);
    }
  }

  // From a state of reconnecting.
  private void stop(String why) {
    endReason = why;
    if (state == State.AWAIT_DELAY) {
      end();
    } else {
      boolean attempting = state == State.AWAIT_ATTEMPT;
      to(State.AWAIT_GONE);
      if (attempting) {
        orders.abandonAttempt(why);
      }
    }
  }

  /**
   * The attempt succeeded.
   *
   * @return false if nobody wants it any more: the new association must be ended, and {@link
   *     #refused} called then
   */
  public boolean attached(long nowNs) {
    if (state != State.AWAIT_ATTEMPT) {
      return false;
    }
    liveNs = nowNs;
    to(State.LIVE);
    return true;
  }

  /**
   * The attempt failed, or was given up.
   *
   * @param again false if the controller said that another would fail too
   */
  public void refused(long nowNs, String why, boolean again) {
    switch (state) {
      case AWAIT_ATTEMPT -> {
        if (again) {
          refusal = why;
          delay(nowNs);
        } else {
          endReason = why;
          end();
        }
      }
      case AWAIT_GONE -> end();
      case LIVE, AWAIT_OLD_GONE, AWAIT_DELAY, AWAIT_SHUTDOWN, ENDED -> {}
    }
  }

  /** The host wants no more of it. */
  public void close(long nowNs) {
    switch (state) {
      case LIVE -> {
        endReason = CLOSED;
        timerNs = nowNs;
        timerLengthNs = policy.closeTimeoutNs();
        to(State.AWAIT_SHUTDOWN);
        orders.shutDown();
      }
      case AWAIT_OLD_GONE, AWAIT_DELAY, AWAIT_ATTEMPT -> stop(CLOSED);
      case AWAIT_SHUTDOWN, AWAIT_GONE, ENDED -> {}
    }
  }
}
