package io.nvmetcp.e2e.sim.cover;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/** Reads the state of a machine that tells nobody, to see where it has been. */
final class StateOf {
  private static final String FIELD = "state";

  private final VarHandle field;
  private final List<String> names;

  /**
   * @param machine a class whose field {@code state} is of its own enum {@code State}
   */
  StateOf(Class<?> machine) {
    Class<?> type =
        Arrays.stream(machine.getDeclaredClasses())
            .filter(each -> each.isEnum() && each.getSimpleName().equals("State"))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(machine + " has no states"));
    try {
      field =
          MethodHandles.privateLookupIn(machine, MethodHandles.lookup())
              .findVarHandle(machine, FIELD, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(machine + " does not show its state", e);
    }
    names = Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
  }

  /** The names of its states. */
  List<String> names() {
    return names;
  }

  /** The number of the state that it is in. */
  int of(Object machine) {
    Object state = field.get(machine);
    return ((Enum<?>) state).ordinal();
  }
}
