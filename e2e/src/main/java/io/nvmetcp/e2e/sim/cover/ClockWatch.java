package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.target.schedule.Scheduler;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** Sees what a connection's clock finds at the end of a turn. */
final class ClockWatch {
  private static final String CLOCK = "io.nvmetcp.target.session.ConnectionClock";
  private static final VarHandle PHASE = Fields.of(CLOCK, "phase");
  private static final VarHandle DEADLINE_NS = Fields.of(CLOCK, "deadlineNs");
  private static final VarHandle PERIOD_NS = Fields.of(CLOCK, "periodNs");
  private static final VarHandle DATA_DEADLINE_NS = Fields.of(CLOCK, "dataDeadlineNs");
  private static final VarHandle ANSWERS_DEADLINE_NS = Fields.of(CLOCK, "answersDeadlineNs");
  private static final int CONNECTED = 2;
  private static final int CONNECTED_AWAIT_DATA = 3;
  private static final int CONNECTED_AWAIT_TAKEN = 4;

  private final Coverage coverage;
  private final Object clock;
  private boolean due;
  private int before;
  private long deadlineNs;
  private long periodNs;

  ClockWatch(Coverage coverage, Object clock) {
    this.coverage = coverage;
    this.clock = clock;
  }

  /** The phases of a connection, and whether data is due, or else answers are to be taken. */
  static List<String> states() {
    List<String> states = new ArrayList<>(Fields.names(PHASE.varType()));
    states.add("CONNECTED_AWAIT_DATA");
    states.add("CONNECTED_AWAIT_TAKEN");
    return states;
  }

  private int state() {
    int phase = Fields.ordinal(PHASE.get(clock));
    if (phase != CONNECTED) {
      return phase;
    }
    if ((long) DATA_DEADLINE_NS.get(clock) != Scheduler.NEVER) {
      return CONNECTED_AWAIT_DATA;
    }
    boolean waits = (long) ANSWERS_DEADLINE_NS.get(clock) != Scheduler.NEVER;
    return waits ? CONNECTED_AWAIT_TAKEN : CONNECTED;
  }

  void before(long nowNs) {
    before = state();
    deadlineNs = (long) DEADLINE_NS.get(clock);
    periodNs = (long) PERIOD_NS.get(clock);
    long dataNs =
        Math.min((long) DATA_DEADLINE_NS.get(clock), (long) ANSWERS_DEADLINE_NS.get(clock));
    due = nowNs >= Math.min(deadlineNs, dataNs);
  }

  /** True if the keep-alive of its controller was asked in this turn: then it was put off. */
  boolean askedKeepAlive() {
    return before >= CONNECTED
        && periodNs == (long) PERIOD_NS.get(clock)
        && deadlineNs != (long) DEADLINE_NS.get(clock);
  }

  void after(boolean ended) {
    Event event = !due ? Event.TURN : ended ? Event.EXPIRED : Event.DEADLINE;
    coverage.visit(Machine.CONNECTION_CLOCK, before, event);
  }

  void ended() {
    coverage.visit(Machine.CONNECTION_CLOCK, state(), Event.END);
  }
}
