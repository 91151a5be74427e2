package io.nvmetcp.cli.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hex dumps in the forms of the usual tools, written as those tools write them. */
class HexDumpDecodeTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

  /** A tool and its options. */
  enum Tool {
    PLAIN(HEX::formatHex),
    PLAIN_UPPER_CASE(b -> HEX.withUpperCase().formatHex(b)),
    PLAIN_SPACED(b -> "# a comment\n\n" + SPACED.formatHex(b) + "\n"),
    XXD_P(b -> lines(b, 30, false, (at, l, s) -> HEX.formatHex(l), n -> "")),
    XXD(
        b ->
            lines(
                b,
                16,
                false,
                (at, l, s) -> "%08x: %-40s %s".formatted(at, pairs(l), text(l)),
                n -> "")),
    XXD_G1(
        b ->
            lines(
                b,
                16,
                false,
                (at, l, s) -> "%08x: %-48s %s".formatted(at, SPACED.formatHex(l), text(l)),
                n -> "")),
    HEXDUMP_C(
        b ->
            lines(
                b,
                16,
                true,
                (at, l, s) -> "%08x  %-49s |%s|".formatted(at, halves(l), text(l)),
                "%08x"::formatted)),
    HEXDUMP(
        b ->
            lines(b, 16, true, (at, l, s) -> "%07x %s".formatted(at, words(l)), "%07x"::formatted)),
    OD_X1(
        b ->
            lines(
                b,
                16,
                true,
                (at, l, s) -> "%07o %s".formatted(at, SPACED.formatHex(l)),
                "%07o"::formatted)),
    OD_A_X(
        b ->
            lines(
                b,
                16,
                true,
                (at, l, s) -> "%06x %s".formatted(at, SPACED.formatHex(l)),
                "%06x"::formatted)),
    OD_A_D(
        b ->
            lines(
                b,
                16,
                true,
                (at, l, s) -> "%07d %s".formatted(at, SPACED.formatHex(l)),
                "%07d"::formatted)),
    OD_A_N(b -> lines(b, 16, false, (at, l, s) -> " " + SPACED.formatHex(l), n -> "")),
    OD_X(
        b ->
            lines(b, 16, true, (at, l, s) -> "%07o %s".formatted(at, words(l)), "%07o"::formatted)),
    OD_X1Z(
        b ->
            lines(
                b,
                16,
                true,
                (at, l, s) -> "%06x %-47s  >%s<".formatted(at, SPACED.formatHex(l), text(l)),
                "%06x"::formatted));

    private final Function<byte[], String> dump;

    Tool(Function<byte[], String> dump) {
      this.dump = dump;
    }
  }

  private interface LineOf {
    String line(int at, byte[] bytes, boolean squeezed);
  }

  private static String lines(
      byte[] bytes, int width, boolean squeeze, LineOf line, Function<Integer, String> close) {
    var out = new StringBuilder();
    byte[] before = {};
    boolean star = false;
    for (int at = 0; at < bytes.length; at += width) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + width));
      if (squeeze && Arrays.equals(part, before)) {
        out.append(star ? "" : "*\n");
        star = true;
      } else {
        out.append(line.line(at, part, star)).append('\n');
        star = false;
      }
      before = part;
    }
    String end = close.apply(bytes.length);
    return out.append(end).append(end.isEmpty() ? "" : "\n").toString();
  }

  private static String pairs(byte[] line) {
    return HEX.formatHex(line).replaceAll("(.{4})", "$1 ").strip();
  }

  private static String halves(byte[] line) {
    String all = SPACED.formatHex(line);
    return all.length() <= 23 ? all : all.substring(0, 23) + " " + all.substring(23);
  }

  private static String words(byte[] line) {
    var out = new StringBuilder();
    for (int i = 0; i < line.length; i += 2) {
      int high = i + 1 < line.length ? line[i + 1] & 0xFF : 0;
      out.append(i == 0 ? "" : " ").append("%02x%02x".formatted(high, line[i] & 0xFF));
    }
    return out.toString();
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
  }

  private final byte[] bytes = Script.joined(Script.turns(true, true));

  @ParameterizedTest
  @EnumSource
  void isReadInTheFormOf(Tool tool) throws IOException {
    Found found = Found.in(tool.dump.apply(bytes).getBytes(StandardCharsets.UTF_8));
    assertThat(found.pdus).hasSize(10);
    assertThat(found.problems).isEmpty();
    assertThat(found.pdus.getLast().place().offset()).isEqualTo(bytes.length - 28);
  }

  @ParameterizedTest
  @EnumSource
  void isReadToAnOddLastByteInTheFormOf(Tool tool) throws IOException {
    for (int cut = 1; cut < 40; cut++) {
      byte[] part = Arrays.copyOf(bytes, bytes.length - cut);
      String dump = tool.dump.apply(part);
      byte[] read = new HexDump().read(new ByteArrayInputStream(dump.getBytes("US-ASCII")));
      assertThat(read).as(dump).isEqualTo(part);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"XXD", "XXD_G1", "HEXDUMP_C", "OD_X1Z"})
  void takesNothingFromTheTextColumnOf(Tool tool) throws IOException {
    byte[] tricky = "|12| ab  cd > 00 < : ff  |aa  bb|".getBytes(StandardCharsets.US_ASCII);
    String dump = tool.dump.apply(tricky);
    assertThat(new HexDump().read(new ByteArrayInputStream(dump.getBytes("US-ASCII"))))
        .as(dump)
        .isEqualTo(tricky);
  }

  @Test
  void mayHoldTheDirectionsOneAfterTheOtherAndBeginAnywhere() throws IOException {
    List<Script.Turn> turns = Script.turns(true, true);
    byte[] some = Script.joined(List.of(turns.get(6), turns.get(8), turns.get(4), turns.get(7)));
    Found found = Found.in(HEX.formatHex(some).getBytes(StandardCharsets.US_ASCII));
    assertThat(found.types()).isEqualTo("C2HData H2CData CapsuleCmd R2T");
    assertThat(found.problems).isEmpty();
  }

  @Test
  void namesTheOffsetInTheDumpOfWhatIsWrong() throws IOException {
    byte[] bad = bytes.clone();
    bad[128 + 2] = 24;
    Found found = Found.in(HEX.formatHex(bad).getBytes(StandardCharsets.US_ASCII));
    assertThat(found.problems.getFirst())
        .startsWith("controller 128: invalid PDU header field (FES 1, FEI 2): ICResp with HLEN 24");
  }

  @Test
  void namesAByteThatIsNoPduAndStops() throws IOException {
    assertThat(Found.in("ff 00 18 00".getBytes(StandardCharsets.US_ASCII)).problems)
        .containsExactly("? 0: unknown PDU type FFh");
  }

  @Test
  void reportsAPduThatBreaksOff() throws IOException {
    String dump = HEX.formatHex(Arrays.copyOf(bytes, 300));
    assertThat(Found.in(dump.getBytes(StandardCharsets.US_ASCII)).problems)
        .containsExactly("host 256: a PDU breaks off after 44 of 1104 bytes");
  }

  @Test
  void doesNotLoopOnALengthOfNothing() throws IOException {
    assertThat(Found.in("0700180000000000".getBytes(StandardCharsets.US_ASCII)).problems)
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello world", "0102 030", "00000000: zz", "0x12, 0x34"})
  void isToldFromOtherText(String text) {
    assertThatThrownBy(() -> Found.in(text.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(MalformedInputException.class)
        .hasMessage("neither a pcap or pcapng capture nor a hex dump: line 1 is '" + text + "'");
  }

  @Test
  void isToldFromOctal() {
    String octal = "0000000 000000 000200 000200 000000\n0000010\n";
    assertThatThrownBy(() -> Found.in(octal.getBytes(StandardCharsets.US_ASCII)))
        .hasMessageContaining("an octal dump; make it with od -A x -t x1");
  }

  @Test
  void mustNotLackLines() {
    String dump = "00000000: 0102\n00000004: 0304\n";
    assertThatThrownBy(() -> Found.in(dump.getBytes(StandardCharsets.US_ASCII)))
        .hasMessage("line 2: offset 00000004 does not follow from the line before it");
  }
}
