package io.nvmetcp.target.session;

import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.StepSequence;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Dataset Management with its deallocate bit: one range after the other (NVM command set
 * specification 3.2.3). On the session's thread.
 */
final class DeallocateRun extends StepSequence {
  private final CommandSlot slot;
  private final Namespace namespace;
  private final List<DatasetRange> ranges;
  private final Executor thread;
  private int next;

  private DeallocateRun(
      CommandSlot slot, Namespace namespace, List<DatasetRange> ranges, Executor thread) {
    super(slot);
    this.slot = slot;
    this.namespace = namespace;
    this.ranges = ranges;
    this.thread = thread;
  }

  /** Executes the command whose ranges were received; without the bit they are hints for nobody. */
  static void start(
      CommandSlot slot, Namespace namespace, int count, boolean deallocates, Executor thread) {
    List<DatasetRange> ranges =
        DatasetRange.decodeAll(slot.receivedBytes(count * DatasetRange.BYTES), count);
    for (DatasetRange range : ranges) {
      if (range.slba() < 0 || range.slba() > namespace.blocks() - range.blocks()) {
        slot.complete(Status.LBA_OUT_OF_RANGE | Status.DNR);
        return;
      }
    }
    new DeallocateRun(slot, namespace, deallocates ? ranges : List.of(), thread).run();
  }

  @Override
  protected boolean step() {
    while (next < ranges.size() && ranges.get(next).blocks() == 0) {
      next++;
    }
    if (next == ranges.size() || slot.unwanted()) {
      return false;
    }
    DatasetRange range = ranges.get(next++);
    int shift = namespace.blockShift();
    namespace.backend().deallocate(range.slba() << shift, range.blocks() << shift, thread, this);
    return true;
  }
}
