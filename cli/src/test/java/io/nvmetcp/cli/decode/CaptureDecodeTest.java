package io.nvmetcp.cli.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code decode} makes of captures, sound and otherwise. */
class CaptureDecodeTest {
  private static final String ALL =
      "ICReq ICResp CapsuleCmd CapsuleResp CapsuleCmd C2HData C2HData R2T H2CData CapsuleResp";

  private final List<Script.Turn> turns = Script.turns(true, true);

  @ParameterizedTest
  @EnumSource
  void readsEveryLinkTypeAndBothAddressFamilies(Capture.Link link) throws IOException {
    for (boolean ipv6 : new boolean[] {false, true}) {
      Capture capture = new Capture(link, ipv6);
      capture.stream(50_000).handshake().send(turns).close();
      Found found = Found.in(capture.pcap());
      assertThat(found.types()).isEqualTo(ALL);
      assertThat(found.problems).isEmpty();
      assertThat(found.notes).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"true,false", "true,true", "false,false", "false,true"})
  void readsPcapAndPcapngOfEitherByteOrder(boolean big, boolean simple) throws IOException {
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(turns).close();
    assertThat(Found.in(capture.pcap(order, 1 << 18)).types()).isEqualTo(ALL);
    assertThat(Found.in(capture.pcapng(order, simple)).types()).isEqualTo(ALL);
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void checksTheDigestsThatWereNegotiated(boolean header, boolean data) throws IOException {
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(Script.turns(header, data)).close();
    Found found = Found.in(capture.pcap());
    assertThat(found.types()).isEqualTo(ALL);
    assertThat(found.problems).isEmpty();
    assertThat(found.pdus.stream().filter(pdu -> pdu.headerDigest() != null))
        .hasSize(header ? 8 : 0);
    assertThat(found.pdus.stream().filter(pdu -> pdu.dataDigest() != null)).hasSize(data ? 4 : 0);
    assertThat(found.pdus.get(5).line())
        .contains("cccid=0x0002", "datal=200")
        .endsWith("datal=200" + (header ? " hdgst=ok" : "") + (data ? " ddgst=ok" : ""));
  }

  @Test
  void putsSegmentsInOrderAndDropsWhatCameTwice() throws IOException {
    byte[] host = bytes(Role.HOST);
    byte[] controller = bytes(Role.CONTROLLER);
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000).handshake();
    // The ICReq, so that its answer stands after it; then the rest back to front, overlapping.
    stream.send(Role.HOST, Arrays.copyOf(host, 128));
    stream.send(Role.CONTROLLER, Arrays.copyOf(controller, 128));
    shuffle(stream, Role.CONTROLLER, Arrays.copyOfRange(controller, 128, controller.length));
    shuffle(stream, Role.HOST, Arrays.copyOfRange(host, 128, host.length));
    stream.sendAt(Role.HOST, -host.length, host);
    stream.close();
    Found found = Found.in(capture.pcap());
    assertThat(found.problems).isEmpty();
    assertThat(found.pdus).hasSize(10);
    assertThat(found.pdus.stream().filter(pdu -> pdu.place().sender() == Role.HOST)).hasSize(4);
  }

  private static void shuffle(Capture.Stream stream, Role sender, byte[] bytes) {
    int size = 100;
    for (int at = (bytes.length - 1) / size * size; at >= 0; at -= size) {
      int end = Math.min(bytes.length, at + size + 30);
      stream.sendAt(sender, at, Arrays.copyOfRange(bytes, at, end));
    }
    stream.skip(sender, bytes.length);
  }

  @Test
  void keepsConnectionsApart() throws IOException {
    Capture capture = Capture.ethernet();
    Capture.Stream first = capture.stream(50_000).handshake();
    Capture.Stream second = capture.stream(50_001).handshake();
    List<Script.Turn> others = Script.turns(false, true);
    for (int i = 0; i < turns.size(); i++) {
      first.send(List.of(turns.get(i)));
      second.send(List.of(others.get(i)));
    }
    // The same ports once more, later.
    capture.stream(50_000).handshake().send(turns);
    Found found = Found.in(capture.pcap());
    // The third connection's SYN repeats the first's, sequence number and all.
    assertThat(found.problems).isEmpty();
    for (int number : new int[] {1, 2}) {
      assertThat(found.pdus.stream().filter(pdu -> pdu.place().connection() == number)).hasSize(10);
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void findsTheFirstPduOfACaptureThatBeginsInsideOne(boolean header, boolean data)
      throws IOException {
    List<Script.Turn> script = Script.turns(header, data);
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000);
    Script.Turn cut = script.get(5);
    // 150 bytes into a C2HData.
    stream.send(cut.sender(), Arrays.copyOfRange(cut.bytes(), 150, cut.bytes().length));
    stream.send(script.subList(6, script.size()));
    for (int port : new int[] {0, Capture.PORT}) {
      Found found = Found.in(capture.pcap(), port);
      assertThat(found.types()).isEqualTo("C2HData R2T H2CData CapsuleResp");
      assertThat(found.problems).isEmpty();
      assertThat(found.notes)
          .containsExactly(
              "controller 0: %d bytes of a PDU that began before the capture"
                  .formatted(cut.bytes().length - 150));
    }
  }

  @Test
  void notesThatTheCaptureEndsInsideAPdu() throws IOException {
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000).handshake();
    stream.send(turns.subList(0, 5));
    stream.send(Role.CONTROLLER, Arrays.copyOf(turns.get(5).bytes(), 40));
    Found found = Found.in(capture.pcap());
    assertThat(found.problems).isEmpty();
    assertThat(found.notes)
        .containsExactly("controller 156: the capture ends 40 of 232 bytes into a PDU");
  }

