package io.nvmetcp.e2e.sim.cover;

/** Something that can happen to a machine in one of its states. */
public record Transition(Machine machine, String state, Event event) {
  @Override
  public String toString() {
    return "%s, %s: %s".formatted(machine, state, event);
  }
}
