package io.nvmetcp.target;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is read as options, field by field. What is wrong is noted with its path and
 * reading goes on, so that a user hears of everything at once. A field that is absent or null
 * leaves the default.
 */
final class JsonFields {
  private static final int MOST_PROBLEMS = 100;

  private final JsonObject json;
  private final String path;
  private final List<String> problems;
  private final TreeSet<String> known = new TreeSet<>();

  private JsonFields(JsonObject json, String path, List<String> problems) {
    this.json = json;
    this.path = path;
    this.problems = problems;
  }

  /**
   * Reads a whole object.
   *
   * @throws InvalidOptionsException with everything that is wrong
   */
  static <T> T read(JsonObject json, Function<JsonFields, T> reader) {
    JsonFields fields = new JsonFields(json, "", new ArrayList<>());
    T read = reader.apply(fields);
    fields.refuseUnknown();
    if (!fields.problems.isEmpty()) {
      throw new InvalidOptionsException(fields.problems);
    }
    return read;
  }

  // Whoever has read what it knows has left what nobody knows.
  private void refuseUnknown() {
    for (String name : json.fieldNames()) {
      if (!known.contains(name)) {
        problem(name, "unknown; there are " + String.join(", ", known));
      }
    }
  }

  boolean has(String name) {
    known.add(name);
    return json.getValue(name) != null;
  }

  /**
   * Notes a field that has the value of an earlier element.
   *
   * @param places where each value stood first
   * @param list the name of the list
   * @param index of this element
   */
  void distinct(String name, Map<Object, Integer> places, String list, int index) {
    Object value = json.getValue(name);
    Integer before = value == null ? null : places.putIfAbsent(value, index);
    if (before != null) {
      problem(name, shown(value) + " is " + list + "[" + before + "] already");
    }
  }

  boolean holdsText(String name) {
    return has(name) && json.getValue(name) instanceof String;
  }

  /** Notes that something is wrong with a field, or with the object if the name is empty. */
  void problem(String name, String reason) {
    if (problems.size() < MOST_PROBLEMS) {
      String place = path + (path.isEmpty() || name.isEmpty() ? "" : ".") + name;
      problems.add((place.isEmpty() ? "" : place + ": ") + reason);
    }
  }

  void text(String name, Consumer<String> setter) {
    take(name, String.class, "a text", setter);
  }

  void flag(String name, Consumer<Boolean> setter) {
    take(name, Boolean.class, "true or false", setter);
  }

  void number(String name, IntConsumer setter) {
    take(
        name,
        Number.class,
        "a whole number",
        value -> setter.accept(Math.toIntExact(whole(value))));
  }

  /** A number of bytes, or a text such as {@code 64MiB}. */
  void bytes(String name, LongConsumer setter) {
    if (holdsText(name)) {
      text(name, value -> setter.accept(SizeText.parse(value)));
    } else {
      take(name, Number.class, "a number of bytes", value -> setter.accept(whole(value)));
    }
  }

  /** As {@link #bytes}, for less than 2 GiB. */
  void intBytes(String name, IntConsumer setter) {
    bytes(name, value -> setter.accept(Math.toIntExact(value)));
  }

  void millis(String name, Consumer<Duration> setter) {
    take(
        name,
        Number.class,
        "a number of milliseconds",
        value -> {
          if (whole(value) < 1) {
            throw new IllegalArgumentException(value + " is below 1");
          }
          setter.accept(Duration.ofMillis(whole(value)));
        });
  }

  <E extends Enum<E>> void choice(String name, Class<E> type, Consumer<E> setter) {
    text(
        name,
        value -> {
          for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
              setter.accept(each);
              return;
            }
          }
          throw new IllegalArgumentException("'" + value + "' is none of " + names(type));
        });
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E each : type.getEnumConstants()) {
      names.add(each.name().toLowerCase(Locale.ROOT));
    }
    return String.join(", ", names);
  }

  private static long whole(Number value) {
    if (value instanceof Integer || value instanceof Long) {
      return value.longValue();
    }
    throw new IllegalArgumentException(value + " is not a whole number of this size");
  }

  private <T> void take(String name, Class<T> type, String kind, Consumer<T> setter) {
    if (!has(name)) {
      return;
    }
    Object value = json.getValue(name);
    if (type.isInstance(value)) {
      set(name, () -> setter.accept(type.cast(value)));
    } else {
      problem(name, shown(value) + " is not " + kind);
    }
  }

  private void set(String name, Runnable setter) {
    try {
      setter.run();
    } catch (ArithmeticException e) {
      problem(name, json.getValue(name) + " is too large");
    } catch (IllegalArgumentException e) {
      problem(name, BadOption.reason(e));
    }
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case JsonObject ignored -> "an object";
      case JsonArray ignored -> "a list";
      case String text -> "'" + text + "'";
      case null -> "null";
      default -> value.toString();
    };
  }

  void object(String name, Consumer<JsonFields> reader) {
    take(name, JsonObject.class, "an object", value -> inner(name, value, reader));
  }

  private void inner(String name, JsonObject value, Consumer<JsonFields> reader) {
    String place = path.isEmpty() ? name : path + "." + name;
    JsonFields fields = new JsonFields(value, place, problems);
    reader.accept(fields);
    fields.refuseUnknown();
  }

  /** A list of objects; the reader hears of each with its place. */
  void objects(String name, Consumer<JsonFields> reader) {
    each(name, JsonObject.class, "an object", (place, value) -> inner(place, value, reader));
  }

  /** A list of texts. */
  void texts(String name, Consumer<String> setter) {
    each(name, String.class, "a text", (place, value) -> set(place, () -> setter.accept(value)));
  }

  /** What is done with an element of a list. */
  @FunctionalInterface
  private interface Element<T> {
    void take(String place, T value);
  }

  private <T> void each(String name, Class<T> type, String kind, Element<T> element) {
    take(
        name,
        JsonArray.class,
        "a list",
        list -> {
          for (int i = 0; i < list.size(); i++) {
            String place = name + "[" + i + "]";
            Object value = list.getValue(i);
            if (type.isInstance(value)) {
              element.take(place, type.cast(value));
            } else {
              problem(place, shown(value) + " is not " + kind);
            }
          }
        });
  }
}
