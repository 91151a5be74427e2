package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** An I/O command between the caller's thread and its end: parameters and the caller's promise. */
final class IoCommand implements Completion, Runnable {
  private final QueueConnection queue;
  private final Promise<Void> promise;
  private final int opcode;
  private final long nsid;
  private final long lba;
  private final int blocks;
  private final int cdw12;
  private final @Nullable BufferSlice buffer;
  private int retriesLeft;
  private int lastStatus = Status.SUCCESS;

  IoCommand(
      QueueConnection queue,
      Promise<Void> promise,
      int opcode,
      long nsid,
      long lba,
      int blocks,
      int cdw12,
      @Nullable BufferSlice buffer,
      int retries) {
    this.queue = queue;
    this.promise = promise;
    this.opcode = opcode;
    this.nsid = nsid;
    this.lba = lba;
    this.blocks = blocks;
    this.cdw12 = cdw12;
    this.buffer = buffer;
    retriesLeft = buffer == null ? 0 : retries;
  }

  /** Arrives at the queue's event loop. */
  @Override
  public void run() {
    queue.start(this);
  }

  /** Submits to {@code pair}; see {@link QueuePair#submit} for the answer. */
  int submit(QueuePair pair, byte[] sqe) {
    Sqe.init(sqe, 0, opcode, 0, nsid);
    BufferSlice slice = buffer;
    if (slice == null) {
      return pair.submit(sqe, Direction.NONE, null, 0, 0, this);
    }
    Sqe.range(sqe, 0, lba, blocks);
    if (cdw12 != 0) {
      Sqe.cdw(sqe, 0, 12, Sqe.cdw(sqe, 0, 12) | cdw12);
    }
    Direction direction = opcode == IoOpcode.READ ? Direction.READ : Direction.WRITE;
    Region region = slice.region();
    return pair.submit(sqe, direction, region, slice.offset(), slice.lengthBytes(), this);
  }

  void neverSent(String reason) {
    // Of a retry: the first try was sent, and its answer stands.
    promise.fail(
        Status.isSuccess(lastStatus)
            ? new NvmeException.NeverSent(reason)
            : new NvmeException.CommandFailed(lastStatus));
  }

  @Override
  public void completed(int status, long result) {
    if (Status.isSuccess(status)) {
      promise.complete();
    } else if (retriesLeft > 0 && !Status.isDoNotRetry(status)) {
      retriesLeft--;
      lastStatus = status;
      queue.pair().retried();
      queue.start(this);
    } else {
      promise.fail(new NvmeException.CommandFailed(status));
    }
  }

  @Override
  public void notDelivered(String reason) {
    promise.fail(new NvmeException.NotDelivered(reason));
  }

  @Override
  public void lost(String reason) {
    promise.fail(new NvmeException.OutcomeUnknown(reason));
  }
}
