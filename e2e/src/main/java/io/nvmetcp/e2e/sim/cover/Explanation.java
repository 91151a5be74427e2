package io.nvmetcp.e2e.sim.cover;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says of transitions that no world can visit them, and why.
 *
 * @param machine the machine
 * @param states names of its states
 * @param events what does not happen in them
 * @param reason in a line
 */
public record Explanation(Machine machine, List<String> states, List<Event> events, String reason) {
  /** All there are. */
  static final List<Explanation> ALL =
      Stream.of(
              LifeExplanations.ALL,
              ConnectionExplanations.ALL,
              DeviceExplanations.ALL,
              SessionExplanations.ALL,
              ControllerExplanations.ALL,
              StreamExplanations.ALL,
              DiscoveryExplanations.ALL)
          .flatMap(List::stream)
          .toList();

  private static final Map<Transition, Explanation> BY_TRANSITION = index();

  private static Map<Transition, Explanation> index() {
    Map<Transition, Explanation> index = new HashMap<>();
    for (Explanation each : ALL) {
      for (String state : each.states) {
        for (Event event : each.events) {
          Transition transition = new Transition(each.machine, state, event);
          if (index.put(transition, each) != null) {
            throw new IllegalStateException(transition + " is explained twice");
          }
        }
      }
    }
    return index;
  }

  /** Why it cannot occur, or null if it can. */
  static @Nullable Explanation of(Transition transition) {
    return BY_TRANSITION.get(transition);
  }

  /** In these states, separated by blanks, none of these events happens. */
  static Explanation never(Machine machine, String states, String reason, Event... events) {
    List<String> names = List.of(states.split(" "));
    require(machine, names, List.of(events));
    return new Explanation(machine, names, List.of(events), reason);
  }

  /** In all states but these, separated by blanks, none of these events happens. */
  static Explanation onlyIn(Machine machine, String states, String reason, Event... events) {
    Set<String> names = Set.of(states.split(" "));
    require(machine, names, List.of(events));
    List<String> others =
        machine.states().stream().filter(state -> !names.contains(state)).toList();
    return new Explanation(machine, others, List.of(events), reason);
  }

  /** In these states, separated by blanks, only these events happen. */
  static Explanation nothingBut(Machine machine, String states, String reason, Event... events) {
    List<String> names = List.of(states.split(" "));
    Set<Event> some = Set.of(events);
    require(machine, names, some);
    List<Event> others = machine.events().stream().filter(event -> !some.contains(event)).toList();
    return new Explanation(machine, names, others, reason);
  }

  private static void require(Machine machine, Iterable<String> states, Iterable<Event> events) {
    for (String state : states) {
      if (!machine.states().contains(state)) {
        throw new IllegalArgumentException(machine + " has no state " + state);
      }
    }
    for (Event event : events) {
      int known = machine.place(event);
      assert known >= 0;
    }
  }

  @Override
  public String toString() {
    String all = events.stream().map(Event::toString).collect(Collectors.joining(", "));
    return "%s, %s: %s: %s"
        .formatted(
            machine,
            states.size() == machine.states().size() ? "any state" : String.join(", ", states),
            events.size() == machine.events().size() ? "anything" : all,
            reason);
  }
}
