package io.nvmetcp.e2e.sim.check;

import org.jspecify.annotations.Nullable;

/** Values that are not in use. */
final class Spares {
  private @Nullable Value first;

  Spares() {}

  /** One for a write that is called. */
  Value take(long version, long call) {
    Value value = first;
    if (value == null) {
      value = new Value();
    } else {
      first = value.next;
    }
    value.begin(version, call);
    return value;
  }

  /** It is not needed any more. */
  void give(Value value) {
    value.next = first;
    first = value;
  }
}
