package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.health.ParkedCommands;
import io.nvmetcp.initiator.health.ReplayPolicy;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * An I/O command between the caller's thread and its end: what fills its entry, its buffer, and
 * whom to tell. Which way its data goes is what its opcode says.
 */
abstract class IoCommand implements Completion, Runnable, ParkedCommands.Command {
  private QueueConnection queue;
  private @Nullable BufferSlice buffer;
  private @Nullable ScatterList pieces;
  private short retriesLeft;
  private boolean sentBefore;
  private boolean resumed;
  private int lastStatus = Status.SUCCESS;

  /**
   * @param buffer the buffer, if it is one piece
   * @param pieces the buffer, if it is several; both are null if there is no data
   * @param retries how often it may be sent again after a status that allows it
   */
  IoCommand(
      QueueConnection queue,
      @Nullable BufferSlice buffer,
      @Nullable ScatterList pieces,
      int retries) {
    this.queue = queue;
    this.buffer = buffer;
    this.pieces = pieces;
    retriesLeft = (short) retries;
  }

  /** Makes it another command; the one that it was has ended. */
  final void reuse(
      QueueConnection to, @Nullable BufferSlice data, @Nullable ScatterList inPieces, int retries) {
    queue = to;
    buffer = data;
    pieces = inPieces;
    retriesLeft = (short) retries;
    sentBefore = false;
    resumed = false;
    lastStatus = Status.SUCCESS;
  }

  /** Writes all of the entry but identifier and data descriptor. */
  abstract void fill(byte[] sqe);

  /** Tells the caller of success; {@code result} is dwords 0 and 1 of the completion. */
  abstract void succeeded(long result);

  /** Tells the caller of a failure. */
  abstract void failed(NvmeException cause);

  /** The namespace that it is for. */
  abstract long nsid();

  /** True if carrying it out twice, or late, changes nothing but its result. */
  abstract boolean changesNothing();

  /** True if an opcode, with the flags beside it, is one of those commands. */
  static boolean changesNothing(int opcode, int flags) {
    return (opcode == IoOpcode.READ || opcode == IoOpcode.COMPARE || opcode == IoOpcode.VERIFY)
        && (flags & Sqe.FLAGS_FUSE_MASK) == 0;
  }

  /** False if it must not be sent a second time, whatever the options say. */
  boolean mayBeSentAgain() {
    return true;
  }

  /** Bytes of data. */
  int dataBytes() {
    BufferSlice slice = buffer;
    ScatterList list = pieces;
    return slice != null ? slice.lengthBytes() : list == null ? 0 : list.lengthBytes();
  }

  /** The queue that it goes to, or went to last. */
  QueueConnection queue() {
    return queue;
  }

  @Override
  public boolean sentBefore() {
    return sentBefore;
  }

  @Override
  public int association() {
    return queue.association();
  }

  /**
   * It goes to another queue now. Where too many wait for a slot it is refused, unless it was
   * counted before.
   */
  void moveTo(QueueConnection next) {
    queue = next;
  }

  /**
   * It had a slot or a place in a line, and so is one of those that may be here: from now on it
   * waits for a slot however many wait already.
   */
  void counted() {
    resumed = true;
  }

  /** Arrives at the queue's event loop. */
  @Override
  public void run() {
    if (resumed) {
      queue.resume(this);
    } else {
      queue.start(this);
    }
  }

  /** Submits to {@code pair}; see {@link QueuePair#submit} for the answer. */
  int submit(QueuePair pair, byte[] sqe) {
    fill(sqe);
    BufferSlice slice = buffer;
    if (slice != null) {
      Direction direction = Direction.of(Sqe.opcode(sqe, 0));
      return pair.submit(sqe, direction, slice.region(), slice.offset(), slice.lengthBytes(), this);
    }
    ScatterList list = pieces;
    return list == null
        ? pair.submit(sqe, Direction.NONE, null, 0, 0, this)
        : pair.submit(sqe, Direction.of(Sqe.opcode(sqe, 0)), list, this);
  }

  /** Fails it: it was not sent this time, and is not sent any more. */
  void neverSent(String reason) {
    if (sentBefore) {
      failed(new NvmeException.OutcomeUnknown(reason));
      return;
    }
    // Of a retry: the first try was sent, and its answer stands.
    failed(
        Status.isSuccess(lastStatus) ? new NvmeException.NeverSent(reason) : failure(lastStatus));
  }

  @Override
  public void completed(int status, long result) {
    if (Status.isSuccess(status)) {
      succeeded(result);
    } else if (ReplayPolicy.triesAgain(status, retriesLeft, changesNothing())) {
      retriesLeft--;
      lastStatus = status;
      queue.pair().retried();
      queue.start(this);
    } else {
      failed(failure(status));
    }
  }

  /** What a status that is no success means to the caller. */
  final NvmeException failure(int status) {
    return NvmeException.answered(status, true, queue.owner().retryDelay(status));
  }

  @Override
  public void notDelivered(String reason) {
    failed(new NvmeException.NotDelivered(reason));
  }

  @Override
  public void lost(String reason) {
    sentBefore = true;
    counted();
    queue.owner().lost(this, reason);
  }

  /**
   * A read, a write or a compare of blocks, as lean as can be: on the data path. One that ended
   * well serves its queue again.
   */
  static final class Transfer extends IoCommand {
    // Null while it is nobody's, so that a second end would not go unnoticed.
    private @Nullable Promise<Void> promise;
    private int opcode;
    private long nsid;
    private long lba;
    private int blocks;
    private int cdw12;

