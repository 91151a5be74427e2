package io.nvmetcp.pdu.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.testkit.Conversations;
import io.nvmetcp.pdu.testkit.EventTape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The seeded half of the fuzzing. {@code -Dfuzz.seconds=N} runs longer, {@code -Dfuzz.seed=S}
 * starts elsewhere; a failure prints the seed that replays it as the first input.
 */
final class ReaderFuzzTest {
  private static final long SECONDS = Long.getLong("fuzz.seconds", 3);
  private static final long SEED = Long.getLong("fuzz.seed", 0xF0221L);
  private static final long LEAST_INPUTS = 20_000;
  private static final long GRACE_SECONDS = 60;

  /** Sound conversations to both ends, under every choice of digests. */
  private static List<byte[]> conversations() {
    List<byte[]> inputs = new ArrayList<>();
    for (int flags = 0; flags < 8; flags++) {
      boolean header = (flags & FuzzInput.HEADER_DIGEST) != 0;
      boolean data = (flags & FuzzInput.DATA_DIGEST) != 0;
      for (int dataBytes : new int[] {4, 64, 516}) {
        int hpda = dataBytes == 64 ? 31 : 0;
        int cpda = dataBytes == 64 ? 7 : 0;
        IcRequest request = Conversations.request(header, data, hpda);
        IcResponse response = Conversations.response(header, data, cpda);
        byte[] stream =
            (flags & FuzzInput.HOST) != 0
                ? Conversations.ofController(request, response, dataBytes)
                : Conversations.ofHost(request, response, dataBytes);
        inputs.add(FuzzInput.of(flags, hpda, cpda, stream).bytes());
      }
    }
    return inputs;
  }

  private static List<Path> corpusFiles() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(ReaderFuzzTest.class.getResource("corpus"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.sorted().toList();
    }
  }

  @Test
  void readsSoundConversationsToTheirEnd() {
    for (byte[] input : conversations()) {
      EventTape tape = ReaderInvariants.check(FuzzInput.of(input));
      assertThat(tape.fault()).as(HexFormat.of().formatHex(input)).isNull();
      assertThat(tape.pdus()).hasSizeGreaterThan(3);
      ReaderInvariants.checkMemory(FuzzInput.of(input));
    }
  }

  @Test
  void holdsForEveryInputOfTheCorpus() throws IOException, URISyntaxException {
    List<Path> files = corpusFiles();
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      holds(FuzzInput.of(Files.readAllBytes(file)), file.getFileName().toString());
    }
  }

  @Test
  void holdsForMutationsOfTheCorpus() throws IOException, URISyntaxException {
    List<byte[]> corpus = new ArrayList<>(conversations());
    for (Path file : corpusFiles()) {
      corpus.add(Files.readAllBytes(file));
    }
    var mutator = new Mutator(corpus);
    var seed = new AtomicLong(SEED);
    // A reader that goes round in circles is a finding too, and needs its seed.
    assertTimeoutPreemptively(
        Duration.ofSeconds(SECONDS + GRACE_SECONDS),
        () -> holdsForMutations(mutator, seed),
        () -> "stuck at -Dfuzz.seed=" + seed);
  }

  private static void holdsForMutations(Mutator mutator, AtomicLong seed) {
    Map<PduType, Integer> pdus = new EnumMap<>(PduType.class);
    Map<FatalStatus, Integer> reports = new EnumMap<>(FatalStatus.class);
    int hangUps = 0;
    long inputs = 0;
    long deadline = System.nanoTime() + SECONDS * 1_000_000_000L;
    for (;
        inputs < LEAST_INPUTS || System.nanoTime() - deadline < 0;
        inputs++, seed.incrementAndGet()) {
      EventTape tape = holds(mutator.input(seed.get()), "-Dfuzz.seed=" + seed);
      tape.pdus().forEach((type, count) -> pdus.merge(type, count, Integer::sum));
      ConnectionFault fault = tape.fault();
      FatalStatus status = fault == null ? null : fault.status();
      if (status != null) {
        reports.merge(status, 1, Integer::sum);
      }
      hangUps += fault != null && status == null ? 1 : 0;
    }
    String summary =
        "%d inputs from seed %d: %s, %s, %d hang-ups"
            .formatted(inputs, SEED, pdus, reports, hangUps);
    // Mutations that never get anywhere would prove nothing.
    assertThat(pdus).as(summary).hasSize(PduType.values().length);
    assertThat(reports).as(summary).hasSize(FatalStatus.values().length);
    assertThat(hangUps).as(summary).isPositive();
    if (SECONDS > 3) {
      System.out.println(summary);
    }
  }

  private static EventTape holds(FuzzInput input, String name) {
    try {
      EventTape tape = ReaderInvariants.check(input);
      ReaderInvariants.checkMemory(input);
      return tape;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(name + ", input " + HexFormat.of().formatHex(input.bytes()), e);
    }
  }
}
