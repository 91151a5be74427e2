package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class QueuePairFaultTest {
  private static final int BYTES = 8192;

  /** What a broken controller does while a read, a write and a flush are outstanding. */
  private interface Misdeed {
    void doIt(ScriptedController controller, int read, int write, int flush);
  }

  private static Arguments misdeed(
      String name, FatalStatus status, int information, Misdeed misdeed) {
    return Arguments.of(name, status, information, misdeed);
  }

  static Stream<Arguments> misdeeds() {
    byte[] half = new byte[BYTES / 2];
    byte[] whole = new byte[BYTES];
    int cccid = PduFields.CCCID;
    int cid = PduFields.CQE + Cqe.CID;
    FatalStatus field = FatalStatus.INVALID_HEADER_FIELD;
    FatalStatus sequence = FatalStatus.SEQUENCE_ERROR;
    FatalStatus range = FatalStatus.DATA_OUT_OF_RANGE;
    return Stream.of(
        misdeed("data for an unknown CID", field, cccid, (c, r, w, f) -> c.data(9, 0, half, 0)),
        misdeed(
            "data for a stale generation",
            field,
            cccid,
            (c, r, w, f) -> c.data(r ^ 16, 0, half, 0)),
        misdeed("data for CID FFFFh", field, cccid, (c, r, w, f) -> c.data(0xFFFF, 0, half, 0)),
        misdeed("data for a write", field, cccid, (c, r, w, f) -> c.data(w, 0, half, 0)),
        misdeed("data for a flush", field, cccid, (c, r, w, f) -> c.data(f, 0, half, 0)),
        misdeed(
            "data after the response",
            field,
            cccid,
            (c, r, w, f) -> {
              c.answer(r, whole);
              c.data(r, 0, half, 0);
            }),
        misdeed(
            "data beyond the buffer",
            range,
            0,
            (c, r, w, f) -> {
              c.data(r, 0, half, 0);
              c.data(r, BYTES / 2, new byte[BYTES / 2 + 4], 0);
            }),
        misdeed(
            "more data than the command has",
            range,
            0,
            (c, r, w, f) -> {
              c.data(r, 0, whole, PduFlags.LAST);
              c.data(r, BYTES, new byte[4], 0);
            }),
        misdeed(
            "rewound data",
            sequence,
            0,
            (c, r, w, f) -> {
              c.data(r, 0, half, 0);
              c.data(r, 0, half, 0);
            }),
        misdeed("skipped data", sequence, 0, (c, r, w, f) -> c.data(r, 4096, half, 0)),
        misdeed(
            "SUCCESS with bytes missing",
            sequence,
            0,
            (c, r, w, f) -> c.data(r, 0, half, PduFlags.LAST | PduFlags.SUCCESS)),
        misdeed(
            "a success response with bytes missing",
            sequence,
            0,
            (c, r, w, f) -> {
              c.data(r, 0, half, PduFlags.LAST);
              c.respond(r, Status.SUCCESS);
            }),
        misdeed("success without data", sequence, 0, (c, r, w, f) -> c.respond(r, Status.SUCCESS)),
        misdeed(
            "success of a write without its data",
            sequence,
            0,
            (c, r, w, f) -> c.respond(w, Status.SUCCESS)),
        misdeed("a response for an unknown CID", field, cid, (c, r, w, f) -> c.respond(0x123, 0)),
        misdeed(
            "a response for a stale generation",
            field,
            cid,
            (c, r, w, f) -> c.respond(f ^ 0x8000, 0)),
        misdeed(
            "a second response",
            field,
            cid,
            (c, r, w, f) -> {
              c.respond(f, 0);
              c.respond(f, 0);
            }),
        misdeed("an R2T for a read", field, cccid, (c, r, w, f) -> c.r2t(r, 1, 0, 4096)),
        misdeed("an R2T for an unknown CID", field, cccid, (c, r, w, f) -> c.r2t(77, 1, 0, 4096)),
        misdeed("an R2T beyond the command", range, 0, (c, r, w, f) -> c.r2t(w, 1, 0, BYTES + 4)),
        misdeed(
            "an R2T twice",
            sequence,
            0,
            (c, r, w, f) -> {
              c.r2t(w, 1, 0, 4096);
              c.r2t(w, 2, 0, 4096);
            }),
        misdeed("an R2T that skips", sequence, 0, (c, r, w, f) -> c.r2t(w, 1, 4096, 4096)),
        misdeed(
            "SUCCESS without LAST",
            field,
            PduFields.FLAGS,
            (c, r, w, f) -> c.data(r, 0, whole, PduFlags.SUCCESS)),
        misdeed(
            "an unknown PDU type",
            field,
            PduFields.TYPE,
            (c, r, w, f) -> c.raw(new byte[] {0x0F, 0, 24, 0, 24, 0, 0, 0})));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misdeeds")
  void endsTheConnectionWithATerminateRequest(
      String name, FatalStatus status, int information, Misdeed misdeed) {
    for (Device device : Device.values()) {
      for (TeardownMode mode : TeardownMode.values()) {
        QueueHarness host =
            new QueueHarness(device, false, false, mode, 16, new ScriptedController()).connected();
        host.pair.granted(0, true);
        long guard = 64 * 1024;
        Outcome read = host.read(guard, BYTES);
        Outcome write = host.write(0, BYTES);
        Outcome flush = host.flush();
        host.exchange();
        misdeed.doIt(host.controller, read.cid, write.cid, flush.cid);
        host.exchange();

        assertThat(host.events).as("%s on %s", name, device).hasSize(2);
        assertThat(host.events.get(1)).startsWith("fault: " + status.text());
        assertThat(host.controller.terminations())
            .singleElement()
            .satisfies(
                request -> {
                  assertThat(request.fes()).isEqualTo(status.code());
                  assertThat(request.fei()).isEqualTo(information);
                });
        assertThat(host.flush().cid).as("nothing follows").isEqualTo(QueuePair.CLOSED);
        host.pair.connectionLost("fault");
        assertThat(read.calls).hasSize(1);
        assertThat(write).hasToString("lost: fault");
        assertThat(flush.calls).hasSize(1);
        assertThat(host.pair.outstanding()).isZero();
        assertThat(host.region.holders()).isZero();
        assertThat(host.bytes(guard - 64, 64)).containsOnly(QueueHarness.CANARY);
        assertThat(host.bytes(guard + BYTES, 64)).containsOnly(QueueHarness.CANARY);
        long placed = host.queue().counters().get(DdpCounter.DDP_BYTES);
        long copied = host.queue().counters().get(DdpCounter.COPIED_BYTES);
        assertThat(host.queue().counters().get(DdpCounter.DELIVERED_BYTES))
            .isEqualTo(placed + copied);
        assertThat(host.close()).isZero();
      }
    }
  }

  @Test
  void aWrongHeaderDigestIsFatal() {
    for (Device device : Device.values()) {
      QueueHarness host = new QueueHarness(device, true, true).connected();
      Outcome read = host.read(0, BYTES);
      host.exchange();
      host.controller.data(read.cid, 0, new byte[BYTES], PduFlags.LAST);
      byte[] bytes = host.controller.take();
      bytes[24] ^= 1;
      host.deliver(bytes);
      host.exchange();
      assertThat(host.controller.terminations())
          .singleElement()
          .satisfies(
              request ->
                  assertThat(request.fes()).isEqualTo(FatalStatus.HEADER_DIGEST_ERROR.code()));
      assertThat(host.queue().counters().get(DdpCounter.HEADER_DIGEST_ERRORS)).isEqualTo(1);
      host.pair.connectionLost("fault");
      assertThat(read).hasToString("lost: fault");
      assertThat(host.close()).isZero();
    }
  }

  @Test
  void theControllersTerminateRequestIsTakenAndNotAnswered() {
    QueueHarness host = new QueueHarness(Device.SOCKET, true, true).connected();
    Outcome read = host.read(0, BYTES);
    host.exchange();
    host.controller.terminate(FatalStatus.DATA_OUT_OF_RANGE, 0);
    host.exchange();
    assertThat(host.events.get(1))
        .isEqualTo("terminated: data transfer out of range (FES 4, FEI 0)");
    assertThat(host.controller.terminations()).isEmpty();
    assertThat(host.flush().cid).isEqualTo(QueuePair.CLOSED);
    host.pair.connectionLost("terminated");
    assertThat(read).hasToString("lost: terminated");
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(FatalStatus.class)
  void namesWhatTheControllerObjectsTo(FatalStatus status) {
    QueueHarness host = new QueueHarness(Device.NONE, false, false).connected();
    host.controller.terminate(status, 7);
    host.exchange();
    assertThat(host.events.get(1))
        .isEqualTo("terminated: %s (FES %d, FEI 7)".formatted(status.text(), status.code()));
    assertThat(host.close()).isZero();
  }

  @Test
  void aReasonOfTheControllerThatHasNoNameIsToldByNumber() {
    QueueHarness host = new QueueHarness(Device.NONE, false, false).connected();
    byte[] request = new byte[24];
    request[0] = (byte) PduType.C2H_TERM_REQ.code();
    request[2] = 24;
    request[4] = 24;
    request[8] = 0x7F;
    host.deliver(request);
    assertThat(host.events.get(1)).isEqualTo("terminated: unknown status (FES 127, FEI 0)");
    assertThat(host.close()).isZero();
  }

  @Test
  void refusesADigestThatItDidNotAskFor() {
    for (boolean header : new boolean[] {true, false}) {
      ScriptedController controller =
          new ScriptedController()
              .initialization(
                  response -> new IcResponse(0, 0, header, !header, response.maxH2cDataBytes()));
      QueueHarness host =
          new QueueHarness(Device.NONE, false, false, TeardownMode.LAZY, 16, controller);
      host.pair.initialize();
      host.controller.accept(host.flushWire());
      host.deliver(host.controller.take());
      assertThat(host.events)
          .singleElement()
          .asString()
          .contains("FES 1, FEI 11", "was not asked for");
      assertThat(host.close()).isZero();
    }
  }

  @Test
  void goesOnWithoutADigestThatTheControllerDeclines() {
    ScriptedController controller =
        new ScriptedController()
            .initialization(
                response -> new IcResponse(0, 0, false, false, response.maxH2cDataBytes()));
    QueueHarness host =
        new QueueHarness(Device.SOCKET, true, true, TeardownMode.LAZY, 16, controller).connected();
    Outcome read = host.read(0, BYTES);
    host.exchange();
    controller.answer(read.cid, QueueHarness.pattern(1, BYTES));
    host.exchange();
    assertThat(read).hasToString("success");
    assertThat(host.pair.negotiated().headerDigest()).isFalse();
    assertThat(host.pair.negotiated().dataDigest()).isFalse();
    assertThat(host.close()).isZero();
  }

  @Test
  void takesNothingButIcRespAtFirst() {
    QueueHarness host = new QueueHarness(Device.SOCKET, false, false);
    host.pair.initialize();
    assertThat(host.flushWire()).hasSize(128);
    host.controller.data(0, 0, new byte[16], 0);
    host.deliver(host.controller.take());
    assertThat(host.events)
        .singleElement()
        .asString()
        .contains("PDU sequence error (FES 2", "C2HData before ICReq/ICResp");
    assertThat(host.flushWire()).as("a terminate request").startsWith(0x02);
    assertThat(host.close()).isZero();
  }

  @Test
  void whatFollowsAFaultIsIgnored() {
    QueueHarness host = new QueueHarness(Device.SIMULATED, false, false).connected();
    Outcome read = host.read(0, BYTES);
    host.exchange();
    host.controller.respond(0x7777, 0);
    host.controller.answer(read.cid, new byte[BYTES]);
    host.exchange();
    assertThat(host.events).hasSize(2);
    assertThat(read.calls).isEmpty();
    host.pair.connectionLost("fault");
    host.pair.connectionLost("again");
    assertThat(read).hasToString("lost: fault");
    assertThat(host.close()).isZero();
  }
}
