package io.nvmetcp.cli;

import io.nvmetcp.target.NamespaceOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A namespace as users write it: {@code memory:SIZE}, {@code file:PATH} or {@code null:SIZE},
 * followed by {@code ,bs=512|4096}, {@code ,ro} (files) and {@code ,uuid=UUID}.
 *
 * @param kind memory, file or null
 * @param where size or path
 * @param blockBytes logical block size
 * @param readOnly refuse writes
 * @param uuid the namespace's UUID, or null for one that is made up
 */
record NamespaceSpec(
    Kind kind, String where, int blockBytes, boolean readOnly, @Nullable UUID uuid) {
  /** What is behind a namespace. */
  enum Kind {
    MEMORY,
    FILE,
    NULL
  }

  static final String FORMS =
      "memory:SIZE, file:PATH or null:SIZE, then ,bs=512 or ,bs=4096, ,ro for files, ,uuid=UUID";

  static NamespaceSpec parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw bad(text, "there is no colon");
    }
    Kind kind =
        switch (text.substring(0, colon)) {
          case "memory" -> Kind.MEMORY;
          case "file" -> Kind.FILE;
          case "null" -> Kind.NULL;
          default -> throw bad(text, "'" + text.substring(0, colon) + "' is no kind");
        };
    List<String> parts = List.of(text.substring(colon + 1).split(",", -1));
    String where = parts.get(0);
    if (where.isEmpty()) {
      throw bad(text, kind == Kind.FILE ? "the path is missing" : "the size is missing");
    }
    int blockBytes = NamespaceOptions.DEFAULT_BLOCK_BYTES;
    boolean readOnly = false;
    UUID uuid = null;
    for (String part : parts.subList(1, parts.size())) {
      switch (part) {
        case "bs=512" -> blockBytes = 512;
        case "bs=4096" -> blockBytes = 4096;
        case "ro" -> {
          if (kind != Kind.FILE) {
            throw bad(text, "only files can be read-only");
          }
          readOnly = true;
        }
        default -> {
          if (!part.startsWith("uuid=")) {
            throw bad(text, "'" + part + "' means nothing");
          }
          uuid = uuid(text, part.substring("uuid=".length()));
        }
      }
    }
    if (kind != Kind.FILE) {
      checkSize(text, where, blockBytes);
    }
    return new NamespaceSpec(kind, where, blockBytes, readOnly, uuid);
  }

  private static void checkSize(String text, String where, int blockBytes) {
    long bytes;
    try {
      bytes = ByteSize.parse(where).bytes();
    } catch (IllegalArgumentException e) {
      throw bad(text, e.getMessage());
    }
    if (bytes == 0 || bytes % blockBytes != 0) {
      throw bad(text, "the size is no multiple of the block of " + blockBytes + " bytes");
    }
  }

  private static UUID uuid(String text, String value) {
    try {
      return UUID.fromString(value);
    } catch (IllegalArgumentException e) {
      throw bad(text, "'" + value + "' is no UUID");
    }
  }

  private static IllegalArgumentException bad(String text, @Nullable String why) {
    return new IllegalArgumentException("'%s': %s; use %s".formatted(text, why, FORMS));
  }

  /** The namespace as the target takes it. */
  NamespaceOptions options(int id) {
    NamespaceOptions options =
        switch (kind) {
          case MEMORY -> NamespaceOptions.memory(id, ByteSize.parse(where).bytes());
          case FILE -> NamespaceOptions.file(id, Path.of(where), readOnly);
          case NULL -> NamespaceOptions.nullDevice(id, ByteSize.parse(where).bytes());
        };
    options.setBlockBytes(blockBytes);
    UUID named = uuid;
    return named == null ? options : options.setUuid(named);
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
