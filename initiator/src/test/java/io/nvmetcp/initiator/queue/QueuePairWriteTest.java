package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.initiator.testkit.ScriptedController.Data;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.IcRequest;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueuePairWriteTest {
  private static final int BYTES = 24 * 1024;

  private static QueueHarness harness(boolean digests) {
    QueueHarness host = new QueueHarness(Device.SOCKET, digests, digests).connected();
    MemorySegment.copy(
        MemorySegment.ofArray(QueueHarness.pattern(1, BYTES)), 0, host.region.segment(), 0, BYTES);
    return host;
  }

  private static byte[] received(List<Data> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Data piece : pieces) {
      assertThat(piece.offset()).isEqualTo(all.size());
      all.writeBytes(piece.bytes());
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSmallWriteTravelsInItsCapsule(boolean digests) {
    QueueHarness host = harness(digests);
    Outcome write = host.write(0, 4096);
    host.exchange();
    var command = host.controller.lastCommand();
    assertThat(Sgl.type(command.sqe(), 0)).isEqualTo(Sgl.IN_CAPSULE);
    assertThat(Sgl.length(command.sqe(), 0)).isEqualTo(4096);
    assertThat(command.data()).isEqualTo(host.bytes(0, 4096));
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void theCapsuleLimitIsTheOneGrantedLast() {
    QueueHarness host = harness(false);
    host.pair.granted(0, true);
    Outcome write = host.write(0, 512);
    host.exchange();
    assertThat(Sgl.type(host.controller.lastCommand().sqe(), 0)).isEqualTo(Sgl.TRANSPORT);
    assertThat(host.controller.lastCommand().data()).isEmpty();
    host.controller.r2t(write.cid, 1, 0, 512);
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeWriteAnswersEachR2tInPiecesOfMaxh2cdata(boolean digests) {
    QueueHarness host = harness(digests);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    assertThat(Sgl.type(host.controller.lastCommand().sqe(), 0)).isEqualTo(Sgl.TRANSPORT);
    host.controller.r2t(write.cid, 0xFFFF, 0, 10_000);
    host.controller.r2t(write.cid, 0, 10_000, BYTES - 10_000);
    host.exchange();

    List<Data> pieces = host.controller.data();
    assertThat(received(pieces)).isEqualTo(host.bytes(0, BYTES));
    assertThat(pieces).allSatisfy(piece -> assertThat(piece.bytes()).hasSizeBetween(1, 4096));
    assertThat(pieces)
        .extracting(Data::last)
        .containsExactly(false, false, true, false, false, false, true);
    assertThat(pieces).extracting(Data::ttag).containsExactly(0xFFFF, 0xFFFF, 0xFFFF, 0, 0, 0, 0);
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void aResponseBeforeTheSendIsDoneWaitsForIt() {
    QueueHarness host = harness(true);
    host.wire.keepLeases(true);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    host.controller.r2t(write.cid, 3, 0, BYTES);
    host.exchange();
    assertThat(host.wire.leases()).isEqualTo(6);
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    for (int i = 0; i < 6; i++) {
      assertThat(write.calls).isEmpty();
      assertThat(host.region.holders()).isEqualTo(1);
      host.wire.releaseOne();
    }
    assertThat(write).hasToString("success");
    assertThat(host.region.holders()).isZero();
    assertThat(host.close()).isZero();
  }

  @Test
  void anR2tMayOvertakeTheReportThatItsCapsuleWasSent() {
    QueueHarness host = harness(false);
    Outcome write = host.write(0, BYTES);
    // What was emitted has not left, as far as this end knows.
    host.controller.r2t(write.cid, 9, 0, BYTES);
    host.deliver(host.controller.take());
    assertThat(host.events).containsExactly("initialized");
    host.exchange();
    assertThat(host.controller.data().getLast().last()).isTrue();
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void anR2tMayOvertakeTheReportThatTheLastDataWasSent() {
    QueueHarness host = harness(true);
    host.wire.keepLeases(true);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    host.controller.r2t(write.cid, 1, 0, 4096);
    host.exchange();
    assertThat(host.wire.leases()).isEqualTo(1);
    host.controller.r2t(write.cid, 2, 4096, BYTES - 4096);
    host.exchange();
    assertThat(host.events).as("no fault").containsExactly("initialized");
    assertThat(host.controller.data()).as("it waits for the report").hasSize(1);
    host.wire.releaseOne();
    host.exchange();
    assertThat(host.controller.data().getLast().last()).isTrue();
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write.calls).as("its buffer is being sent").isEmpty();
    host.wire.releaseAll();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void anR2tWaitsUntilTheDataOfTheOneBeforeHasLeft() {
    QueueHarness host = harness(true);
    host.wire.keepLeases(true);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    host.controller.r2t(write.cid, 1, 0, 8192);
    host.controller.r2t(write.cid, 2, 8192, BYTES - 8192);
    host.exchange();
    assertThat(host.controller.data()).extracting(Data::ttag).containsExactly(1, 1);
    host.wire.releaseOne();
    host.exchange();
    assertThat(host.controller.data()).hasSize(2);
    assertThat(host.emissions).isZero();
    host.wire.releaseOne();
    assertThat(host.emissions).as("the shell is told to flush").isEqualTo(1);
    host.exchange();
    assertThat(received(host.controller.data())).isEqualTo(host.bytes(0, BYTES));
    host.controller.respond(write.cid, Status.SUCCESS);
    host.wire.releaseAll();
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void noMoreR2tsMayWaitThanMaxr2tAllows() {
    QueueHarness host = harness(false);
    host.wire.keepLeases(true);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    for (int i = 0; i < 3; i++) {
      host.controller.r2t(write.cid, i, i * 4096L, 4096);
    }
    host.exchange();
    assertThat(host.events.getLast())
        .startsWith("fault: data transfer or R2T limit exceeded (FES 5, FEI 0)");
    host.pair.connectionLost("fault");
    host.wire.releaseAll();
    assertThat(write).hasToString("lost: fault");
    assertThat(host.controller.data()).as("nothing was sent for the others").hasSize(1);
    assertThat(host.close()).isZero();
  }

  @Test
  void asManyR2tsMayBeOutstandingAsThisHostAllowsAndAreAnsweredInTheirOrder() {
    IcRequest threeAtATime = new IcRequest(0, 0, true, true, 2);
    QueueHarness host =
        new QueueHarness(
                Device.SOCKET, threeAtATime, TeardownMode.LAZY, 16, new ScriptedController())
            .connected();
    assertThat(host.controller.request().maxR2t()).isEqualTo(2);
    MemorySegment.copy(
        MemorySegment.ofArray(QueueHarness.pattern(1, BYTES)), 0, host.region.segment(), 0, BYTES);
    host.wire.keepLeases(true);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    // The first may be answered already when the controller asks again: three, and one that left.
    int piece = BYTES / 4;
    for (int i = 0; i < 4; i++) {
      host.controller.r2t(write.cid, 7 - i, (long) i * piece, piece);
    }
    host.exchange();
    assertThat(host.events).as("no fault").containsExactly("initialized");
    host.wire.keepLeases(false);
    host.wire.releaseAll();
    host.exchange();
    assertThat(received(host.controller.data())).isEqualTo(host.bytes(0, BYTES));
    assertThat(host.controller.data())
        .extracting(Data::ttag)
        .containsExactly(7, 7, 6, 6, 5, 5, 4, 4);
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(host.close()).isZero();
  }

  // The first part of its data is at the socket, the second was asked for and waits.
  private static Outcome answeredWhileAnR2tWaits(QueueHarness host, int status) {
    host.wire.keepLeases(true);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    host.controller.r2t(write.cid, 1, 0, 4096);
    host.controller.r2t(write.cid, 2, 4096, BYTES - 4096);
    host.controller.respond(write.cid, status);
    host.exchange();
    return write;
  }

  @Test
  void aSuccessWhileAnR2tWaitsIsALie() {
    QueueHarness host = harness(false);
    Outcome write = answeredWhileAnR2tWaits(host, Status.SUCCESS);
    assertThat(host.events.getLast()).startsWith("fault: PDU sequence error");
    host.pair.connectionLost("fault");
    host.wire.releaseAll();
    assertThat(write).hasToString("lost: fault");
    assertThat(host.close()).isZero();
  }

  @Test
  void anErrorWhileAnR2tWaitsEndsTheWrite() {
    QueueHarness host = harness(false);
    Outcome write = answeredWhileAnR2tWaits(host, Status.WRITE_FAULT);
    assertThat(write.calls).as("the socket has the buffer").isEmpty();
    host.wire.releaseAll();
    host.exchange();
    assertThat(write).hasToString("status 280h");
    assertThat(host.controller.data()).hasSize(1);
    assertThat(host.close()).isZero();
  }

  @Test
  void anErrorBeforeAllDataWasAskedForEndsTheWrite() {
    QueueHarness host = harness(false);
    Outcome write = host.write(0, BYTES);
    host.exchange();
    host.controller.r2t(write.cid, 3, 0, 4096);
    host.controller.respond(write.cid, Status.WRITE_FAULT);
    host.exchange();
    assertThat(write).hasToString("status 280h");
    assertThat(host.events).containsExactly("initialized");
    assertThat(host.close()).isZero();
  }

  @Test
  void aLostConnectionKeepsTheBufferUntilTheSocketLetsGo() {
    QueueHarness host = harness(false);
    host.wire.keepLeases(true);
    Outcome write = host.write(0, 4096);
    host.pair.connectionLost("cut");
    assertThat(write.calls).isEmpty();
    assertThat(host.region.holders()).isEqualTo(1);
    host.wire.releaseOne();
    assertThat(write).hasToString("lost: cut");
    assertThat(host.region.holders()).isZero();
    assertThat(host.close()).isZero();
  }
}
