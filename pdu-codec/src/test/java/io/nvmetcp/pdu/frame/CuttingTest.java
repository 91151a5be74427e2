package io.nvmetcp.pdu.frame;

import static io.nvmetcp.crc.ledger.DigestVerdict.BY_DEVICE;
import static io.nvmetcp.crc.ledger.DigestVerdict.BY_FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.pdu.testkit.EventTape;
import io.nvmetcp.testing.wire.Transcript;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a stream is cut, the events are the same. */
final class CuttingTest {
  record Recording(
      String name, Role receiver, IcRequest request, IcResponse response, byte[] stream) {
    EventTape tape() {
      return new EventTape(
          Limits.initial(receiver, 8192, 1 << 20), Negotiated.of(request, response));
    }

    @Override
    public String toString() {
      return name + " (" + stream.length + " bytes)";
    }
  }

  static Stream<Recording> recordings() {
    return Stream.of(
        recording(Role.CONTROLLER, true, true, 1, 3, 20),
        recording(Role.HOST, true, true, 3, 1, 20),
        recording(Role.CONTROLLER, false, false, 0, 0, 8),
        recording(Role.HOST, false, false, 0, 0, 8),
        broken(recording(Role.CONTROLLER, true, true, 0, 0, 12), 150),
        broken(recording(Role.HOST, false, true, 1, 0, 12), 150));
  }

  private static Recording recording(
      Role receiver, boolean header, boolean data, int hpda, int cpda, int dataBytes) {
    IcRequest request = Conversations.request(header, data, hpda);
    IcResponse response = Conversations.response(header, data, cpda);
    byte[] stream =
        receiver == Role.CONTROLLER
            ? Conversations.ofHost(request, response, dataBytes)
            : Conversations.ofController(request, response, dataBytes);
    String name = "to the %s, %s%s".formatted(receiver, header ? "H" : "-", data ? "D" : "-");
    return new Recording(name, receiver, request, response, stream);
  }

  private static Recording broken(Recording sound, int at) {
    byte[] stream = sound.stream().clone();
    stream[at] ^= 0x40;
    return new Recording(
        sound.name() + ", broken", sound.receiver(), sound.request(), sound.response(), stream);
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void givesTheSameTranscriptForEveryCut(Recording recording) {
    byte[] stream = recording.stream();
    String whole = transcript(recording).read(stream).text();
    for (int cut = 0; cut <= stream.length; cut++) {
      Transcript pieces =
          transcript(recording).read(stream, 0, cut).read(stream, cut, stream.length - cut);
      assertThat(pieces.text()).as("cut at %d", cut).isEqualTo(whole);
    }
    Transcript bytes = transcript(recording);
    for (int at = 0; at < stream.length; at++) {
      bytes.read(stream, at, 1);
    }
    assertThat(bytes.text()).as("byte by byte").isEqualTo(whole);
  }

  private static Transcript transcript(Recording recording) {
    return Transcript.from(recording.receiver(), recording.request(), recording.response());
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void givesTheSameEventsForEveryPairOfCuts(Recording recording) {
    byte[] stream = recording.stream();
    MemorySegment bytes = MemorySegment.ofArray(stream);
    EventTape uncut = recording.tape();
    uncut.reader().accept(bytes, 0, stream.length);
    byte[] expected = uncut.toByteArray();
    for (int first = 0; first < stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        EventTape tape = recording.tape();
        tape.reader().accept(bytes, 0, first);
        tape.reader().accept(bytes, first, second - first);
        tape.reader().accept(bytes, second, stream.length - second);
        if (!Arrays.equals(tape.toByteArray(), expected)) {
          throw new AssertionError("%s cut at %d and %d".formatted(recording, first, second));
        }
      }
    }
  }

  @Test
  void givesTheSameEventsForTenThousandRandomCuttings() {
    long seed = 0x5EED_C07L;
    var random = new Random(seed);
    int judged = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment landing = arena.allocate(1 << 18);
      for (int round = 0; round < 200; round++) {
        Recording recording =
            recording(
                random.nextBoolean() ? Role.HOST : Role.CONTROLLER,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(32),
                random.nextInt(32),
                4 * (1 + random.nextInt(1 << random.nextInt(11))));
        EventTape uncut = recording.tape();
        uncut
            .reader()
            .accept(MemorySegment.ofArray(recording.stream()), 0, recording.stream().length);
        byte[] expected = uncut.toByteArray();
        for (int cutting = 0; cutting < 50; cutting++) {
          EventTape tape = recording.tape();
          feedInPieces(tape, recording.stream(), landing, random);
          if (!Arrays.equals(tape.toByteArray(), expected)) {
            throw new AssertionError(
                "seed %d round %d cutting %d: %s".formatted(seed, round, cutting, recording));
          }
          judged += tape.verdicts().getOrDefault(BY_DEVICE, 0);
          judged += tape.verdicts().getOrDefault(BY_FALLBACK, 0);
        }
      }
    }
    assertThat(judged).as("data digests were judged").isGreaterThan(10_000);
  }

  /** Pieces of random size at random places of heap or native memory, with random crc-ok bits. */
  private static void feedInPieces(
      EventTape tape, byte[] stream, MemorySegment landing, Random random) {
    int reach = 1 << (1 + random.nextInt(14));
    int doubt = 1 + random.nextInt(20);
    int at = 0;
    while (at < stream.length) {
      int step = Math.min(stream.length - at, 1 + random.nextInt(reach));
      boolean crcOk = random.nextInt(doubt) > 0;
      if (random.nextBoolean()) {
        tape.reader().accept(MemorySegment.ofArray(stream), at, step, false, crcOk);
      } else {
        long offset = random.nextInt((int) landing.byteSize() - step);
        MemorySegment.copy(MemorySegment.ofArray(stream), at, landing, offset, step);
        tape.reader().accept(landing, offset, step, random.nextBoolean(), crcOk);
        // What was borrowed may be reused at once.
        landing.asSlice(offset, step).fill((byte) 0xA5);
      }
      at += step;
    }
  }

  @Test
  void stopsBetweenPdusWhenFedUpToTheBoundary() {
    Recording recording = recording(Role.CONTROLLER, true, true, 1, 3, 4096);
    MemorySegment bytes = MemorySegment.ofArray(recording.stream());
    Transcript transcript = transcript(recording);
    int pdus = 0;
    int at = 0;
    while (at < recording.stream().length) {
      int step = transcript.reader().bytesToBoundary();
      assertThat(step).isPositive();
      transcript.reader().accept(bytes, at, step);
      at += step;
      pdus += transcript.reader().atBoundary() ? 1 : 0;
    }
    assertThat(at).isEqualTo(recording.stream().length);
    assertThat(pdus).isEqualTo(8);
    assertThat(transcript.fault()).isNull();
  }
}