  @Test
  void reportsAPduThatBreaksOffWhereTheSenderClosed() throws IOException {
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000).handshake();
    stream.send(turns.subList(0, 5));
    stream.send(Role.CONTROLLER, Arrays.copyOf(turns.get(5).bytes(), 40));
    stream.close();
    assertThat(Found.in(capture.pcap()).problems)
        .containsExactly("controller 156: a PDU breaks off after 40 of 232 bytes");
  }

  @Test
  void reportsAWrongDataDigestAndGoesOn() throws IOException {
    byte[] bad = turns.get(5).bytes();
    bad[100] ^= 1;
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(turns).close();
    Found found = Found.in(capture.pcap());
    assertThat(found.types()).isEqualTo(ALL);
    assertThat(found.problems).hasSize(1);
    assertThat(found.problems.getFirst()).startsWith("controller 156: data digest ");
    assertThat(found.pdus.get(5).line()).endsWith("hdgst=ok ddgst=BAD");
  }

  @Test
  void reportsAWrongHeaderDigestAndDecodesTheOtherDirection() throws IOException {
    turns.get(5).bytes()[12] ^= 1;
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(turns).close();
    Found found = Found.in(capture.pcap());
    assertThat(found.types()).isEqualTo("ICReq ICResp CapsuleCmd CapsuleResp CapsuleCmd H2CData");
    assertThat(found.problems).hasSize(1);
    assertThat(found.problems.getFirst())
        .startsWith("controller 156: header digest error (FES 3")
        .contains("in C2HData hlen=24");
  }

  @Test
  void reportsAGapInTheCapture() throws IOException {
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000).handshake();
    stream.send(turns.subList(0, 5));
    stream.skip(Role.CONTROLLER, turns.get(5).bytes().length);
    stream.send(turns.subList(6, 10));
    stream.close();
    Found found = Found.in(capture.pcap());
    assertThat(found.problems)
        .containsExactly("controller 156: the capture lacks the bytes that follow");
    assertThat(found.pdus.getLast().type()).isEqualTo(PduType.H2C_DATA);
  }

  @Test
  void reportsASnapLengthThatCutPackets() throws IOException {
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(turns).close();
    Found found = Found.in(capture.pcap(ByteOrder.LITTLE_ENDIAN, 200));
    assertThat(found.types()).startsWith("ICReq ICResp CapsuleResp");
    assertThat(found.problems)
        .hasSize(2)
        .allMatch(text -> text.endsWith("record with a larger snap length"));
  }

  @Test
  void passesOverOtherProtocolsUnlessAskedForTheirPort() throws IOException {
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000).handshake();
    stream.send(Role.HOST, "GET / HTTP/1.1\r\nHost: example\r\n\r\n".getBytes("US-ASCII"));
    stream.send(Role.CONTROLLER, new byte[2000]);
    Found silent = Found.in(capture.pcap());
    assertThat(silent.pdus).isEmpty();
    assertThat(silent.problems).isEmpty();
    assertThat(Found.in(capture.pcap(), Capture.PORT).problems)
        .containsExactly("host 0: this connection is no NVMe/TCP");
    assertThat(Found.in(capture.pcap(), 1).problems).isEmpty();
  }

  @Test
  void saysWhereACaptureBreaksOff() {
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(turns).close();
    byte[] pcap = capture.pcap();
    assertThatThrownBy(() -> Found.in(Arrays.copyOf(pcap, 1000)))
        .isInstanceOf(IOException.class)
        .hasMessage("the capture breaks off at byte 1000");
  }

  @Test
  void refusesLinkTypesThatItDoesNotKnow() {
    byte[] pcap = Capture.ethernet().pcap();
    pcap[20] = 105;
    assertThatThrownBy(() -> Found.in(pcap))
        .isInstanceOf(MalformedInputException.class)
        .hasMessageContaining("link type 105");
  }

  @Test
  void survivesFramesThatAreNoTcp() throws IOException {
    Capture capture = Capture.ethernet();
    Capture.Stream stream = capture.stream(50_000).handshake();
    stream.send(turns.subList(0, 4));
    for (int length : new int[] {0, 5, 13, 14, 15, 33, 34, 50}) {
      capture.frames().add(new byte[length]);
      capture.frames().add(Arrays.copyOf(capture.frames().get(3), length));
    }
    Collections.reverse(capture.frames().subList(7, capture.frames().size()));
    stream.send(turns.subList(4, 10));
    assertThat(Found.in(capture.pcap()).types()).isEqualTo(ALL);
  }

  private byte[] bytes(Role sender) {
    var all = new ByteArrayOutputStream();
    turns.stream().filter(turn -> turn.sender() == sender).forEach(t -> all.writeBytes(t.bytes()));
    return all.toByteArray();
  }
}
