package io.nvmetcp.initiator;

import static io.nvmetcp.initiator.Misdeed.Scene.BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.initiator.Misdeed.Scene;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a controller may get wrong without ending the connection: it costs the command concerned at
 * most, and every other one succeeds.
 */
class MishapTest {
  private static final int LAST = PduFlags.LAST;
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
   * A mishap.
   *
   * @param digests negotiated: any of H and D
   * @param failed how commands end that do not succeed, such as {@code R=status 022h}
   */
  record Mishap(String name, String digests, String failed, Consumer<Scene> deed) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Mishap costs(String failed, String digests, String name, Consumer<Scene> deed) {
    return new Mishap(name, digests, failed, deed);
  }

  private static Mishap harmless(String name, Consumer<Scene> deed) {
    return new Mishap(name, "", "", deed);
  }

  static Stream<Mishap> mishaps() {
    int read = Status.UNRECOVERED_READ_ERROR;
    return Stream.of(
        costs(
            "R=status 022h",
            "D",
            "a wrong data digest",
            s -> {
              s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[b.length - 1] ^= 1);
              s.c().respond(s.read(), 0);
            }),
        costs(
            "R=status 022h",
            "D",
            "wrong data under a right digest's header",
            s -> {
              s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[4000] ^= 1);
              s.c().respond(s.read(), 0);
            }),
        costs(
            "R=status 022h",
            "HD",
            "a wrong data digest in the first PDU of two",
            s -> {
              s.spoiled(() -> s.data(0, BYTES / 2, 0), b -> b[b.length - 1] ^= 1);
              s.data(BYTES / 2, BYTES / 2, LAST);
              s.c().respond(s.read(), 0);
            }),
        costs(
            "R=status 022h",
            "HD",
            "a wrong data digest in the second PDU of two",
            s -> {
              s.data(0, BYTES / 2, 0);
              s.spoiled(() -> s.data(BYTES / 2, BYTES / 2, LAST), b -> b[b.length - 1] ^= 1);
              s.c().respond(s.read(), 0);
            }),
        costs(
            "R=status 022h",
            "D",
            "a wrong data digest with SUCCESS",
            s ->
                s.spoiled(
                    () -> s.data(0, BYTES, LAST | PduFlags.SUCCESS), b -> b[b.length - 2] ^= 1)),
        costs(
            "R=status 022h, S=status 022h",
            "D",
            "wrong data digests of two reads",
            s -> {
              s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[b.length - 1] ^= 1);
              s.spoiled(
                  () -> s.c().data(s.small(), 0, new byte[BYTES / 2], LAST),
                  b -> b[b.length - 1] ^= 1);
              s.c().respond(s.small(), 0);
              s.c().respond(s.read(), 0);
            }),
        costs(
            "R=status 281h",
            "D",
            "a wrong data digest, and then an error: the error counts",
            s -> {
              s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[b.length - 1] ^= 1);
              s.c().respond(s.read(), read);
            }),
        costs("R=status 281h", "", "an error without data", s -> s.c().respond(s.read(), read)),
        costs(
            "R=status 4281h",
            "D",
            "an error after half of the data",
            s -> {
              s.data(0, BYTES / 2, 0);
              s.c().respond(s.read(), read | Status.DNR);
            }),
        costs(
            "R=status 281h",
            "",
            "an error after all data",
            s -> {
              s.data(0, BYTES, LAST);
              s.c().respond(s.read(), read);
            }),
        costs(
            "F=status 5FFh",
            "",
            "a status of a reserved type",
            s -> s.c().respond(s.flush(), 0x5FF)),
        costs("F=status 7C0h", "", "a vendor's status", s -> s.c().respond(s.flush(), 0x7C0)),
        costs(
            "F=status 3821h", "", "More and a retry delay", s -> s.c().respond(s.flush(), 0x3821)),
        costs(
            "W=status 280h",
            "",
            "a write that fails before its data is asked for",
            s -> s.c().respond(s.write(), Status.WRITE_FAULT)),
        costs(
            "W=status 280h",
            "",
            "a write that fails after half of its data",
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 2);
              s.c().respond(s.write(), Status.WRITE_FAULT);
            }),
        costs(
            "W=status 280h",
            "",
            "a write that fails while its second R2T waits",
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 2);
              s.c().r2t(s.write(), 2, BYTES / 2, BYTES / 2);
              s.c().respond(s.write(), Status.WRITE_FAULT);
            }),
        harmless(
            "LAST missing on the last PDU",
            s -> {
              s.data(0, BYTES, 0);
              s.c().respond(s.read(), 0);
            }),
        harmless(
            "LAST on the first PDU of two",
            s -> {
              s.data(0, BYTES / 2, LAST);
              s.data(BYTES / 2, BYTES / 2, LAST);
              s.c().respond(s.read(), 0);
            }),
        harmless(
            "a transfer tag in C2HData",
            s -> {
              s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[PduFields.TTAG] = 77);
              s.c().respond(s.read(), 0);
            }),
        harmless(
            "reserved bytes that are not zero",
            s -> {
              s.spoiled(() -> s.data(0, BYTES, LAST), b -> LittleEndian.put32(b, 20, -1));
              s.spoiled(() -> s.c().respond(s.read(), 0), b -> b[PduFields.CQE + Cqe.SQID] = 9);
            }),
        harmless(
            "a PDO where there is no data",
            s -> s.spoiled(() -> s.c().respond(s.flush(), 0), b -> b[PduFields.PDO] = (byte) 0xFF)),
        harmless(
            "a phase tag",
            s ->
                s.spoiled(
                    () -> s.c().respond(s.flush(), 0), b -> b[PduFields.CQE + Cqe.STATUS] |= 1)),
        harmless("an SQHD beyond the queue", s -> s.c().respond(s.flush(), 0, 0, 0xFFFE)),
        harmless("more padding than is due, and not zero", MishapTest::paddedData),
        harmless(
            "data in PDUs of 64 bytes",
            s -> {
              for (int at = 0; at < BYTES; at += 64) {
                s.data(at, 64, at + 64 == BYTES ? LAST : 0);
              }
              s.c().respond(s.read(), 0);
            }),
        harmless(
            "two R2Ts at once",
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 2);
              s.c().r2t(s.write(), 2, BYTES / 2, BYTES / 2);
            }),
        harmless(
            "the same tag twice",
            s -> {
              s.c().r2t(s.write(), 0xFFFF, 0, BYTES / 2);
              s.c().r2t(s.write(), 0xFFFF, BYTES / 2, BYTES / 2);
            }),
        harmless(
            "an R2T of a size that is no multiple of 4",
            s -> {
              s.c().r2t(s.write(), 0, 0, 5);
              s.c().r2t(s.write(), 1, 5, BYTES - 5);
            }),
        harmless(
            "a write done before its data can have arrived",
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES);
              s.c().respond(s.write(), 0);
            }));
  }

  // PDO 64 instead of 24, and noise between.
  private static void paddedData(Scene s) {
    s.remade(
        () -> s.data(0, BYTES, LAST),
        b -> {
          byte[] padded = new byte[b.length + 40];
          Arrays.fill(padded, (byte) 0xEE);
          System.arraycopy(b, 0, padded, 0, 24);
          System.arraycopy(b, 24, padded, 64, b.length - 24);
          padded[PduFields.PDO] = 64;
          LittleEndian.put32(padded, PduFields.PLEN, padded.length);
          return padded;
        });
    s.c().respond(s.read(), 0);
  }

  @ParameterizedTest
  @MethodSource("mishaps")
  void costsItsCommandAtMost(Mishap mishap) {
    for (Device device : Device.values()) {
      Stage stage = new Stage(vertx, device, mishap.digests());
      EmbeddedQueue queue = stage.queue;
      mishap.deed().accept(stage.scene);
      queue.exchange();
      stage.answerTheRest();

      assertThat(queue.controller.terminations()).isEmpty();
      assertThat(stage.outcomes()).as("%s", device).isEqualTo(stage.successBut(mishap.failed()));
      if (!mishap.failed().contains("R=")) {
        assertThat(stage.sent.get('R').content()).containsOnly(0);
      }
      queue.assertCanaries();
      assertThat(queue.ended).as("the connection lives").isEmpty();
      queue.connection.end("the end of the test");
      queue.exchange();
      queue.peerCloses();
      queue.assertNothingLeft();
    }
  }
}
