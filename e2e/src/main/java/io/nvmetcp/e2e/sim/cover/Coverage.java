package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.connect.Shutdown;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.health.KeepAlive;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** How often each transition was visited. Confined to one thread. */
public final class Coverage {
  private static final int AWAIT_NAMESPACES = Machines.BRING_UP.names().indexOf("AWAIT_NAMESPACES");

  // In a world of the swarm few come near; in one of many operations nothing is new by then.
  private static final int MOST_LOOKS = 40_000;

  private final long[][][] counts = new long[Machine.values().length][][];

  private int looks;

  /** Nothing was visited. */
  public Coverage() {
    for (Machine machine : Machine.values()) {
      counts[machine.ordinal()] = new long[machine.states().size()][machine.events().size()];
    }
  }

  /** True as long as it is worth looking at each slot and command: so often, and not for ever. */
  boolean looksClosely() {
    return looks < MOST_LOOKS && looks++ >= 0;
  }

  /** Something happens to a machine in this state. */
  public void visit(Machine machine, int state, Event event) {
    counts[machine.ordinal()][state][machine.place(event)]++;
  }

  /** Something happens to a machine in this state. */
  public void visit(Machine machine, Enum<?> state, Event event) {
    visit(machine, state.ordinal(), event);
  }

  /** Something happens to a machine that brings a controller up. */
  public void visit(BringUp bringUp, Event event) {
    int state = Machines.BRING_UP.of(bringUp);
    visit(Machine.BRING_UP, state, event);
    if (state == AWAIT_NAMESPACES) {
      int step = Machines.NAMESPACE_SCAN.of(Machines.scan(bringUp));
      visit(Machine.NAMESPACE_SCAN, step, event);
    }
  }

  /** Something happens to a machine that shuts a controller down. */
  public void visit(Shutdown shutdown, Event event) {
    visit(Machine.SHUTDOWN, Machines.state(shutdown), event);
  }

  /** Something happens to a keep-alive. */
  public void visit(KeepAlive keepAlive, Event event) {
    visit(Machine.KEEP_ALIVE, Machines.state(keepAlive), event);
  }

  /**
   * A discovery log is read.
   *
   * @param state see {@link #stateOf}
   */
  public void visitReader(int state, Event event) {
    visit(Machine.LOG_READER, state, event);
  }

  /** Where a reader of discovery logs stands, to be asked before something happens to it. */
  public static int stateOf(DiscoveryLogReader reader) {
    return Machines.LOG_READER.of(reader);
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
  public long count(Transition transition) {
    Machine machine = transition.machine();
    int state = machine.states().indexOf(transition.state());
    return counts[machine.ordinal()][state][machine.place(transition.event())];
  }

  /** Transitions of a machine that were visited. */
  public int visited(Machine machine) {
    return select(machine, (count, explained) -> count > 0).size();
  }

  /** Those that were never visited, and of which nobody says that they cannot occur. */
  public List<Transition> unexplained() {
    return select((count, explained) -> count == 0 && !explained);
  }

  /** Those that were visited, and of which it is said that they cannot occur. */
  public List<Transition> refuted() {
    return select((count, explained) -> count > 0 && explained);
  }

  private List<Transition> select(BiPredicate<Long, Boolean> wanted) {
    List<Transition> all = new ArrayList<>();
    for (Machine machine : Machine.values()) {
      all.addAll(select(machine, wanted));
    }
    return all;
  }

  // Those whose count, and whether an explanation stands against them, is as wanted.
  private List<Transition> select(Machine machine, BiPredicate<Long, Boolean> wanted) {
    List<Transition> selected = new ArrayList<>();
    for (int state = 0; state < machine.states().size(); state++) {
      for (Event event : machine.events()) {
        long count = counts[machine.ordinal()][state][machine.place(event)];
        Transition each = new Transition(machine, machine.states().get(state), event);
        if (wanted.test(count, Explanation.of(each) != null)) {
          selected.add(each);
        }
      }
    }
    return selected;
  }

  /**
   * For people: how many transitions of each machine were visited; which never were, by name; and
   * which cannot occur, with the reason.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    int never = unexplained().size();
    int refuted = refuted().size();
    for (Machine machine : Machine.values()) {
      int all = machine.states().size() * machine.events().size();
      int impossible = select(machine, (count, explained) -> count == 0 && explained).size();
      lines.add(
          "%s: %d of %d transitions visited, %d cannot occur"
              .formatted(machine, visited(machine), all, impossible));
      byState(machine, (count, explained) -> count == 0 && !explained, "never", lines);
      byState(machine, (count, explained) -> count > 0 && explained, "against its reason", lines);
    }
    lines.add("why some cannot occur:");
    Explanation.ALL.forEach(each -> lines.add("  " + each));
    lines.add(
        "%d transitions never visited and not explained, %d visited against an explanation"
            .formatted(never, refuted));
    return lines;
  }

  private void byState(
      Machine machine, BiPredicate<Long, Boolean> wanted, String word, List<String> lines) {
    List<Transition> selected = select(machine, wanted);
    for (String state : machine.states()) {
      List<String> events =
          selected.stream()
              .filter(each -> each.state().equals(state))
              .map(each -> each.event().toString())
              .toList();
      if (!events.isEmpty()) {
        lines.add("  %s %s: %s".formatted(state, word, String.join(", ", events)));
      }
    }
  }
}
