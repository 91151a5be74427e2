package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;

/**
 * What a host may do, and this product's never does: the protocol allows it, so a target must know
 * what to do about it. Either ends the association.
 */
final class Quirks {
  private static final Completion UNHEARD =
      new Completion() {
        @Override
        public void completed(int status, long result) {}

        @Override
        public void lost(String reason) {}
      };

  private Quirks() {}

  /** Leaves one I/O queue by a Disconnect (Base specification 6.4). On the queue's loop. */
  static void disconnect(HostQueue queue) {
    if (!queue.open()) {
      return;
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, Fabrics.OPCODE, 0, Fabrics.DISCONNECT);
    queue.slots().settle();
    int answer = queue.pair().submit(sqe, Direction.NONE, null, 0, 0, UNHEARD);
    queue.slots().submitted();
    if (answer >= 0) {
      queue.scheduleFlush();
    }
  }

  /** Disables a controller that is at work (Base specification 3.6.1). On the home loop. */
  static void disable(AdminDesk admin) {
    byte[] sqe = new byte[Sqe.BYTES];
    long cc = Integer.toUnsignedLong(Cc.DISABLED.encode());
    PropertyCommand.set(sqe, 0, 0, Fabrics.PROPERTY_CC, cc);
    admin.submitUrgent(sqe, answer -> {});
  }
}
