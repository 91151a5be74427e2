package io.nvmetcp.e2e.sim.cover;

import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * Reads the state of a machine that tells nobody, to see where it has been. A record, whose fields
 * the compiler trusts not to change: it is done for every turn of a session.
 *
 * @param field where the state stands
 * @param names of its states
 */
record StateOf(VarHandle field, List<String> names) {

  /**
   * @param machine a class whose field {@code state} is of an enum
   */
  StateOf(Class<?> machine) {
    this(Fields.of(machine, "state"));
  }

  private StateOf(VarHandle field) {
    this(field, Fields.names(field.varType()));
  }

  /** The number of the state that it is in. */
  int of(Object machine) {
    return Fields.ordinal(field.get(machine));
  }
}
