package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class QueuePairReadTest {
  private static final int BYTES = 8192;
  private static final int LAST_SUCCESS = PduFlags.LAST | PduFlags.SUCCESS;

  static Stream<Arguments> everyCombination() {
    List<Arguments> all = new ArrayList<>();
    for (Device device : Device.values()) {
      for (TeardownMode mode : TeardownMode.values()) {
        for (int digests = 0; digests < 4; digests++) {
          all.add(Arguments.of(device, mode, (digests & 1) != 0, (digests & 2) != 0));
        }
      }
    }
    return all.stream();
  }

  private static QueueHarness harness(
      Device device, TeardownMode mode, boolean headerDigest, boolean dataDigest) {
    return new QueueHarness(device, headerDigest, dataDigest, mode, 16, new ScriptedController())
        .connected();
  }

  @ParameterizedTest
  @MethodSource("everyCombination")
  void threeReadsAnsweredInTheOrder231LandInTheirBuffers(
      Device device, TeardownMode mode, boolean headerDigest, boolean dataDigest) {
    QueueHarness host = harness(device, mode, headerDigest, dataDigest);
    List<Outcome> reads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      reads.add(host.read(1000 + i * 20_000L, BYTES));
    }
    host.exchange();
    for (int i : new int[] {1, 2, 0}) {
      int cid = reads.get(i).cid;
      byte[] content = QueueHarness.pattern(i, BYTES);
      if (i == 2) {
        host.controller.data(cid, 0, content, LAST_SUCCESS);
      } else {
        host.controller.answer(cid, content);
      }
    }
    // Short reads: what came with a header is copied, the rest is placed.
    host.deliver(host.controller.take(), at -> 2000);

    assertThat(reads).extracting(Outcome::toString).containsOnly("success");
    for (int i = 0; i < 3; i++) {
      assertThat(host.bytes(1000 + i * 20_000L, BYTES)).isEqualTo(QueueHarness.pattern(i, BYTES));
      assertThat(host.bytes(1000 + i * 20_000L - 16, 16)).containsOnly(QueueHarness.CANARY);
      assertThat(host.bytes(1000 + i * 20_000L + BYTES, 16)).containsOnly(QueueHarness.CANARY);
    }
    assertThat(host.pair.statistics().displaced(-1)).isEqualTo(2);
    assertThat(host.pair.statistics().displaced(2)).isEqualTo(1);
    assertThat(get(host, DdpCounter.DELIVERED_BYTES)).isEqualTo(3L * BYTES);
    assertThat(get(host, DdpCounter.DDP_BYTES) + get(host, DdpCounter.COPIED_BYTES))
        .isEqualTo(3L * BYTES);
    assertThat(get(host, DdpCounter.DDP_BYTES) > 0).isEqualTo(device != Device.NONE);
    assertThat(get(host, DdpCounter.SETUP)).isEqualTo(get(host, DdpCounter.TEARDOWN));
    assertThat(host.region.holders()).isZero();
    assertThat(host.close()).isZero();
  }

  private static long get(QueueHarness host, DdpCounter counter) {
    return host.queue().counters().get(counter);
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void aDigestThatIsWrongOnAMiddlePduFailsThatCommandAlone(Device device) {
    QueueHarness host = harness(device, TeardownMode.LAZY, true, true);
    Outcome first = host.read(0, BYTES);
    Outcome second = host.read(BYTES, BYTES);
    host.exchange();
    byte[] content = QueueHarness.pattern(1, BYTES);
    int third = BYTES / 4;
    host.controller.data(first.cid, 0, Arrays.copyOfRange(content, 0, third), 0);
    host.deliver(host.controller.take());
    host.controller.data(first.cid, third, Arrays.copyOfRange(content, third, 2 * third), 0);
    byte[] bad = host.controller.take();
    bad[100] ^= 1;
    host.deliver(bad);
    host.controller.data(
        first.cid, 2L * third, Arrays.copyOfRange(content, 2 * third, BYTES), LAST_SUCCESS);
    host.controller.answer(second.cid, QueueHarness.pattern(2, BYTES));
    host.exchange();

    assertThat(first).hasToString("status %03Xh".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
    assertThat(second).hasToString("success");
    assertThat(host.bytes(2L * third, BYTES - 2 * third))
        .as("placing goes on to the command's end")
        .isEqualTo(Arrays.copyOfRange(content, 2 * third, BYTES));
    assertThat(host.events).containsExactly("initialized");
    assertThat(get(host, DdpCounter.DATA_DIGEST_ERRORS)).isEqualTo(1);
    assertThat(host.pair.statistics().digestOverrides()).isEqualTo(1);
    assertThat(host.close()).isZero();
  }

  @Test
  void aWrongDigestDoesNotHideTheControllersOwnError() {
    QueueHarness host = harness(Device.SOCKET, TeardownMode.LAZY, false, true);
    Outcome read = host.read(0, BYTES);
    host.exchange();
    host.controller.data(read.cid, 0, QueueHarness.pattern(1, BYTES), PduFlags.LAST);
    byte[] bad = host.controller.take();
    bad[bad.length - 1] ^= 1;
    host.deliver(bad);
    host.controller.respond(read.cid, Status.UNRECOVERED_READ_ERROR);
    host.exchange();
    assertThat(read).hasToString("status %03Xh".formatted(Status.UNRECOVERED_READ_ERROR));
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void anErrorAfterPartOfTheDataEndsTheCommandWithIt(Device device) {
    for (TeardownMode mode : TeardownMode.values()) {
      QueueHarness host = harness(device, mode, true, true);
      Outcome read = host.read(0, BYTES);
      host.exchange();
      host.controller.data(read.cid, 0, QueueHarness.pattern(1, BYTES / 2), 0);
      host.controller.respond(read.cid, Status.LBA_OUT_OF_RANGE | Status.DNR);
      host.exchange();
      assertThat(read).hasToString("status 4080h");
      assertThat(host.events).containsExactly("initialized");
      assertThat(host.region.holders()).isZero();
      assertThat(host.close()).isZero();
    }
  }

  @Test
  void eagerTeardownIsDoneBeforeTheResponse() {
    QueueHarness host = harness(Device.SOCKET, TeardownMode.EAGER, false, false);
    Outcome read = host.read(0, BYTES);
    host.exchange();
    host.controller.data(read.cid, 0, QueueHarness.pattern(1, BYTES), PduFlags.LAST);
    host.exchange();
    assertThat(read.calls).isEmpty();
    assertThat(get(host, DdpCounter.TEARDOWN_BEFORE_RESPONSE)).isEqualTo(1);
    host.controller.respond(read.cid, Status.SUCCESS);
    host.exchange();
    assertThat(read).hasToString("success");
    assertThat(host.close()).isZero();
  }

  @Test
  void aCompletionMaySubmitTheNextCommandAtOnce() {
    QueueHarness host = harness(Device.SOCKET, TeardownMode.LAZY, true, true);
    List<Outcome> later = new ArrayList<>();
    Outcome first = host.read(0, BYTES);
    first.then =
        () -> {
          for (int i = 0; i < 16; i++) {
            later.add(host.read(i * (long) BYTES, BYTES));
          }
        };
    host.exchange();
    host.controller.answer(first.cid, QueueHarness.pattern(9, BYTES));
    host.exchange();
    assertThat(later).hasSize(16).allSatisfy(read -> assertThat(read.cid).isNotNegative());
    for (int i = 15; i >= 0; i--) {
      host.controller.answer(later.get(i).cid, QueueHarness.pattern(i, BYTES));
    }
    host.exchange();
    for (int i = 0; i < 16; i++) {
      assertThat(later.get(i)).hasToString("success");
      assertThat(host.bytes(i * (long) BYTES, BYTES)).isEqualTo(QueueHarness.pattern(i, BYTES));
    }
    assertThat(host.close()).isZero();
  }

  @Test
  void refusesWhatDoesNotFitAndThenHoldsNothing() {
    QueueHarness host = harness(Device.SOCKET, TeardownMode.LAZY, false, false);
    for (int i = 0; i < 16; i++) {
      assertThat(host.read(i * (long) BYTES, BYTES).cid).isNotNegative();
    }
    Outcome tooMany = host.read(0, BYTES);
    assertThat(tooMany.cid).isEqualTo(QueuePair.QUEUE_FULL);
    assertThat(host.pair.outstanding()).isEqualTo(16);
    host.pair.connectionLost("over");
    assertThat(host.read(0, BYTES).cid).isEqualTo(QueuePair.CLOSED);
    assertThat(tooMany.calls).isEmpty();
    assertThat(host.region.holders()).isZero();

    QueueHarness other = harness(Device.SOCKET, TeardownMode.LAZY, false, false);
    other.region.close();
    assertThat(other.read(0, BYTES).cid).isEqualTo(QueuePair.REGION_CLOSED);
    assertThat(other.pair.outstanding()).isZero();
    assertThat(other.close()).isZero();
    assertThat(host.close()).isZero();
  }

  @Test
  void withFlowControlOneEntryStaysEmpty() {
    QueueHarness host = harness(Device.NONE, TeardownMode.LAZY, false, false);
    host.pair.granted(0, false);
    for (int i = 0; i < 15; i++) {
      assertThat(host.flush().cid).isNotNegative();
    }
    assertThat(host.flush().cid).isEqualTo(QueuePair.QUEUE_FULL);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void manyReadsInRandomOrderAndPiecesAllArrive(Device device) {
    for (long seed = 1; seed <= 8; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TeardownMode mode = random.nextBoolean() ? TeardownMode.EAGER : TeardownMode.LAZY;
      QueueHarness host = harness(device, mode, random.nextBoolean(), random.nextBoolean());
      List<Outcome> reads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        reads.add(host.read(i * 16_384L, 4 * random.nextInt(1, 4096)));
      }
      Set<Integer> left = new HashSet<>();
      List<Integer> lengths = new ArrayList<>();
      host.controller.accept(host.flushWire());
      for (int i = 0; i < 16; i++) {
        left.add(i);
        byte[] sqe = host.controller.commands().get(i).sqe();
        lengths.add((int) Sgl.length(sqe, 0));
      }
      while (!left.isEmpty()) {
        int i = left.stream().skip(random.nextInt(left.size())).findFirst().orElseThrow();
        left.remove(i);
        byte[] content = QueueHarness.pattern(seed * 100 + i, lengths.get(i));
        int cut = 4 * random.nextInt(content.length / 4);
        if (cut > 0) {
          host.controller.data(reads.get(i).cid, 0, Arrays.copyOf(content, cut), 0);
        }
        byte[] rest = Arrays.copyOfRange(content, cut, content.length);
        host.controller.data(reads.get(i).cid, cut, rest, LAST_SUCCESS);
      }
      host.deliver(host.controller.take(), at -> random.nextInt(1, 9000));
      assertThat(reads).as("seed %d", seed).extracting(Outcome::toString).containsOnly("success");
      for (int i = 0; i < 16; i++) {
        assertThat(host.bytes(i * 16_384L, lengths.get(i)))
            .as("seed %d", seed)
            .isEqualTo(QueueHarness.pattern(seed * 100 + i, lengths.get(i)));
      }
      assertThat(host.close()).as("seed %d", seed).isZero();
    }
  }
}
