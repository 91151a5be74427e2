package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Commands that wait for room in a queue go in the order in which they came. */
class WaitingLineShellTest extends LifeTest {

  @Test
  void aFusedPairThatWaitsForTwoSlotsIsNotOvertakenByWhatNeedsOne() {
    LittleEndian.put16(server.model.identify, IdentifyController.ONCS, ControllerBits.ONCS_COMPARE);
    LittleEndian.put16(
        server.model.identify, IdentifyController.FUSES, ControllerBits.FUSES_COMPARE_AND_WRITE);
    connected(options().setQueueEntries(2));
    List<Future<Void>> all = new ArrayList<>();
    all.add(namespace().flush());
    Held first = next();
    // One slot is free, which is too few for the pair.
    all.add(namespace().compareAndWrite(9, region.slice(0, BLOCK), region.slice(1 << 19, BLOCK)));
    all.add(namespace().flush());
    all.add(read(1));
    first.succeed();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Held next = next();
      order.add(next.opcode());
      if (next.opcode() == IoOpcode.READ) {
        next.succeed();
      } else {
        next.answer(Status.SUCCESS);
      }
    }
    assertThat(order)
        .containsExactly(IoOpcode.COMPARE, IoOpcode.WRITE, IoOpcode.FLUSH, IoOpcode.READ);
    awaitAll(all);
  }
}
