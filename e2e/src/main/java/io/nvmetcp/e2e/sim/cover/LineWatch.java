package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.target.schedule.Scheduler;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** Sees what a line of a schedule holds, and when it lets go. */
final class LineWatch {
  static final List<String> STATES = List.of("EMPTY", "HELD", "HELD_DATED");
  private static final int EMPTY = 0;

  private static final Class<?> GROUP = Fields.type("io.nvmetcp.target.schedule.GroupLine");
  private static final Class<?> HOLD = Fields.type("io.nvmetcp.target.schedule.HoldLine");
  private static final VarHandle LINES = Fields.of(Scheduler.class, "lines");
  private static final VarHandle GROUP_COUNT = Fields.of(GROUP, "count");
  private static final VarHandle GROUP_DEADLINE_NS = Fields.of(GROUP, "deadlineNs");
  private static final VarHandle HOLD_COUNT = Fields.of(HOLD, "count");
  private static final VarHandle HOLD_DATED = Fields.of(HOLD, "dated");

  private final Coverage coverage;
  private final Object line;
  private final boolean group;
  private int count;
  private int state = EMPTY;

  private LineWatch(Coverage coverage, Object line, boolean group) {
    this.coverage = coverage;
    this.line = line;
    this.group = group;
  }

  /** Those lines of a schedule that can hold something. */
  static LineWatch[] of(Coverage coverage, Object scheduler) {
    List<LineWatch> watches = new ArrayList<>();
    for (Object line : (Object[]) LINES.get(scheduler)) {
      if (GROUP.isInstance(line) || HOLD.isInstance(line)) {
        watches.add(new LineWatch(coverage, line, GROUP.isInstance(line)));
      }
    }
    return watches.toArray(LineWatch[]::new);
  }

  private boolean dated() {
    return group
        ? (long) GROUP_DEADLINE_NS.get(line) != Scheduler.NEVER
        : (int) HOLD_DATED.get(line) > 0;
  }

  /** Sees whether something came, left, or got its date. */
  void settle(Event event) {
    int now = group ? (int) GROUP_COUNT.get(line) : (int) HOLD_COUNT.get(line);
    int nowState = now == 0 ? EMPTY : dated() ? 2 : 1;
    if (now != count || nowState != state) {
      visit(event);
      count = now;
      state = nowState;
    }
  }

  /** The session is over. */
  void ended() {
    if (state != EMPTY) {
      visit(Event.END);
    }
  }

  private void visit(Event event) {
    coverage.visit(group ? Machine.GROUP_LINE : Machine.HOLD_LINE, state, event);
  }
}
