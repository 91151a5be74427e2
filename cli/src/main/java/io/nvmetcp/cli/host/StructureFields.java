package io.nvmetcp.cli.host;

import io.nvmetcp.nvme.LittleEndian;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** The fields of a structure, to be printed a line each, or as JSON. */
final class StructureFields {
  /** How a field is written. */
  enum Form {
    /** A number. */
    DECIMAL,
    /** Bits: a number in hexadecimal. */
    HEX,
    /** ASCII, padded. */
    TEXT,
    /** Bytes, first one first. */
    BYTES,
    /** Bytes, last one first, as an OUI is written. */
    REVERSED
  }

  /**
   * A field.
   *
   * @param name as the specification has it, in lower case
   * @param at offset
   * @param bytes length
   * @param form how it is written
   */
  record Field(String name, int at, int bytes, Form form) {
    String text(byte[] structure) {
      return switch (form) {
        case DECIMAL -> number(structure).toString();
        case HEX -> number(structure).signum() == 0 ? "0" : "0x" + number(structure).toString(16);
        case TEXT -> Printable.of(ascii(structure));
        case BYTES -> HexFormat.of().formatHex(structure, at, at + bytes);
        case REVERSED -> HexFormat.of().formatHex(reversed(structure));
      };
    }

    Object json(byte[] structure) {
      return switch (form) {
        case DECIMAL, HEX ->
            bytes <= Long.BYTES && number(structure).bitLength() < Long.SIZE
                ? (Object) number(structure).longValue()
                : number(structure).toString();
        case TEXT, BYTES, REVERSED -> text(structure);
      };
    }

    private BigInteger number(byte[] structure) {
      return new BigInteger(1, reversed(structure));
    }

    private byte[] reversed(byte[] structure) {
      byte[] big = new byte[bytes];
      for (int i = 0; i < bytes; i++) {
        big[i] = structure[at + bytes - 1 - i];
      }
      return big;
    }

    private String ascii(byte[] structure) {
      int end = at;
      while (end < at + bytes && structure[end] != 0) {
        end++;
      }
      return new String(structure, at, end - at, StandardCharsets.UTF_8).stripTrailing();
    }
  }

  private final List<Field> fields;
  private final int width;

  StructureFields(Field... fields) {
    this.fields = List.of(fields);
    width = this.fields.stream().mapToInt(field -> field.name().length()).max().orElse(0);
  }

  static Field decimal(String name, int at, int bytes) {
    return new Field(name, at, bytes, Form.DECIMAL);
  }

  static Field hex(String name, int at, int bytes) {
    return new Field(name, at, bytes, Form.HEX);
  }

  static Field text(String name, int at, int bytes) {
    return new Field(name, at, bytes, Form.TEXT);
  }

  static Field bytes(String name, int at, int bytes) {
    return new Field(name, at, bytes, Form.BYTES);
  }

  static Field reversed(String name, int at, int bytes) {
    return new Field(name, at, bytes, Form.REVERSED);
  }

  /** A line per field. */
  String text(byte[] structure) {
    StringBuilder lines = new StringBuilder();
    for (Field field : fields) {
      lines.append(String.format("%-" + width + "s : %s%n", field.name(), field.text(structure)));
    }
    return lines.toString();
  }

  /** A member per field. */
  JsonObject json(byte[] structure) {
    JsonObject json = new JsonObject();
    fields.forEach(field -> json.put(field.name(), field.json(structure)));
    return json;
  }

  /** True if the structure has no byte but zeros. */
  static boolean isEmpty(byte[] structure) {
    for (int at = 0; at + Long.BYTES <= structure.length; at += Long.BYTES) {
      if (LittleEndian.i64(structure, at) != 0) {
        return false;
      }
    }
    return true;
  }
}
