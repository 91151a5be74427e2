package io.nvmetcp.target;

import io.nvmetcp.target.backend.Delay;
import io.nvmetcp.target.backend.FaultRule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Subsystems and namespaces from JSON, and to it. */
final class SubsystemJson {
  private static final String ANY_HOST = "any";
  // In place of a name that is wrong: what follows is read all the same.
  private static final String SOME_NQN = "nqn.unknown";

  private SubsystemJson() {}

  static SubsystemOptions read(JsonFields fields) {
    List<SubsystemOptions> made = new ArrayList<>();
    fields.text("nqn", nqn -> made.add(new SubsystemOptions(nqn)));
    if (!fields.has("nqn")) {
      fields.problem("nqn", "missing");
    }
    SubsystemOptions options = made.isEmpty() ? new SubsystemOptions(SOME_NQN) : made.getFirst();
    fields.text("serial", options::setSerial);
    fields.text("model", options::setModel);
    hosts(fields, options);
    Map<Object, Integer> places = new HashMap<>();
    fields.objects(
        "namespaces",
        each -> {
          each.distinct("id", places, "namespaces", options.getNamespaces().size());
          options.addNamespace(namespace(each));
        });
    return options;
  }

  private static void hosts(JsonFields fields, SubsystemOptions options) {
    if (fields.holdsText("allowedHosts")) {
      fields.text(
          "allowedHosts",
          text -> {
            if (!text.equals(ANY_HOST)) {
              throw new IllegalArgumentException(
                  "'" + text + "' is neither '" + ANY_HOST + "' nor a list of NQNs");
            }
          });
    } else if (fields.has("allowedHosts")) {
      List<String> hosts = new ArrayList<>();
      fields.texts("allowedHosts", nqn -> hosts.add(SubsystemOptions.checkedNqn(nqn)));
      options.setAllowedHosts(AllowedHosts.only(hosts));
    }
  }

  static NamespaceOptions namespace(JsonFields fields) {
    int[] id = {1};
    fields.number("id", value -> id[0] = NamespaceOptions.checkedId(value));
    if (!fields.has("id")) {
      fields.problem("id", "missing");
    }
    NamespaceOptions options = new NamespaceOptions(id[0], source(fields));
    fields.number("blockBytes", options::setBlockBytes);
    checkSize(fields, options);
    fields.text("uuid", text -> options.setUuid(uuid(text)));
    fields.text("nguid", options::setNguid);
    fields.text("eui64", options::setEui64);
    fields.text("delay", text -> options.setDelay(Delay.parse(text)));
    fields.texts("faults", text -> options.addFault(FaultRule.parse(text)));
    return options;
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no UUID", e);
    }
  }

  private static NamespaceSource source(JsonFields fields) {
    List<NamespaceSource> sources = new ArrayList<>();
    fields.bytes("memory", size -> sources.add(new NamespaceSource.Memory(size)));
    fields.bytes("null", size -> sources.add(new NamespaceSource.Null(size)));
    boolean[] readOnly = {false};
    long[] size = {0};
    fields.flag("readOnly", value -> readOnly[0] = value);
    fields.bytes("size", value -> size[0] = value);
    fields.text("file", path -> sources.add(file(Path.of(path), size[0], readOnly[0])));
    int kinds = 0;
    for (String kind : List.of("memory", "file", "null")) {
      kinds += fields.has(kind) ? 1 : 0;
    }
    if (kinds != 1) {
      fields.problem("", "one of memory, file and null is needed, not " + kinds);
    }
    if (!fields.has("file")) {
      for (String ofFiles : List.of("readOnly", "size")) {
        if (fields.has(ofFiles)) {
          fields.problem(ofFiles, "goes with file only");
        }
      }
    } else if (readOnly[0] && size[0] > 0) {
      fields.problem("size", "a read-only file keeps the size that it has");
    }
    return sources.isEmpty() ? new NamespaceSource.Null(1 << 20) : sources.getFirst();
  }

  private static NamespaceSource file(Path path, long size, boolean readOnly) {
    return size > 0
        ? new NamespaceSource.SizedFile(path, size)
        : new NamespaceSource.ExistingFile(path, readOnly);
  }

  private static void checkSize(JsonFields fields, NamespaceOptions options) {
    switch (options.source()) {
      case NamespaceSource.Memory(long bytes) -> checkSize(fields, "memory", bytes, options);
      case NamespaceSource.Null(long bytes) -> checkSize(fields, "null", bytes, options);
      case NamespaceSource.SizedFile(Path ignored, long bytes) ->
          checkSize(fields, "size", bytes, options);
      case NamespaceSource.ExistingFile ignored -> {}
      case NamespaceSource.Custom ignored -> {}
    }
  }

  private static void checkSize(
      JsonFields fields, String name, long bytes, NamespaceOptions options) {
    if (bytes <= 0 || bytes % options.getBlockBytes() != 0) {
      fields.problem(
          name,
          "%d is no positive multiple of the block of %d bytes"
              .formatted(bytes, options.getBlockBytes()));
    }
  }

  static JsonObject write(SubsystemOptions options) {
    JsonArray namespaces = new JsonArray();
    options.getNamespaces().forEach(each -> namespaces.add(write(each)));
    AllowedHosts hosts = options.getAllowedHosts();
    return new JsonObject()
        .put("nqn", options.getNqn())
        .put("serial", options.getSerial())
        .put("model", options.getModel())
        .put(
            "allowedHosts",
            hosts.anyHost() ? ANY_HOST : new JsonArray(hosts.nqns().stream().sorted().toList()))
        .put("namespaces", namespaces);
  }

  static JsonObject write(NamespaceOptions options) {
    JsonObject json = new JsonObject().put("id", options.getId());
    switch (options.source()) {
      case NamespaceSource.Memory(long bytes) -> json.put("memory", bytes);
      case NamespaceSource.Null(long bytes) -> json.put("null", bytes);
      case NamespaceSource.ExistingFile(Path path, boolean readOnly) ->
          json.put("file", path.toString()).put("readOnly", readOnly);
      case NamespaceSource.SizedFile(Path path, long bytes) ->
          json.put("file", path.toString()).put("size", bytes);
      case NamespaceSource.Custom custom -> json.put("custom", custom.describe());
    }
    json.put("blockBytes", options.getBlockBytes());
    putIfThere(json, "uuid", options.getUuid().map(UUID::toString).orElse(null));
    putIfThere(json, "nguid", options.getNguid().orElse(null));
    putIfThere(json, "eui64", options.getEui64().orElse(null));
    putIfThere(json, "delay", options.getDelay().map(Delay::text).orElse(null));
    if (!options.getFaults().isEmpty()) {
      json.put("faults", new JsonArray(options.getFaults().stream().map(FaultRule::text).toList()));
    }
    return json;
  }

  private static void putIfThere(JsonObject json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
