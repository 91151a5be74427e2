package io.nvmetcp.cli;

import io.nvmetcp.target.InvalidOptionsException;
import io.nvmetcp.target.NamespaceOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A namespace as users write it: {@code memory:SIZE}, {@code file:PATH} or {@code null:SIZE}, and
 * after that its options, separated by commas.
 *
 * @param json as {@link NamespaceOptions#fromJson} takes it, if an identifier is added
 */
record NamespaceSpec(JsonObject json) {
  static final String FORMS =
      "memory:SIZE, file:PATH or null:SIZE, then any of ,bs=512 or ,bs=4096; ,ro (files) ;"
          + " ,size=SIZE (files: made if there is none); ,id=N; ,uuid=UUID; ,nguid=DIGITS;"
          + " ,eui64=DIGITS; ,delay=DELAY; ,fault=RULE (repeatable)";

  private static final int SOME_ID = 1;

  static NamespaceSpec parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw bad(text, "there is no colon");
    }
    String kind = text.substring(0, colon);
    if (!List.of("memory", "file", "null").contains(kind)) {
      throw bad(text, "'" + kind + "' is no kind");
    }
    List<String> parts = List.of(text.substring(colon + 1).split(",", -1));
    if (parts.get(0).isEmpty()) {
      throw bad(text, kind.equals("file") ? "the path is missing" : "the size is missing");
    }
    JsonObject json = new JsonObject().put(kind, parts.get(0));
    for (String part : parts.subList(1, parts.size())) {
      option(text, part, json);
    }
    try {
      JsonObject whole = json.containsKey("id") ? json : json.copy().put("id", SOME_ID);
      // What is wrong is to be known now; the options that count are made when all are known.
      NamespaceOptions unused = NamespaceOptions.fromJson(whole);
    } catch (InvalidOptionsException e) {
      throw bad(text, e.getMessage());
    }
    return new NamespaceSpec(json);
  }

  private static void option(String text, String part, JsonObject json) {
    String[] pair = part.split("=", 2);
    if (pair[0].equals("ro") && pair.length == 1) {
      json.put("readOnly", true);
      return;
    }
    if (pair.length < 2) {
      throw bad(text, "'" + part + "' means nothing");
    }
    switch (pair[0]) {
      case "bs" -> json.put("blockBytes", number(text, part, pair[1]));
      case "id" -> json.put("id", number(text, part, pair[1]));
      case "size", "uuid", "nguid", "eui64", "delay" -> json.put(pair[0], pair[1]);
      case "fault" -> {
        JsonArray faults = json.getJsonArray("faults", new JsonArray());
        json.put("faults", faults.add(pair[1]));
      }
      default -> throw bad(text, "'" + part + "' means nothing");
    }
  }

  private static int number(String text, String part, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw bad(text, "'" + part + "' has no number");
    }
  }

  private static IllegalArgumentException bad(String text, @Nullable String why) {
    return new IllegalArgumentException("'%s': %s; use %s".formatted(text, why, FORMS));
  }

  /** A subsystem's namespaces; one without an identifier follows the one before it. */
  static JsonArray list(List<NamespaceSpec> specs) {
    JsonArray list = new JsonArray();
    int next = 1;
    for (NamespaceSpec spec : specs) {
      int id = spec.json.getInteger("id", next);
      list.add(spec.json.copy().put("id", id));
      next = id + 1;
    }
    return list;
  }

  /** Lets options have this type. */
  static final class Converter implements ITypeConverter<NamespaceSpec> {
    @Override
    public NamespaceSpec convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
