package io.nvmetcp.e2e.sim.cover;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what machines tell nobody. Nothing in them is there for it: what counts their transitions
 * looks at them from outside, before and after each call.
 */
final class Fields {
  private Fields() {}

  /** A class that only its package sees. */
  static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(name + " is not there", e);
    }
  }

  /** A field of a class, whoever may see it. */
  static VarHandle of(Class<?> owner, String name) {
    try {
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .findVarHandle(owner, name, owner.getDeclaredField(name).getType());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(owner + " has no " + name, e);
    }
  }

  /** A field of a class that only its package sees. */
  static VarHandle of(String owner, String name) {
    return of(type(owner), name);
  }

  /** The names of the values of an enum. */
  static List<String> names(Class<?> type) {
    if (!type.isEnum()) {
      throw new IllegalArgumentException(type + " is no enum");
    }
    return Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
  }

  /** The number of an enum's value. */
  static int ordinal(Object value) {
    return ((Enum<?>) value).ordinal();
  }
}
