package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;

/**
 * Shuts a controller down over its admin queue: CC.SHN, then CSTS.SHST until it is complete (Base
 * specification 3.6.2). A machine like {@link BringUp}; bounded by its number of polls.
 */
public final class Shutdown {
  private static final int SHN_NORMAL = 1;
  private static final long POLL_MILLIS = 20;
  private static final int MAX_POLLS = 250;
  private boolean requested;
  private int polls;

  /** The first thing to do. */
  public Action start() {
    byte[] sqe = new byte[Sqe.BYTES];
    Cc cc = Cc.DISABLED.withEnable(true).withShutdown(SHN_NORMAL);
    PropertyCommand.set(sqe, 0, 0, Fabrics.PROPERTY_CC, Integer.toUnsignedLong(cc.encode()));
    return new Action.Command(sqe, Direction.NONE, new byte[0]);
  }

  /** A command ended with an answer. */
  public Action completed(int status, long result) {
    if (!Status.isSuccess(status)) {
      return new Action.Failed(
          "the controller refuses to shut down: " + Status.describe(status), false);
    }
    if (!requested) {
      requested = true;
      return resumed();
    }
    if (Csts.decode((int) result).shutdownStatus() == Csts.SHUTDOWN_COMPLETE) {
      return new Action.ShutDown();
    }
    return ++polls < MAX_POLLS
        ? new Action.Pause(POLL_MILLIS)
        : new Action.Failed("the controller does not complete its shutdown", false);
  }

  /** A {@link Action.Pause} is over. */
  public Action resumed() {
    byte[] sqe = new byte[Sqe.BYTES];
    PropertyCommand.get(sqe, 0, 0, Fabrics.PROPERTY_CSTS, false);
    return new Action.Command(sqe, Direction.NONE, new byte[0]);
  }
}
