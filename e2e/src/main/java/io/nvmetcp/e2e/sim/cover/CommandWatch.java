package io.nvmetcp.e2e.sim.cover;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** Sees what happens to the commands of a session, and to the schedules that hold them. */
final class CommandWatch {
  private static final String PACKAGE = "io.nvmetcp.target.session.";
  private static final String FLOW = PACKAGE + "CommandFlow";
  private static final String SLOT = PACKAGE + "CommandSlot";
  private static final VarHandle TABLE = Fields.of(FLOW, "table");
  private static final VarHandle ORDER = Fields.of(FLOW, "order");
  private static final VarHandle TRANSFERS = Fields.of(FLOW, "transfers");
  private static final VarHandle R2T_ORDER = Fields.of(PACKAGE + "Transfers", "order");
  private static final VarHandle SLOTS = Fields.of(PACKAGE + "CommandTable", "slots");
  private static final VarHandle FREE_COUNT = Fields.of(PACKAGE + "CommandTable", "freeCount");
  private static final VarHandle STATE = Fields.of(SLOT, "state");
  private static final VarHandle STATUS = Fields.of(SLOT, "status");
  private static final VarHandle OUTSTANDING = Fields.of(SLOT, "outstandingR2ts");
  private static final VarHandle QUEUED = Fields.of(SLOT, "r2tQueued");
  private static final VarHandle WAITING = Fields.of(SLOT, "waitingR2ts");
  private static final VarHandle ABANDONED = Fields.of(SLOT, "abandoned");

  private static final List<String> OWN_STATES = Fields.names(STATE.varType());
  private static final int FREE = OWN_STATES.indexOf("FREE");
  private static final int AWAIT_H2C_DATA = OWN_STATES.indexOf("AWAIT_H2C_DATA");
  private static final int AWAIT_BACKEND = OWN_STATES.indexOf("AWAIT_BACKEND");
  // What two of them are made of.
  private static final List<String> PARTS =
      List.of(
          "AWAIT_MEMORY",
          "AWAIT_R2T",
          "AWAIT_REST",
          "AWAIT_BACKEND_ABORTED",
          "AWAIT_BACKEND_ENDED");
  private static final int AWAIT_MEMORY = OWN_STATES.size();
  private static final int AWAIT_R2T = AWAIT_MEMORY + 1;
  private static final int AWAIT_REST = AWAIT_MEMORY + 2;
  private static final int AWAIT_BACKEND_ABORTED = AWAIT_MEMORY + 3;
  private static final int AWAIT_BACKEND_ENDED = AWAIT_MEMORY + 4;

  private final Coverage coverage;
  private final Object flow;
  private Object table;
  private Object[] slots;
  private int[] known;
  private int live;
  // Slots that were in use when they were looked at last.
  private int busy;
  private Object order;
  private LineWatch[] answers;
  private Object r2tOrder;
  private LineWatch[] requests;
  private boolean ended;

  CommandWatch(Coverage coverage, Object flow) {
    this.coverage = coverage;
    this.flow = flow;
    table = TABLE.get(flow);
    slots = (Object[]) SLOTS.get(table);
    known = new int[slots.length];
    order = ORDER.get(flow);
    answers = LineWatch.of(coverage, order);
    r2tOrder = R2T_ORDER.get(TRANSFERS.get(flow));
    requests = LineWatch.of(coverage, r2tOrder);
  }

  /**
   * Those of a command. While data is asked for it waits for memory, for its R2T's turn or for room
   * in the window, for data, or, if it has failed, for the rest of the data; at a back end it may
   * be aborted, or its session over.
   */
  static List<String> names() {
    List<String> states = new ArrayList<>(OWN_STATES);
    states.addAll(PARTS);
    return states;
  }

  private int state(Object slot) {
    int own = Fields.ordinal(STATE.get(slot));
    if (own == AWAIT_BACKEND) {
      return ended
          ? AWAIT_BACKEND_ENDED
          : (boolean) ABANDONED.get(slot) ? AWAIT_BACKEND_ABORTED : own;
    }
    if (own != AWAIT_H2C_DATA) {
      return own;
    }
    if ((int) STATUS.get(slot) != 0) {
      return AWAIT_REST;
    }
    return (int) OUTSTANDING.get(slot) > 0
        ? own
        : (boolean) QUEUED.get(slot) || (int) WAITING.get(slot) > 0 ? AWAIT_R2T : AWAIT_MEMORY;
  }

  /** Sees what has moved. */
  void settle(Event event) {
    Object nowTable = TABLE.get(flow);
    if (live > 0 || (int) FREE_COUNT.get(table) < slots.length) {
      settleSlots(event);
    }
    if (nowTable != table) {
      // The session became a queue, and has other slots now.
      table = nowTable;
      slots = (Object[]) SLOTS.get(table);
      known = new int[slots.length];
      live = 0;
      busy = 0;
      order = ORDER.get(flow);
      answers = LineWatch.of(coverage, order);
      r2tOrder = R2T_ORDER.get(TRANSFERS.get(flow));
      requests = LineWatch.of(coverage, r2tOrder);
      settleSlots(event);
    }
    for (LineWatch line : answers) {
      line.settle(event);
    }
    for (LineWatch line : requests) {
      line.settle(event);
    }
  }

  // At each turn: so no further than where the last one lies that is in use, or was.
  private void settleSlots(Event event) {
    int left = slots.length - (int) FREE_COUNT.get(table);
    int leftBefore = busy;
    for (int i = 0; i < slots.length && (left > 0 || leftBefore > 0); i++) {
      int now = state(slots[i]);
      int before = known[i];
      left -= now == FREE ? 0 : 1;
      leftBefore -= before == FREE ? 0 : 1;
      if (now != before) {
        visit(before, event);
        int more = before == FREE ? 1 : now == FREE ? -1 : 0;
        live += more;
        busy += more;
        known[i] = now;
      }
    }
  }

  private void visit(int state, Event event) {
    coverage.visit(Machine.COMMAND, state, event);
  }

  /** The states that commands are in, a bit for each. */
  long states() {
    long all = 0;
    for (int i = 0; i < known.length && live > 0; i++) {
      all |= 1L << known[i];
    }
    return all & ~(1L << FREE);
  }

  /** Something happens to all commands. */
  void visitAll(Event event) {
    for (int state : known) {
      if (state != FREE) {
        visit(state, event);
      }
    }
  }

  /** The session is over: only what back ends work on goes on. */
  void ended() {
    visitAll(Event.END);
    for (LineWatch line : answers) {
      line.ended();
    }
    for (LineWatch line : requests) {
      line.ended();
    }
    answers = new LineWatch[0];
    requests = new LineWatch[0];
    ended = true;
    live = 0;
    busy = 0;
    for (int i = 0; i < slots.length; i++) {
      known[i] = state(slots[i]);
      live += known[i] == AWAIT_BACKEND_ENDED ? 1 : 0;
      busy += known[i] == FREE ? 0 : 1;
    }
  }
}
