package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads options from a JSON object, each field once. What is wrong is said with its path: a field
 * that is unknown, one of another type, one whose value its setter refuses. A field that is absent
 * leaves its option as it was.
 */
final class JsonFields {
  private final String path;
  private final JsonObject json;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param path where the object stands, "" at the top
   */
  JsonFields(String path, JsonObject json) {
    this.path = path;
    this.json = json;
  }

  @CanIgnoreReturnValue
  JsonFields bool(String key, Consumer<Boolean> setter) {
    Object value = value(key);
    if (value != null) {
      if (!(value instanceof Boolean flag)) {
        throw wrong(key, "true or false, not " + shown(value));
      }
      set(key, () -> setter.accept(flag));
    }
    return this;
  }

  @CanIgnoreReturnValue
  JsonFields integer(String key, IntConsumer setter) {
    Object value = value(key);
    if (value != null) {
      long number = whole(key, value);
      if (number != (int) number) {
        throw wrong(key, number + " is too large");
      }
      set(key, () -> setter.accept((int) number));
    }
    return this;
  }

  @CanIgnoreReturnValue
  JsonFields number(String key, LongConsumer setter) {
    Object value = value(key);
    if (value != null) {
      long number = whole(key, value);
      set(key, () -> setter.accept(number));
    }
    return this;
  }

  @CanIgnoreReturnValue
  JsonFields text(String key, Consumer<String> setter) {
    Object value = value(key);
    if (value != null) {
      if (!(value instanceof String text)) {
        throw wrong(key, "a string, not " + shown(value));
      }
      set(key, () -> setter.accept(text));
    }
    return this;
  }

  /** Options of their own; the setter is given the path of the object, for what is wrong in it. */
  @CanIgnoreReturnValue
  JsonFields object(String key, BiConsumer<String, JsonObject> setter) {
    Object value = value(key);
    if (value != null) {
      if (!(value instanceof JsonObject object)) {
        throw wrong(key, "an object, not " + shown(value));
      }
      setter.accept(path.isEmpty() ? key : path + "." + key, object);
    }
    return this;
  }

  /** A constant of an enumeration, in any case. */
  @CanIgnoreReturnValue
  <E extends Enum<E>> JsonFields constant(String key, Class<E> type, Consumer<E> setter) {
    return text(key, text -> setter.accept(parse(type, text)));
  }

  private static <E extends Enum<E>> E parse(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    StringBuilder names = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      names.append(names.isEmpty() ? "" : ", ").append(constant.name().toLowerCase(Locale.ROOT));
    }
    throw new IllegalArgumentException("one of " + names + ", not '" + text + "'");
  }

  /** The text of a field that must be there. */
  String required(String key) {
    String[] found = {null};
    text(key, text -> found[0] = text);
    if (found[0] == null) {
      throw wrong(key, "missing");
    }
    return found[0];
  }

  /** The text of a field, or {@code otherwise}. */
  String text(String key, String otherwise) {
    String[] found = {otherwise};
    text(key, text -> found[0] = text);
    return found[0];
  }

  /** The number in a field, or {@code otherwise}. */
  int integer(String key, int otherwise) {
    int[] found = {otherwise};
    integer(key, number -> found[0] = number);
    return found[0];
  }

  /** Refuses whatever was not asked for. */
  void end() {
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        throw wrong(key, "unknown; there are " + String.join(", ", known));
      }
    }
  }

  private @Nullable Object value(String key) {
    known.add(key);
    return json.getValue(key);
  }

  private long whole(String key, Object value) {
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      return ((Number) value).longValue();
    }
    throw wrong(key, "a whole number, not " + shown(value));
  }

  private static String shown(Object value) {
    return switch (value) {
      case String text -> "'" + text + "'";
      case JsonObject _ -> "an object";
      case JsonArray _ -> "a list";
      default -> value.toString();
    };
  }

  private void set(String key, Runnable setter) {
    try {
      setter.run();
    } catch (IllegalArgumentException e) {
      throw wrong(key, String.valueOf(e.getMessage()));
    }
  }

  private IllegalArgumentException wrong(String key, String reason) {
    return new IllegalArgumentException(
        "option '" + (path.isEmpty() ? key : path + "." + key) + "': " + reason);
  }
}
