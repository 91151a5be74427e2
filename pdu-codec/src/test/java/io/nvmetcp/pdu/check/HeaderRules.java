package io.nvmetcp.pdu.check;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Reads {@code header-rules.txt}: one rule a line, each a header and the verdict it deserves. */
final class HeaderRules {
  record Rule(int line, String section, String text, Limits limits, byte[] header, String verdict) {
    @Override
    public String toString() {
      return "line " + line + ", " + section + ": " + text;
    }
  }

  private HeaderRules() {}

  static List<Rule> all() {
    List<String> lines = read().lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
        .mapToObj(i -> rule(i + 1, lines.get(i)))
        .toList();
  }

  private static String read() {
    try (InputStream in = HeaderRules.class.getResourceAsStream("header-rules.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rule rule(int line, String text) {
    String[] column = text.split("\\|");
    if (column.length != 6) {
      throw new IllegalArgumentException("line " + line + " has " + column.length + " columns");
    }
    Role receiver = Role.valueOf(column[1].strip().toUpperCase(Locale.ROOT));
    Limits limits = limits(receiver, column[2].strip());
    byte[] header = header(limits, column[3].strip());
    String verdict = column[4].strip();
    return new Rule(line, column[0].strip(), column[5].strip(), limits, header, verdict);
  }

  private static Limits limits(Role receiver, String agreement) {
    if (agreement.equals("ic")) {
      return Limits.initial(receiver, 8192, 1 << 20);
    }
    Map<String, Long> values = new HashMap<>();
    boolean header = false;
    boolean data = false;
    boolean strict = false;
    for (String word : agreement.split(",")) {
      if (word.contains("=")) {
        values.put(word.split("=")[0], Long.parseLong(word.split("=")[1]));
      } else {
        strict |= word.equals("strict");
        header |= word.startsWith("H");
        data |= word.endsWith("D");
      }
    }
    var agreed =
        new Negotiated(
            header,
            data,
            values.getOrDefault("hpda", 0L).intValue(),
            values.getOrDefault("cpda", 0L).intValue(),
            1,
            values.getOrDefault("max", 131_072L));
    return new Limits(
        receiver,
        Phase.AWAIT_PDU,
        agreed,
        values.getOrDefault("icd", 8192L),
        values.getOrDefault("most", 1L << 20),
        strict);
  }

  private static byte[] header(Limits limits, String text) {
    String[] words = text.split(" +");
    PduType type = type(words[0]);
    byte[] h = new byte[256];
    boolean isData = type == PduType.H2C_DATA || type == PduType.C2H_DATA;
    for (int i = 1; i < words.length; i++) {
      if (words[i].startsWith("data=")) {
        sound(h, type, limits.negotiated(), Integer.parseInt(words[i].substring(5)));
      }
    }
    if (PduFields.plen(h) == 0) {
      sound(h, type, limits.negotiated(), isData ? 4096 : 0);
    }
    for (int i = 1; i < words.length; i++) {
      set(h, words[i].split("=")[0], words[i].split("=")[1]);
    }
    return h;
  }

  private static PduType type(String wireName) {
    for (PduType type : PduType.values()) {
      if (type.wireName().equals(wireName)) {
        return type;
      }
    }
    throw new IllegalArgumentException(wireName);
  }

  /** A header that nobody can object to, built here independently of the writer. */
  private static void sound(byte[] h, PduType type, Negotiated agreed, int dataBytes) {
    boolean hd = agreed.headerDigest() && type.digestible();
    boolean dd = agreed.dataDigest() && dataBytes > 0;
    int plen = type.headerBytes() + (hd ? 4 : 0);
    int pdo = 0;
    if (dataBytes > 0) {
      int unit = 4 * (1 + (type.sender() == Role.HOST ? agreed.cpda() : agreed.hpda()));
      pdo = Math.ceilDiv(plen, unit) * unit;
      plen = pdo + dataBytes + (dd ? 4 : 0);
    }
    int flags = (hd ? PduFlags.HDGST : 0) | (dd ? PduFlags.DDGST : 0);
    PduFields.common(h, type, flags, pdo, plen);
    switch (type) {
      case H2C_DATA, C2H_DATA -> LittleEndian.put32(h, 16, dataBytes);
      case R2T -> LittleEndian.put32(h, 16, 4096);
      case IC_RESP -> LittleEndian.put32(h, 12, 131_072);
      case IC_REQ, H2C_TERM_REQ, C2H_TERM_REQ, CAPSULE_CMD, CAPSULE_RESP -> {}
    }
  }

  private static void set(byte[] h, String field, String value) {
    switch (field) {
      case "data" -> {}
      case "type" -> LittleEndian.put8(h, 0, Integer.parseInt(value, 16));
      case "flags" -> LittleEndian.put8(h, 1, Integer.parseInt(value, 16));
      case "hlen" -> LittleEndian.put8(h, 2, Integer.parseInt(value));
      case "pdo" -> LittleEndian.put8(h, 3, Integer.parseInt(value));
      case "plen" -> LittleEndian.put32(h, 4, Long.parseLong(value));
      case "pfv", "cccid", "fes" -> LittleEndian.put16(h, 8, Integer.parseInt(value));
      case "ttag" -> LittleEndian.put16(h, 10, Integer.parseInt(value));
      case "pda" -> LittleEndian.put8(h, 10, Integer.parseInt(value));
      case "dgst" -> LittleEndian.put8(h, 11, Integer.parseInt(value));
      case "maxr2t", "maxh2cdata", "datao", "r2to" ->
          LittleEndian.put32(h, 12, Long.parseLong(value));
      case "datal", "r2tl" -> LittleEndian.put32(h, 16, Long.parseLong(value));
      default -> throw new IllegalArgumentException(field);
    }
  }
}
