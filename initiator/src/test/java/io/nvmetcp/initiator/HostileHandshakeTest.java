package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.TermRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may come instead of a good ICResp. */
class HostileHandshakeTest {
  private static final int IC_BYTES = 128;
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    ShellTest.await(vertx.close());
  }

  /**
   * An answer to the ICReq, which asks for both digests or none.
   *
   * @param digests whether they are asked for
   * @param fes what is reported, 0 for nothing
   * @param fei with it
   */
  record Answer(String name, boolean digests, int fes, int fei, byte[] bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Answer spoiled(String name, FatalStatus status, int fei, Consumer<byte[]> how) {
    byte[] bytes = icResp();
    how.accept(bytes);
    return new Answer(name, true, status.code(), fei, bytes);
  }

  private static Answer field(String name, int offset, Consumer<byte[]> how) {
    return spoiled(name, FatalStatus.INVALID_HEADER_FIELD, offset, how);
  }

  private static byte[] icResp() {
    byte[] h = new byte[IC_BYTES];
    h[PduFields.TYPE] = 1;
    h[PduFields.HLEN] = (byte) IC_BYTES;
    LittleEndian.put32(h, PduFields.PLEN, IC_BYTES);
    LittleEndian.put32(h, PduFields.ICRESP_MAXH2CDATA, 4096);
    return h;
  }

  private static byte[] pdu(int type, int bytes) {
    byte[] h = new byte[bytes];
    h[PduFields.TYPE] = (byte) type;
    h[PduFields.HLEN] = (byte) bytes;
    LittleEndian.put32(h, PduFields.PLEN, bytes);
    return h;
  }

  private static Answer other(String name, FatalStatus status, int fei, byte[] bytes) {
    return new Answer(name, false, status.code(), fei, bytes);
  }

  private static Answer unasked(String name, int dgst) {
    byte[] bytes = icResp();
    bytes[PduFields.IC_DGST] = (byte) dgst;
    return new Answer(
        name, false, FatalStatus.INVALID_HEADER_FIELD.code(), PduFields.IC_DGST, bytes);
  }

  private static Answer quiet(String name, byte[] bytes) {
    return new Answer(name, false, 0, 0, bytes);
  }

  private static Consumer<byte[]> maxH2cData(long value) {
    return b -> LittleEndian.put32(b, PduFields.ICRESP_MAXH2CDATA, value);
  }

  static Stream<Answer> answers() {
    return Stream.of(fields(), otherPdus(), noPdus()).flatMap(rows -> rows);
  }

  private static Stream<Answer> fields() {
    int most = PduFields.ICRESP_MAXH2CDATA;
    FatalStatus unsupported = FatalStatus.UNSUPPORTED_PARAMETER;
    return Stream.of(
        field("FLAGS with a header digest", PduFields.FLAGS, b -> b[PduFields.FLAGS] = 1),
        field("FLAGS FFh", PduFields.FLAGS, b -> b[PduFields.FLAGS] = (byte) 0xFF),
        field("HLEN 127", PduFields.HLEN, b -> b[PduFields.HLEN] = 127),
        field("HLEN 129", PduFields.HLEN, b -> b[PduFields.HLEN] = (byte) 129),
        field("HLEN 24", PduFields.HLEN, b -> b[PduFields.HLEN] = 24),
        field("PLEN 127", PduFields.PLEN, b -> LittleEndian.put32(b, PduFields.PLEN, 127)),
        field("PLEN 129", PduFields.PLEN, b -> LittleEndian.put32(b, PduFields.PLEN, 129)),
        field("PLEN 0", PduFields.PLEN, b -> LittleEndian.put32(b, PduFields.PLEN, 0)),
        field("PLEN FFFFFFFFh", PduFields.PLEN, b -> LittleEndian.put32(b, PduFields.PLEN, -1)),
        spoiled("PFV 1", unsupported, PduFields.IC_PFV, b -> b[PduFields.IC_PFV] = 1),
        spoiled("PFV 0100h", unsupported, PduFields.IC_PFV, b -> b[PduFields.IC_PFV + 1] = 1),
        field("CPDA 32", PduFields.IC_PDA, b -> b[PduFields.IC_PDA] = 32),
        field("CPDA 255", PduFields.IC_PDA, b -> b[PduFields.IC_PDA] = (byte) 255),
        field("a reserved digest", PduFields.IC_DGST, b -> b[PduFields.IC_DGST] = 4),
        field("DGST FFh", PduFields.IC_DGST, b -> b[PduFields.IC_DGST] = (byte) 0xFF),
        unasked("a header digest that was not asked for", 1),
        unasked("a data digest that was not asked for", 2),
        unasked("digests that were not asked for", 3),
        field("MAXH2CDATA 0", most, maxH2cData(0)),
        field("MAXH2CDATA 4092", most, maxH2cData(4092)),
        field("MAXH2CDATA 4095", most, maxH2cData(4095)),
        field("MAXH2CDATA 4098", most, maxH2cData(4098)),
        field("MAXH2CDATA FFFFFFFFh", most, maxH2cData(-1)),
        field(
            "all of it wrong: lengths are judged first",
            PduFields.HLEN,
            b -> Arrays.fill(b, 1, IC_BYTES, (byte) 0xFF)));
  }

  private static Stream<Answer> otherPdus() {
    FatalStatus field = FatalStatus.INVALID_HEADER_FIELD;
    FatalStatus sequence = FatalStatus.SEQUENCE_ERROR;
    Stream<Answer> terminations =
        Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 0xFFFF)
            .map(
                fes -> {
                  byte[] term = pdu(3, 24);
                  LittleEndian.put16(term, PduFields.FES, fes);
                  return quiet("a C2HTermReq with FES " + fes, term);
                });
    byte[] large = pdu(3, 24);
    LittleEndian.put32(large, PduFields.PLEN, 153);
    return Stream.concat(
        Stream.of(
            other("the ICReq sent back", field, 0, pdu(0, IC_BYTES)),
            other("an H2CTermReq", field, 0, pdu(2, 24)),
            other("a command", field, 0, pdu(4, 72)),
            other("a response", sequence, 0, pdu(5, 24)),
            other("H2CData", field, 0, pdu(6, 24)),
            other("C2HData", sequence, 0, pdu(7, 24)),
            other("an R2T", sequence, 0, pdu(9, 24)),
            other("a reserved type", field, 0, pdu(8, 24)),
            quiet("a malformed C2HTermReq", large)),
        terminations);
  }

  private static Stream<Answer> noPdus() {
    FatalStatus field = FatalStatus.INVALID_HEADER_FIELD;
    byte[] random = new byte[4096];
    new Random(5).nextBytes(random);
    random[0] = (byte) 0xAB;
    return Stream.of(
        other(
            "an SSH banner",
            field,
            0,
            "SSH-2.0-OpenSSH_9.9\r\n".getBytes(StandardCharsets.US_ASCII)),
        other(
            "an HTTP response",
            field,
            0,
            "HTTP/1.1 400 Bad\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        other("a TLS alert", field, 0, new byte[] {0x15, 3, 3, 0, 2, 2, 80, 0}),
        other(
            "a telnet greeting", field, 0, new byte[] {(byte) 0xFF, (byte) 0xFB, 1, 0, 0, 0, 0, 0}),
        other("zeros", field, 0, new byte[512]),
        other("random bytes", field, 0, random));
  }

  private static EmbeddedQueue queue(boolean digests) {
    return new EmbeddedQueue(
        vertx, Device.SOCKET, digests, digests, new ScriptedController().silent());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void failsTheConnectAndSaysWhy(Answer answer) {
    for (int piece : new int[] {answer.bytes().length, 1}) {
      EmbeddedQueue queue = queue(answer.digests());
      Future<?> initialized = queue.connection.initialize();
      queue.exchange();
      for (int at = 0; at < answer.bytes().length; at += piece) {
        queue.deliver(Arrays.copyOfRange(answer.bytes(), at, at + piece));
        queue.exchange();
      }
      List<TermRequest> reports = queue.controller.terminations();
      if (answer.fes() == 0) {
        assertThat(reports).isEmpty();
      } else {
        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().describe())
            .contains("(FES %d, FEI %d)".formatted(answer.fes(), answer.fei()));
        byte[] quoted = reports.getFirst().header();
        assertThat(answer.bytes()).startsWith(quoted);
        assertThat(quoted.length).isGreaterThanOrEqualTo(PduFields.COMMON_BYTES);
      }
      assertThat(queue.channel.events()).endsWith("output shut");
      queue.peerCloses();
      assertThat(initialized.cause()).isInstanceOf(NvmeException.NeverSent.class);
      assertThat(queue.ended).containsExactly(initialized.cause().getMessage());
      assertThat(queue.ended.getFirst())
          .matches("[ -~]+")
          .matches("(fault of the controller|the controller ended the connection): .*");
      queue.assertNothingLeft();
    }
  }

  static Stream<Consumer<EmbeddedQueue>> breaks() {
    return Stream.of(EmbeddedQueue::peerCloses, EmbeddedQueue::peerResets);
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void failsTheConnectWhereverTheAnswerBreaksOff(Consumer<EmbeddedQueue> end) {
    for (int bytes = 0; bytes < IC_BYTES; bytes++) {
      EmbeddedQueue queue = queue(true);
      Future<?> initialized = queue.connection.initialize();
      queue.exchange();
      queue.deliver(Arrays.copyOf(icResp(), bytes));
      queue.exchange();
      assertThat(initialized.isComplete()).isFalse();
      end.accept(queue);
      queue.exchange();
      assertThat(initialized.cause())
          .as("%d bytes", bytes)
          .isInstanceOf(NvmeException.NeverSent.class);
      queue.assertNothingLeft();
    }
  }

  static Stream<Answer> strange() {
    FatalStatus none = FatalStatus.INVALID_HEADER_FIELD;
    return Stream.of(
        spoiled("CPDA 31", none, 0, b -> b[PduFields.IC_PDA] = 31),
        spoiled("the largest MAXH2CDATA", none, 0, maxH2cData(0xFFFF_FFFCL)),
        spoiled("a PDO", none, 0, b -> b[PduFields.PDO] = 24),
        spoiled("reserved bytes", none, 0, b -> Arrays.fill(b, 16, IC_BYTES, (byte) 0xFF)),
        spoiled("one digest of two", none, 0, b -> b[PduFields.IC_DGST] = 2));
  }

  @ParameterizedTest
  @MethodSource("strange")
  void takesWhatIsStrangeAndAllowed(Answer answer) {
    EmbeddedQueue queue = queue(true);
    Future<?> initialized = queue.connection.initialize();
    queue.exchange();
    queue.deliver(answer.bytes());
    queue.exchange();
    assertThat(initialized.succeeded()).isTrue();
    assertThat(queue.controller.terminations()).isEmpty();
    queue.connection.cut("the end of the test");
    queue.exchange();
    queue.assertNothingLeft();
  }
}
