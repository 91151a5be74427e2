package io.nvmetcp.e2e.sim.cover;

import java.lang.invoke.VarHandle;
import java.util.List;

/** Reads the state of a machine that tells nobody, to see where it has been. */
final class StateOf {
  private final VarHandle field;
  private final List<String> names;

  /**
   * @param machine a class whose field {@code state} is of an enum
   */
  StateOf(Class<?> machine) {
    field = Fields.of(machine, "state");
    names = Fields.names(field.varType());
  }

  /** The names of its states. */
  List<String> names() {
    return names;
  }

  /** The number of the state that it is in. */
  int of(Object machine) {
    return Fields.ordinal(field.get(machine));
  }
}
