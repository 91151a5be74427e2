package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.target.subsystem.KeepAlive;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Sees what happens to the keep-alive timer of a target's controller. */
final class KeepAliveWatch {
  /** By which time it runs, if it does; and whether a command has come since it was looked at. */
  static final List<String> STATES =
      List.of("OFF", "TIMED", "TIMED_SEEN", "IDLE", "IDLE_SEEN", "INACTIVE", "INACTIVE_SEEN");

  private static final VarHandle ACTIVE = Fields.of(KeepAlive.class, "active");
  private static final VarHandle TRAFFIC = Fields.of(KeepAlive.class, "traffic");
  private static final int OFF = 0;
  private static final int TIMED = 1;
  private static final int IDLE = 3;
  private static final int INACTIVE = 5;

  private final Coverage coverage;
  private final KeepAlive keepAlive;
  private long timeoutMillis;
  private boolean active;
  private boolean traffic;
  private int state;

  KeepAliveWatch(Coverage coverage, KeepAlive keepAlive) {
    this.coverage = coverage;
    this.keepAlive = keepAlive;
    look();
  }

  /** Sees how it stands, whatever has happened. */
  void look() {
    timeoutMillis = keepAlive.timeoutMillis();
    active = (boolean) ACTIVE.get(keepAlive);
    traffic = (boolean) TRAFFIC.get(keepAlive);
    int base = !active ? INACTIVE : timeoutMillis == 0 ? IDLE : TIMED;
    state = keepAlive.periodNs() == 0 ? OFF : traffic ? base + 1 : base;
  }

  private void visit(Event event) {
    coverage.visit(Machine.TARGET_KEEP_ALIVE, state, event);
  }

  /** Sees what has changed. */
  void settle() {
    boolean nowActive = (boolean) ACTIVE.get(keepAlive);
    boolean nowSeen = (boolean) TRAFFIC.get(keepAlive);
    boolean set = keepAlive.timeoutMillis() != timeoutMillis;
    if (!set && nowActive == active && nowSeen == traffic) {
      return;
    }
    // Only one that executes commands is told another timeout.
    if (set && active) {
      visit(Event.TIMEOUT_SET);
    }
    if (nowActive != active) {
      visit(nowActive ? Event.ENABLE : Event.DISABLE);
    } else if (!set && nowSeen) {
      visit(Event.TRAFFIC);
    }
    look();
  }

  /**
   * Its time has passed, and it was asked whether that is the end.
   *
   * @param over the session was over after that, for this reason or another
   */
  void asked(boolean over) {
    boolean expired = over && !traffic;
    if (!expired && (state == TIMED || state == IDLE)) {
      // A command came in the same turn, before it was asked.
      visit(Event.TRAFFIC);
      state++;
    }
    visit(expired ? Event.EXPIRED : Event.TICK);
    look();
  }

  /** Its controller is over. */
  void end() {
    visit(Event.END);
  }
}