    /** Nobody's; see {@link #set}. */
    Transfer(
        QueueConnection queue,
        @Nullable BufferSlice buffer,
        @Nullable ScatterList pieces,
        int retries) {
      super(queue, buffer, pieces, retries);
    }

    /**
     * What it does, and for whom.
     *
     * @param otherCdw12 what else stands in dword 12, beside the number of blocks
     */
    void set(
        Promise<Void> told, int code, long namespace, long firstLba, int count, int otherCdw12) {
      promise = told;
      opcode = code;
      nsid = namespace;
      lba = firstLba;
      blocks = count;
      cdw12 = otherCdw12;
    }

    private Promise<Void> takePromise() {
      Promise<Void> told = promise;
      if (told == null) {
        throw new IllegalStateException("a command ends twice");
      }
      promise = null;
      return told;
    }

    @Override
    void fill(byte[] sqe) {
      Sqe.init(sqe, 0, opcode, 0, nsid);
      Sqe.range(sqe, 0, lba, blocks);
      if (cdw12 != 0) {
        Sqe.cdw(sqe, 0, 12, Sqe.cdw(sqe, 0, 12) | cdw12);
      }
    }

    @Override
    long nsid() {
      return nsid;
    }

    @Override
    boolean changesNothing() {
      return changesNothing(opcode, 0);
    }

    @Override
    void succeeded(long result) {
      Promise<Void> told = takePromise();
      // Before its caller hears of it, whose next command this may be.
      queue().spare(this);
      told.complete();
    }

    @Override
    void failed(NvmeException cause) {
      takePromise().fail(cause);
    }
  }

  /** Any command, from an entry of its caller's making; answers with its result. */
  static final class Raw extends IoCommand {
    private final Promise<Long> promise;
    private final byte[] template;

    /**
     * @param template 64 bytes that do not change any more
     */
    Raw(
        QueueConnection queue,
        Promise<Long> promise,
        byte[] template,
        @Nullable BufferSlice buffer) {
      super(queue, buffer, null, 0);
      this.promise = promise;
      this.template = template;
    }

    @Override
    void fill(byte[] sqe) {
      System.arraycopy(template, 0, sqe, 0, Sqe.BYTES);
    }

    @Override
    long nsid() {
      return Sqe.nsid(template, 0);
    }

    @Override
    boolean changesNothing() {
      return changesNothing(Sqe.opcode(template, 0), Sqe.flags(template, 0));
    }

    @Override
    boolean mayBeSentAgain() {
      // A half of a fused pair alone is another command.
      return (Sqe.flags(template, 0) & Sqe.FLAGS_FUSE_MASK) == 0;
    }

    @Override
    void succeeded(long result) {
      promise.complete(result);
    }

    @Override
    void failed(NvmeException cause) {
      promise.fail(cause);
    }
  }

  /**
   * Compare and Write, fused: two commands that are submitted as neighbours or not at all, and end
   * as one.
   */
  static final class Fused extends IoCommand {
    private final Promise<Void> promise;
    private final byte[] compare;
    private final BufferSlice expected;
    private final byte[] write;
    private final BufferSlice data;
    private int left = 2;
    private @Nullable NvmeException failure;

    /**
     * @param compare 64 bytes, all but what the queue writes
     * @param write likewise
     */
    Fused(
        QueueConnection queue,
        Promise<Void> promise,
        byte[] compare,
        BufferSlice expected,
        byte[] write,
        BufferSlice data) {
      super(queue, null, null, 0);
      this.promise = promise;
      this.compare = compare;
      this.expected = expected;
      this.write = write;
      this.data = data;
    }

    @Override
    int submit(QueuePair pair, byte[] sqe) {
      return pair.submitFused(compare, expected, new Half(true), write, data, new Half(false));
    }

    @Override
    void fill(byte[] sqe) {
      throw new IllegalStateException("two entries do not fit one");
    }

    @Override
    long nsid() {
      return Sqe.nsid(write, 0);
    }

    @Override
    boolean changesNothing() {
      return false;
    }

    @Override
    boolean mayBeSentAgain() {
      // The first time may have changed what the second compares with.
      return false;
    }

    @Override
    int dataBytes() {
      return data.lengthBytes();
    }

    @Override
    void succeeded(long result) {
      throw new IllegalStateException("the halves end, not the whole");
    }

    @Override
    void failed(NvmeException cause) {
      promise.fail(cause);
    }

    private void ended(@Nullable NvmeException cause, boolean counts) {
      // That nobody knows counts whichever half it is of.
      boolean unknown = cause instanceof NvmeException.OutcomeUnknown;
      boolean known = !(failure instanceof NvmeException.OutcomeUnknown);
      if (cause != null && (failure == null || unknown || counts && known)) {
        failure = cause;
      }
      left--;
      if (left == 0) {
        NvmeException reason = failure;
        if (reason == null) {
          promise.complete();
        } else {
          promise.fail(reason);
        }
      }
    }

    /** The end of one of the two. That of the Compare says why the Write was aborted. */
    private final class Half implements Completion {
      private final boolean counts;

      Half(boolean counts) {
        this.counts = counts;
      }

      @Override
      public void completed(int status, long result) {
        ended(Status.isSuccess(status) ? null : failure(status), counts);
      }

      @Override
      public void lost(String reason) {
        ended(new NvmeException.OutcomeUnknown(reason), counts);
      }
    }
  }
}
