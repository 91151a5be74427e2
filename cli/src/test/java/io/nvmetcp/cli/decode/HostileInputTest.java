package io.nvmetcp.cli.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the bytes are, decoding ends: with findings, or with an error that says what is wrong.
 */
@Timeout(60)
class HostileInputTest {
  private static final long SEED = 20_240_917;
  private static final int MUTANTS = 4000;

  private int refused;
  private int decoded;

  @Test
  void isSurvivedOrRefusedInWords() {
    Random random = new Random(SEED);
    List<byte[]> corpus = corpus();
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(corpus.get(random.nextInt(corpus.size())), random);
      decode(mutant, i, random.nextBoolean() ? 0 : Capture.PORT);
    }
    assertThat(refused).as("mutants refused").isGreaterThan(100);
    assertThat(decoded).as("mutants decoded").isGreaterThan(100);
  }

  @Test
  void isSurvivedOrRefusedInWordsWhereverItBreaksOff() {
    for (byte[] whole : corpus()) {
      for (int length = 0; length < whole.length; length += length < 400 ? 1 : 7) {
        decode(Arrays.copyOf(whole, length), length, 0);
      }
    }
  }

  @Test
  void aLineOfTheDumpMayBeOfAnyLength() throws IOException {
    byte[] bytes = Script.joined(Script.turns(false, false));
    for (String start : List.of("000000 ", "00000000: ", "")) {
      String line = start + HexFormat.ofDelimiter(" ").formatHex(bytes) + " 0f".repeat(100_000);
      Found found = Found.in(line.getBytes(StandardCharsets.US_ASCII));
      assertThat(found.pdus).as(start).hasSize(10);
      assertThat(found.problems).singleElement().asString().contains("unknown PDU type 0Fh");
    }
  }

  @Test
  void aDumpIsBoundedInBytesAndInLines() {
    List<String> tooLong =
        List.of(
            "00".repeat(65),
            "00".repeat(40) + "\n" + "00".repeat(40),
            "0".repeat(300),
            "00000000:\n".repeat(5),
            "00000000: 00\n*\n00000080: 00",
            "00000000: 00\n*\nffffffffffffffff: 00",
            "00000000: 00\n*\n7fffffffffffffff: 00");
    for (String text : tooLong) {
      var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> new HexDump(64, 4).read(in))
          .as(text)
          .isInstanceOf(MalformedInputException.class);
    }
  }

  @Test
  void segmentsThatWaitAreBoundedEvenIfTheyAreEmpty() {
    List<String> lost = new ArrayList<>();
    var stream =
        new TcpStream(
            new TcpStream.Listener() {
              @Override
              public void bytes(byte[] bytes) {}

              @Override
              public void lost(String reason) {
                lost.add(reason);
              }
            });
    stream.accept(new Segment("a", "b", 0, true, false, false, new byte[0], 0));
    for (int i = 0; i < 100_000; i++) {
      stream.accept(new Segment("a", "b", 10L + 10L * i, false, true, false, new byte[0], 10));
    }
    assertThat(lost).containsExactly("the capture lacks the bytes that follow");
  }

  private void decode(byte[] input, int mutant, int port) {
    try {
      Found.in(input, port);
      decoded++;
    } catch (IOException e) {
      refused++;
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(200).matches("[ -~]*");
    } catch (RuntimeException | Error e) {
      fail("seed %d, mutant %d: %s".formatted(SEED, mutant, e), e);
    }
  }

  private static List<byte[]> corpus() {
    List<Script.Turn> turns = Script.turns(true, true);
    Capture capture = Capture.ethernet();
    capture.stream(50_000).handshake().send(turns).close();
    capture.stream(50_001).send(turns.subList(4, 10));
    Capture six = new Capture(Capture.Link.SLL2, true);
    six.stream(50_000).handshake().send(Script.turns(false, false)).close();
    String hex = HexFormat.ofDelimiter(" ").formatHex(Script.joined(turns));
    return List.of(
        capture.pcap(),
        capture.pcapng(ByteOrder.LITTLE_ENDIAN, false),
        capture.pcapng(ByteOrder.BIG_ENDIAN, true),
        six.pcap(),
        hex.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      // Mostly where headers are.
      int at = random.nextInt(random.nextBoolean() ? Math.min(400, bytes.length) : bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 ->
            Arrays.fill(
                bytes,
                at,
                Math.min(bytes.length, at + 4),
                (byte) (random.nextBoolean() ? 0 : 0xFF));
        default -> bytes = cut(bytes, at, Math.min(bytes.length, at + random.nextInt(40)));
      }
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] cut(byte[] bytes, int from, int to) {
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, shorter, from, bytes.length - to);
    return shorter;
  }
}
