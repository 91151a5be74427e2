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
  private static final VarHandle DATA_DEADLINE_NS = Fields.of(CLOCK, "dataDeadlineNs");
  private static final int CONNECTED = 2;
  private static final int CONNECTED_AWAIT_DATA = 3;

  private final Coverage coverage;
  private final Object clock;
  private boolean due;
  private int before;

  ClockWatch(Coverage coverage, Object clock) {
    this.coverage = coverage;
    this.clock = clock;
  }

  /** The phases of a connection, and whether data is due that was asked for. */
  static List<String> states() {
    List<String> states = new ArrayList<>(Fields.names(PHASE.varType()));
    states.add("CONNECTED_AWAIT_DATA");
    return states;
  }

  private int state() {
    int phase = Fields.ordinal(PHASE.get(clock));
    boolean awaitsData = (long) DATA_DEADLINE_NS.get(clock) != Scheduler.NEVER;
    return phase == CONNECTED && awaitsData ? CONNECTED_AWAIT_DATA : phase;
  }

  void before(long nowNs) {
    before = state();
    long dataNs = (long) DATA_DEADLINE_NS.get(clock);
    due = nowNs >= Math.min((long) DEADLINE_NS.get(clock), dataNs);
  }

  void after(boolean ended) {
    Event event = !due ? Event.TURN : ended ? Event.EXPIRED : Event.DEADLINE;
    coverage.visit(Machine.CONNECTION_CLOCK, before, event);
  }

  void ended() {
    coverage.visit(Machine.CONNECTION_CLOCK, state(), Event.END);
  }
}
