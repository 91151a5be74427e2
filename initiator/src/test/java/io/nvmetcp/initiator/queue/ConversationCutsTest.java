package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.queue.QueueHarness.Device;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the controller said is cut at every position; the commands end the same way each time. */
class ConversationCutsTest {
  private static final int SMALL = 96;
  private static final int LARGE = 4800;

  /** A conversation: large and small reads, a wrong digest, R2Ts, errors, a late second R2T. */
  private static String play(Device device, TeardownMode mode, IntUnaryOperator most) {
    QueueHarness host =
        new QueueHarness(device, true, true, mode, 8, new ScriptedController().maxH2cData(4096))
            .connected();
    host.pair.granted(0, true);
    Outcome large = host.read(1024, LARGE);
    Outcome small = host.read(16_384, SMALL);
    Outcome spoiled = host.read(20_000, 600);
    Outcome write = host.write(32_768, 9000);
    Outcome refused = host.flush();
    host.controller.accept(host.flushWire());
    ScriptedController controller = host.controller;
    byte[] content = QueueHarness.pattern(1, LARGE);

    controller.data(small.cid, 0, QueueHarness.pattern(2, SMALL), PduFlags.LAST | PduFlags.SUCCESS);
    controller.r2t(write.cid, 5, 0, 4100);
    controller.data(large.cid, 0, Arrays.copyOf(content, 100), 0);
    controller.data(spoiled.cid, 0, QueueHarness.pattern(3, 600), PduFlags.LAST);
    byte[] start = controller.take();
    start[start.length - 100] ^= 4;
    int at = deliver(host, start, 0, most);
    controller.data(
        large.cid, 100, Arrays.copyOfRange(content, 100, LARGE), PduFlags.LAST | PduFlags.SUCCESS);
    controller.respond(spoiled.cid, Status.SUCCESS);
    controller.r2t(write.cid, 6, 4100, 4900);
    controller.respond(refused.cid, Status.INVALID_FIELD);
    at = deliver(host, controller.take(), at, most);
    controller.respond(write.cid, Status.SUCCESS);
    at = deliver(host, controller.take(), at, most);

    String outcome =
        List.of(large, small, spoiled, write, refused)
            + " "
            + host.events
            + " "
            + Arrays.hashCode(host.bytes(1024, LARGE))
            + " "
            + Arrays.hashCode(host.bytes(16_384, SMALL))
            + " "
            + controller.data().stream()
                .map(data -> data.offset() + "+" + data.bytes().length)
                .toList()
            + " holders "
            + host.region.holders();
    return outcome + " regions " + host.close() + " bytes " + at;
  }

  // A part of the stream, which begins at a position; then the host's answer leaves.
  private static int deliver(QueueHarness host, byte[] part, int position, IntUnaryOperator most) {
    host.deliver(part, at -> most.applyAsInt(position + at));
    host.controller.accept(host.flushWire());
    return position + part.length;
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void everyCutGivesTheSameOutcomes(Device device) {
    for (TeardownMode mode : TeardownMode.values()) {
      String whole = play(device, mode, at -> Integer.MAX_VALUE);
      assertThat(whole)
          .startsWith("[success, success, status 022h, success, status 002h] [initialized]")
          .contains("[0+4096, 4096+4, 4100+4096, 8196+804] holders 0 regions 0");
      int length = Integer.parseInt(whole.substring(whole.lastIndexOf(' ') + 1));
      // Within the long payload one cut in 61 is as good as each of them.
      int step = 1;
      for (int cut = 1; cut < length; cut += step) {
        int at = cut;
        step = cut > 1100 && cut < 1100 + LARGE - 400 ? 61 : 1;
        assertThat(play(device, mode, position -> position < at ? at - position : length))
            .as("%s %s cut at %d", device, mode, cut)
            .isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Device.class)
  void everyPieceSizeGivesTheSameOutcomes(Device device) {
    String whole = play(device, TeardownMode.EAGER, at -> Integer.MAX_VALUE);
    for (int size = 1; size < 160; size++) {
      int most = size;
      assertThat(play(device, TeardownMode.EAGER, at -> most))
          .as("%s in pieces of %d", device, size)
          .isEqualTo(whole);
    }
  }
}
