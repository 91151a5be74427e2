package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.initiator.testkit.ScriptedController.Data;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose buffer lies in several pieces, of several regions. */
class QueuePairPiecesTest {
  private static final int[] LENGTHS = {12_345, 1, 5000, 9_999, 17};
  private static final int BYTES = 27_362;

  static Stream<Arguments> everyCombination() {
    List<Arguments> all = new ArrayList<>();
    for (Device device : Device.values()) {
      for (TeardownMode mode : TeardownMode.values()) {
        all.add(Arguments.of(device, mode, false));
        all.add(Arguments.of(device, mode, true));
      }
    }
    return all.stream();
  }

  // By turns in the harness's region and in another, with a gap before each and in reverse order.
  private static ScatterList pieces(QueueHarness host, Region other, int... lengths) {
    BufferSlice[] slices = new BufferSlice[lengths.length];
    long at = 100_001;
    for (int i = 0; i < lengths.length; i++) {
      at -= lengths[i] + 3;
      slices[i] = new BufferSlice(i % 2 == 0 ? host.region : other, at, lengths[i]);
    }
    return ScatterList.of(slices);
  }

  private static byte[] gather(ScatterList list) {
    byte[] all = new byte[list.lengthBytes()];
    for (int i = 0; i < list.segments(); i++) {
      BufferSlice slice = list.segment(i);
      MemorySegment.copy(
          slice.segment(), ValueLayout.JAVA_BYTE, 0, all, list.start(i), slice.lengthBytes());
    }
    return all;
  }

  private static void scatter(ScatterList list, byte[] content) {
    for (int i = 0; i < list.segments(); i++) {
      MemorySegment piece = list.segment(i).segment();
      MemorySegment.copy(
          content, list.start(i), piece, ValueLayout.JAVA_BYTE, 0, (int) piece.byteSize());
    }
  }

