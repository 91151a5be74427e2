package io.nvmetcp.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small things that the commands of a host are made of. */
class HostHelpersTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  @Test
  void theBarMovesAndSaysHowFastAndHowLong() {
    try (ProgressBar bar = new ProgressBar(out, true, "read", 4 << 20, clock::get)) {
      bar.update(1);
      assertThat(shown()).as("not that often").isEmpty();
      clock.set(SECOND);
      bar.update(1 << 20);
      assertThat(shown())
          .isEqualTo(
              "\r%-78s"
                  .formatted(
                      "read [######..................]  25 %  1.0 MiB  1.0 MiB/s  0:03 left"));
      clock.set(4 * SECOND);
      bar.update(4 << 20);
      assertThat(shown()).contains("[########################] 100 %  4.0 MiB");
    }
    assertThat(shown()).startsWith("\r").endsWith("\r").isBlank().hasSize(80);
  }

  @Test
  void aBarWithoutATotalSaysWhatWasMoved() {
    try (ProgressBar bar = new ProgressBar(out, true, "written", 0, clock::get)) {
      clock.set(2 * SECOND);
      bar.update(3 << 20);
      assertThat(shown().strip()).isEqualTo("written  3.0 MiB  1.5 MiB/s");
    }
  }

  @Test
  void nothingIsShownWhereNobodyWatches() {
    try (ProgressBar bar = new ProgressBar(out, false, "read", 10, clock::get)) {
      clock.set(2 * SECOND);
      bar.update(5);
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void whatAPeerSaysDoesNotMoveTheCursor() {
    assertThat(Printable.of("a\u001b[2J\r\nb\u0000\u00e9\u2028"))
        .isEqualTo("a\\x1b[2J\\x0d\\x0ab\\x00\\xe9\\u2028");
  }

  @Test
  void sizesAreShort() {
    assertThat(Sizes.decimal(512).strip()).isEqualTo("512.00  B");
    assertThat(Sizes.decimal(1_073_741_824).strip()).isEqualTo("1.07 GB");
    assertThat(Sizes.binary(64 << 20)).isEqualTo("64.0 MiB");
    assertThat(Sizes.binary(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
  }

  @Test
  void aHexTableHasOffsetsBytesAndCharacters() {
    assertThat(HexTable.of("0123456789abcdefXY\n".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(
            """
                   0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f
            0000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 "0123456789abcdef"
            0010: 58 59 0a                                        "XY."
            """);
  }

  @Test
  void theMachinesIdentityComesFromItsFiles(@TempDir Path folder) throws IOException {
    HostIdentity nobody = new HostIdentity(Optional.empty(), Optional.empty());
    assertThat(HostIdentity.read(folder)).isEqualTo(nobody);
    Files.writeString(folder.resolve("hostnqn"), "\n nqn.2026-11.x:host \n");
    Files.writeString(folder.resolve("hostid"), new UUID(1, 2) + "\n");
    assertThat(HostIdentity.read(folder))
        .isEqualTo(
            new HostIdentity(Optional.of("nqn.2026-11.x:host"), Optional.of(new UUID(1, 2))));
    Files.write(folder.resolve("hostnqn"), new byte[] {(byte) 0xFF, (byte) 0xFE});
    Files.writeString(folder.resolve("hostid"), "none");
    assertThat(HostIdentity.read(folder)).as("files that say nothing").isEqualTo(nobody);
  }

  @Test
  void checksumsAreThoseOfTheUsualTools() {
    MemorySegment text = MemorySegment.ofArray("123456789".getBytes(StandardCharsets.US_ASCII));
    Checksum crc = Checksum.of(Checksum.Kind.CRC32C);
    crc.update(text.asSlice(0, 4));
    crc.update(text.asSlice(4));
    assertThat(crc.value()).isEqualTo("e3069283");
    Checksum sha = Checksum.of(Checksum.Kind.SHA256);
    sha.update(text);
    assertThat(sha.value())
        .isEqualTo("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    assertThat(Checksum.of(Checksum.Kind.NONE).value()).isEmpty();
  }
}
