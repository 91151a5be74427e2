package io.nvmetcp.target.session;

import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StepSequence;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Copy within a namespace: each source range is read and written at the place where the one before
 * ended (NVM command set specification 3.2.2). It stops between two ranges when its connection is
 * over. On the session's thread.
 */
final class CopyRun extends StepSequence {
  private final CommandSlot slot;
  private final Namespace namespace;
  private final List<CopyRange> ranges;
  private final Executor thread;
  private final MemoryPieces held = new MemoryPieces();
  private long to;
  private int next;
  private boolean loaded;

  private CopyRun(
      CommandSlot slot, Namespace namespace, List<CopyRange> ranges, long to, Executor thread) {
    super(slot);
    this.slot = slot;
    this.namespace = namespace;
    this.ranges = ranges;
    this.to = to;
    this.thread = thread;
  }

  /** Judges the ranges that were received, then copies them. */
  static void start(CommandSlot slot, Namespace namespace, int maxRangeBytes, Executor thread) {
    byte[] sqe = slot.keptSqe();
    int count = CopyCommand.ranges(sqe, 0);
    byte[] list = slot.receivedBytes(count * CopyRange.bytes(0));
    List<CopyRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(CopyRange.decode(list, i * CopyRange.bytes(0), 0));
    }
    long destination = CopyCommand.destination(sqe, 0);
    int status = judge(namespace, ranges, destination, maxRangeBytes);
    if (Status.isSuccess(status)) {
      new CopyRun(slot, namespace, ranges, destination << namespace.blockShift(), thread).run();
    } else {
      slot.complete(status | Status.DNR);
    }
  }

  private static int judge(
      Namespace namespace, List<CopyRange> ranges, long destination, int maxRangeBytes) {
    int most = namespace.copyRangeBlocks(maxRangeBytes);
    long total = 0;
    for (CopyRange range : ranges) {
      total += range.blocks();
      if (range.blocks() > most || total > namespace.copyBlocks()) {
        return Status.COMMAND_SIZE_LIMIT_EXCEEDED;
      }
    }
    if (destination < 0 || destination > namespace.blocks() - total) {
      return Status.LBA_OUT_OF_RANGE;
    }
    for (CopyRange range : ranges) {
      long slba = range.slba();
      if (slba < 0 || slba > namespace.blocks() - range.blocks()) {
        return Status.LBA_OUT_OF_RANGE;
      }
      if (slba < destination + total && destination < slba + range.blocks()) {
        return Status.OVERLAPPING_IO_RANGE;
      }
    }
    return Status.SUCCESS;
  }

  @Override
  protected boolean step() {
    if (loaded) {
      loaded = false;
      int length = held.lengthBytes();
      long at = to;
      to += length;
      namespace.backend().write(at, held, slot.durable, thread, this::written);
      return true;
    }
    if (next == ranges.size() || slot.unwanted()) {
      return false;
    }
    CopyRange range = ranges.get(next++);
    int shift = namespace.blockShift();
    loaded = true;
    namespace.backend().read(range.slba() << shift, range.blocks() << shift, held, thread, this);
    return true;
  }

  private void written(int status) {
    held.release();
    complete(status);
  }
}
