package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line around the decoder: what is printed where, and exit codes. */
class DecodeCommandTest {
  // A PDU with nothing wrong: an R2T without digests.
  private static final String R2T = "090018001800000003000900000000000002000000000000\n";

  @TempDir Path dir;

  @Test
  void printsALinePerPduAndSucceeds() throws IOException {
    Captured captured = Captured.run("decode", file(R2T + R2T).toString());
    assertThat(captured.out().lines())
        .containsExactly(
            "C>H        0  R2T hlen=24 pdo=0 plen=24 flags=- cccid=0x0003 ttag=0x0009 r2to=0"
                + " r2tl=512",
            "C>H       24  R2T hlen=24 pdo=0 plen=24 flags=- cccid=0x0003 ttag=0x0009 r2to=0"
                + " r2tl=512");
    assertThat(captured.err()).isEmpty();
    assertThat(captured.code()).isZero();
  }

  @Test
  void saysWhereTheBytesGoWrongAndFails() throws IOException {
    Captured captured = Captured.run("decode", file(R2T + "ff").toString());
    assertThat(captured.out().lines())
        .hasSize(2)
        .last()
        .isEqualTo("???       24  BAD: unknown PDU type FFh");
    assertThat(captured.code()).isEqualTo(Main.FAILED);
  }

  @Test
  void saysInOneLineThatAFileIsNoRecording() throws IOException {
    Path file = file("hello\nworld\n");
    Captured captured = Captured.run("decode", file.toString());
    assertThat(captured.errLines())
        .containsExactly(
            "nvmetcp: %s: neither a pcap or pcapng capture nor a hex dump: line 1 is 'hello'"
                .formatted(file));
    assertThat(captured.code()).isEqualTo(Main.FAILED);
  }

  @Test
  void saysInOneLineThatAFileIsEmptyOrBinary() throws IOException {
    Path empty = file("");
    assertThat(Captured.run("decode", empty.toString()).errLines())
        .containsExactly("nvmetcp: %s: the input is empty".formatted(empty));
    Path binary = file("\u0000\u0001\u0002");
    assertThat(Captured.run("decode", binary.toString()).errLines())
        .containsExactly(
            "nvmetcp: %s: neither a pcap or pcapng capture nor a hex dump".formatted(binary));
  }

  @Test
  void namesAFileThatIsMissing() {
    Path missing = dir.resolve("missing.pcap");
    Captured captured = Captured.run("decode", missing.toString());
    assertThat(captured.errLines().getFirst()).isEqualTo("nvmetcp: " + missing + " does not exist");
    assertThat(captured.code()).isEqualTo(Main.USAGE);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(dir, "recording", ".txt"), text);
  }
}
