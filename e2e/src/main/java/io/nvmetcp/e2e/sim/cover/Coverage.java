package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.target.session.TargetSession;
import java.util.ArrayList;
import java.util.List;

/** How often each transition was visited. Confined to one thread. */
public final class Coverage {
  private final long[][][] counts = new long[Machine.values().length][][];

  /** Nothing was visited. */
  public Coverage() {
    for (Machine machine : Machine.values()) {
      counts[machine.ordinal()] = new long[machine.states().size()][machine.events().size()];
    }
  }

  /** Something happens to a machine in this state. */
  public void visit(Machine machine, int state, String event) {
    counts[machine.ordinal()][state][machine.event(event)]++;
  }

  /** Something happens to a machine in this state. */
  public void visit(Machine machine, Enum<?> state, String event) {
    visit(machine, state.ordinal(), event);
  }

  /** Something happens to a session. */
  public void visit(TargetSession session, String event) {
    visit(Machine.SESSION, Machines.SESSION.of(session), event);
  }

  /** Something happens to a machine that brings a controller up. */
  public void visit(BringUp bringUp, String event) {
    visit(Machine.BRING_UP, Machines.BRING_UP.of(bringUp), event);
  }

  /** Adds what another world visited. */
  public void addAll(Coverage other) {
    for (int machine = 0; machine < counts.length; machine++) {
      for (int state = 0; state < counts[machine].length; state++) {
        for (int event = 0; event < counts[machine][state].length; event++) {
          counts[machine][state][event] += other.counts[machine][state][event];
        }
      }
    }
  }

  /** How often a transition was visited. */
  public long count(Machine machine, int state, String event) {
    return counts[machine.ordinal()][state][machine.event(event)];
  }

  /** Transitions of a machine that were visited. */
  public int visited(Machine machine) {
    int visited = 0;
    for (long[] ofState : counts[machine.ordinal()]) {
      for (long count : ofState) {
        visited += count > 0 ? 1 : 0;
      }
    }
    return visited;
  }

  /** A line for each machine, and below it one for each state with what never happened in it. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Machine machine : Machine.values()) {
      List<String> states = machine.states();
      List<String> events = machine.events();
      lines.add(
          "%s: %d of %d transitions visited"
              .formatted(machine, visited(machine), states.size() * events.size()));
      for (int state = 0; state < states.size(); state++) {
        List<String> never = new ArrayList<>();
        for (int event = 0; event < events.size(); event++) {
          if (counts[machine.ordinal()][state][event] == 0) {
            never.add(events.get(event));
          }
        }
        if (!never.isEmpty()) {
          lines.add("  %s never: %s".formatted(states.get(state), String.join(", ", never)));
        }
      }
    }
    return lines;
  }
}