  // Bytes that no piece covers and that are no canary.
  private static int touchedOutside(Region region, ScatterList list) {
    byte[] all = region.segment().toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < list.segments(); i++) {
      BufferSlice slice = list.segment(i);
      if (slice.region() == region) {
        int from = (int) slice.offset();
        Arrays.fill(all, from, from + slice.lengthBytes(), QueueHarness.CANARY);
      }
    }
    int touched = 0;
    for (byte b : all) {
      touched += b == QueueHarness.CANARY ? 0 : 1;
    }
    return touched;
  }

  private static Region other(QueueHarness host) {
    Region other = host.registry.register(128 * 1024);
    other.segment().fill(QueueHarness.CANARY);
    return other;
  }

  private static Outcome submit(QueueHarness host, int opcode, ScatterList list) {
    Outcome outcome = new Outcome();
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, 0, 1);
    Direction direction = opcode == IoOpcode.READ ? Direction.READ : Direction.WRITE;
    outcome.cid = host.pair.submit(sqe, direction, list, outcome);
    return outcome;
  }

  private static long get(QueueHarness host, DdpCounter counter) {
    return host.queue().counters().get(counter);
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void aReadFillsItsPiecesAndNothingElse(Device device, TeardownMode mode, boolean digests) {
    QueueHarness host =
        new QueueHarness(device, digests, digests, mode, 16, new ScriptedController()).connected();
    Region other = other(host);
    ScatterList list = pieces(host, other, LENGTHS);
    Outcome read = submit(host, IoOpcode.READ, list);
    host.exchange();
    assertThat(Sgl.length(host.controller.lastCommand().sqe(), 0)).isEqualTo(BYTES);
    assertThat(other.holders()).isPositive();
    byte[] content = QueueHarness.pattern(3, BYTES);
    host.controller.data(read.cid, 0, Arrays.copyOf(content, 10_000), 0);
    host.controller.data(
        read.cid,
        10_000,
        Arrays.copyOfRange(content, 10_000, BYTES),
        PduFlags.LAST | PduFlags.SUCCESS);
    host.deliver(host.controller.take(), at -> 1500);

    assertThat(read).hasToString("success");
    assertThat(gather(list)).isEqualTo(content);
    assertThat(touchedOutside(host.region, list)).isZero();
    assertThat(touchedOutside(other, list)).isZero();
    assertThat(get(host, DdpCounter.SETUP)).isEqualTo(device == Device.NONE ? 0 : 1);
    assertThat(get(host, DdpCounter.DDP_BYTES) > 0).isEqualTo(device != Device.NONE);
    assertThat(get(host, DdpCounter.DDP_BYTES) + get(host, DdpCounter.COPIED_BYTES))
        .isEqualTo(BYTES);
    assertThat(
            get(host, DdpCounter.DIGEST_BY_DEVICE)
                + get(host, DdpCounter.DIGEST_IN_PLACEMENT)
                + get(host, DdpCounter.DIGEST_BY_FALLBACK))
        .isEqualTo(digests ? 2 : 0);
    assertThat(host.region.holders()).isZero();
    assertThat(other.holders()).isZero();
    other.close();
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void aWrongDigestAcrossPiecesFailsTheRead(Device device) {
    QueueHarness host = new QueueHarness(device, true, true).connected();
    Region other = other(host);
    ScatterList list = pieces(host, other, LENGTHS);
    Outcome read = submit(host, IoOpcode.READ, list);
    host.exchange();
    host.controller.data(
        read.cid, 0, QueueHarness.pattern(3, BYTES), PduFlags.LAST | PduFlags.SUCCESS);
    byte[] bad = host.controller.take();
    bad[20_000] ^= 1;
    host.deliver(bad);
    assertThat(read).hasToString("status %03Xh".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
    assertThat(get(host, DdpCounter.DATA_DIGEST_ERRORS)).isOne();
    other.close();
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriteIsGatheredFromItsPieces(boolean digests) {
    QueueHarness host = new QueueHarness(Device.SOCKET, digests, digests).connected();
    Region other = other(host);
    ScatterList list = pieces(host, other, LENGTHS);
    byte[] content = QueueHarness.pattern(4, BYTES);
    scatter(list, content);
    Outcome write = submit(host, IoOpcode.WRITE, list);
    host.exchange();
    host.controller.r2t(write.cid, 1, 0, 12_344);
    host.controller.r2t(write.cid, 2, 12_344, BYTES - 12_344);
    host.exchange();
    byte[] received = new byte[BYTES];
    for (Data data : host.controller.data()) {
      assertThat(data.bytes()).hasSizeBetween(1, 4096);
      System.arraycopy(data.bytes(), 0, received, (int) data.offset(), data.bytes().length);
    }
    assertThat(received).isEqualTo(content);
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    assertThat(write).hasToString("success");
    assertThat(other.holders()).isZero();
    other.close();
    assertThat(host.close()).isZero();
  }

  @Test
  void aSmallWriteInPiecesTravelsInItsCapsule() {
    QueueHarness host = new QueueHarness(Device.SOCKET, true, true).connected();
    Region other = other(host);
    ScatterList list = pieces(host, other, 1000, 1, 3095);
    scatter(list, QueueHarness.pattern(5, 4096));
    host.wire.keepLeases(true);
    Outcome write = submit(host, IoOpcode.WRITE, list);
    host.exchange();
    assertThat(host.controller.lastCommand().data()).isEqualTo(QueueHarness.pattern(5, 4096));
    host.controller.respond(write.cid, Status.SUCCESS);
    host.exchange();
    // The socket has all three, and every one of them keeps the buffer.
    for (int i = 0; i < 3; i++) {
      assertThat(write.calls).isEmpty();
      assertThat(other.holders()).isEqualTo(1);
      host.wire.releaseOne();
    }
    assertThat(write).hasToString("success");
    assertThat(other.holders()).isZero();
    other.close();
    assertThat(host.close()).isZero();
  }

  @Test
  void aPieceInAClosingRegionRefusesTheCommandAndHoldsNothing() {
    QueueHarness host = new QueueHarness(Device.SOCKET, false, false).connected();
    Region other = other(host);
    assertThat(other.hold()).isTrue();
    other.close();
    ScatterList list = pieces(host, other, 5000, 6000);
    for (int opcode : new int[] {IoOpcode.READ, IoOpcode.WRITE}) {
      Outcome refused = submit(host, opcode, list);
      assertThat(refused.cid).isEqualTo(QueuePair.REGION_CLOSED);
      assertThat(refused.calls).isEmpty();
    }
    assertThat(host.region.holders()).isZero();
    assertThat(host.pair.outstanding()).isZero();
    other.release();
    // The slot that was looked at serves the next command.
    Outcome next = host.flush();
    host.exchange();
    host.controller.respond(next.cid, Status.SUCCESS);
    host.exchange();
    assertThat(next).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void aLostConnectionLetsGoOfEveryPiece() {
    QueueHarness host = new QueueHarness(Device.SOCKET, false, false).connected();
    Region other = other(host);
    Outcome read = submit(host, IoOpcode.READ, pieces(host, other, LENGTHS));
    Outcome write = submit(host, IoOpcode.WRITE, pieces(host, other, LENGTHS));
    host.pair.connectionLost("cut");
    assertThat(read).hasToString("lost: cut");
    assertThat(write).hasToString("lost: cut");
    assertThat(host.region.holders()).isZero();
    assertThat(other.holders()).isZero();
    other.close();
    assertThat(host.close()).isZero();
  }
}
