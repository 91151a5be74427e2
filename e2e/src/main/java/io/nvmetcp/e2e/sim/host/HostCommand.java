package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.e2e.sim.check.Operation;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.initiator.health.ParkedCommands;
import io.nvmetcp.initiator.health.ReplayPolicy;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import org.jspecify.annotations.Nullable;

/**
 * An I/O command of an application, from its call to its end, over as many connections as that
 * takes. Reused.
 */
final class HostCommand extends Operation implements Completion, Runnable, ParkedCommands.Command {

  /** Told how it ended. */
  interface Listener {
    /** The controller answered. */
    void completed(HostCommand command, int status);

    /** It was never sent. */
    void neverSent(HostCommand command, String reason);

    /** Nobody knows what became of it. */
    void unknown(HostCommand command, String reason);

    /** It is sent once more: nobody knows what became of it on the connection before. */
    void again(HostCommand command);

    /** It failed, and is sent once more. */
    void retried(HostCommand command, int status);

    /**
     * Bytes came while it was under way; told only where a planted fault needs to know.
     *
     * @param answered its response is in
     */
    void underWay(HostCommand command, boolean answered);
  }

  private static final int FUSED_HALVES = 2;

  private final Listener listener;
  private final int slot;
  private @Nullable HostQueue queue;
  private @Nullable ScatterList pieces;
  private @Nullable Region region;
  private long offset;
  private int lengthBytes;
  private @Nullable BufferSlice comparison;
  private boolean resumed;
  private boolean fresh;
  private boolean sentBefore;
  private int retriesLeft;
  private int lastStatus;
  private int halvesLeft;
  private int firstStatus;
  private boolean halfLost;
  private int wire;
  private int cid;
  int nsid;
  int blockBytes;

  /** Bytes of its place that its last command used. */
  int usedBytes;

  boolean usedCompare;

  /** Its data is copied: it lies in a buffer that is not registered. */
  boolean plain;

  /** The memory that it is copied through, while it has that. */
  CopyDesk.@Nullable Loan loan;

  /**
   * @param slot by which its listener knows it
   */
  HostCommand(int slot, Listener listener) {
    this.slot = slot;
    this.listener = listener;
  }

  int slot() {
    return slot;
  }

  /** Begins a command on a queue; what it does is set already. */
  void begin(HostQueue on, int retries) {
    queue = on;
    resumed = false;
    fresh = false;
    sentBefore = false;
    retriesLeft = retries;
    lastStatus = Status.SUCCESS;
    wire = 0;
    pieces = null;
    comparison = null;
    region = null;
    lengthBytes = 0;
    plain = false;
  }

  /** Its data lies here. */
  void buffer(BufferSlice slice) {
    region = slice.region();
    offset = slice.offset();
    lengthBytes = slice.lengthBytes();
  }

  /** Where its data lies, in one piece. */
  BufferSlice slice() {
    Region in = region;
    if (in == null) {
      throw new IllegalStateException("it has no data in one piece");
    }
    return in.slice(offset, lengthBytes);
  }

  /** Its data lies in several pieces. */
  void buffer(ScatterList list) {
    pieces = list;
    lengthBytes = list.lengthBytes();
  }

  /** What a Compare-and-Write compares with. */
  void comparison(BufferSlice slice) {
    comparison = slice;
  }

  private int bytesToRead() {
    return kind == Kind.READ ? lengthBytes : 0;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  HostQueue queue() {
    HostQueue now = queue;
    if (now == null) {
      throw new IllegalStateException("a command that was not begun");
    }
    return now;
  }

  /** The number of the connection that it was sent on last; 0 if it was not sent. */
  int wire() {
    return wire;
  }

  /** Its identifier, where it was sent last. */
  int cid() {
    return cid;
  }

  /** It goes on here from a connection that ended, however many wait already. */
  boolean resumed() {
    return resumed;
  }

  @Override
  public boolean sentBefore() {
    return sentBefore;
  }

  @Override
  public int association() {
    return queue().association();
  }

  /** It goes to another queue now. */
  void moveTo(HostQueue next) {
    queue = next;
  }

  /** It had a slot or a place in a line: from now on it may wait however many wait already. */
  void counted() {
    resumed = true;
  }

  /**
   * It waits for a slot from now on.
   *
   * @return true if it was not counted before
   */
  boolean waits() {
    fresh = !resumed;
    counted();
    return fresh;
  }

  /**
   * It waits no more.
   *
   * @return true if it waited, and had not been counted before that
   */
  boolean leaves() {
    boolean was = fresh;
    fresh = false;
    return was;
  }

  @Override
  public void run() {
    queue().start(this, resumed);
  }

  /** Submits it; the answer is the pair's. */
  int submit(HostQueue on, byte[] sqe) {
    QueuePair pair = on.pair();
    int answer = kind == Kind.COMPARE_AND_WRITE ? submitFused(pair) : submitPlain(pair, sqe);
    if (answer >= 0) {
      if (sentBefore) {
        sentBefore = false;
        listener.again(this);
      }
      wire = on.wire();
      cid = answer;
      if (kind == Kind.COMPARE_AND_WRITE) {
        return answer;
      }
      on.identifiers().began(answer);
      on.deliveries().began(answer);
    }
    return answer;
  }

  private int submitPlain(QueuePair pair, byte[] sqe) {
    fill(sqe);
    Direction direction =
        switch (kind) {
          case READ -> Direction.READ;
          case WRITE, COMPARE, DEALLOCATE -> Direction.WRITE;
          case ZERO, FLUSH, VERIFY, COMPARE_AND_WRITE -> Direction.NONE;
        };
    ScatterList list = pieces;
    return list == null
        ? pair.submit(sqe, direction, region, offset, lengthBytes, this)
        : pair.submit(sqe, direction, list, this);
  }

  private void fill(byte[] sqe) {
    Sqe.init(sqe, 0, opcode(), 0, nsid);
    switch (kind) {
      case READ, WRITE, ZERO, COMPARE, COMPARE_AND_WRITE, VERIFY -> {
        Sqe.range(sqe, 0, block, blocks);
        if (forced) {
          Sqe.cdw(sqe, 0, 12, Sqe.cdw(sqe, 0, 12) | Sqe.CDW12_FUA);
        }
      }
      case DEALLOCATE -> {
        Sqe.cdw(sqe, 0, 10, 0);
        Sqe.cdw(sqe, 0, 11, DatasetRange.CDW11_DEALLOCATE);
      }
      case FLUSH -> {}
    }
  }

  private int opcode() {
    return switch (kind) {
      case READ -> IoOpcode.READ;
      case WRITE, COMPARE_AND_WRITE -> IoOpcode.WRITE;
      case ZERO -> IoOpcode.WRITE_ZEROES;
      case DEALLOCATE -> IoOpcode.DATASET_MANAGEMENT;
      case COMPARE -> IoOpcode.COMPARE;
      case FLUSH -> IoOpcode.FLUSH;
      case VERIFY -> IoOpcode.VERIFY;
    };
  }

  private int submitFused(QueuePair pair) {
    BufferSlice expects = comparison;
    if (expects == null) {
      throw new IllegalStateException("half a fused command");
    }
    byte[] compare = new byte[Sqe.BYTES];
    Sqe.init(compare, 0, IoOpcode.COMPARE, 0, nsid);
    Sqe.range(compare, 0, block, blocks);
    byte[] write = new byte[Sqe.BYTES];
    fill(write);
    int answer =
        pair.submitFused(compare, expects, new Half(true), write, slice(), new Half(false));
    if (answer >= 0) {
      halvesLeft = FUSED_HALVES;
      firstStatus = Status.SUCCESS;
      halfLost = false;
    }
    return answer;
  }

  /** The end of one half; that of the Compare says why the Write was aborted. */
  private final class Half implements Completion {
    private final boolean first;
    private boolean ended;

    Half(boolean first) {
      this.first = first;
    }

    @Override
    public void completed(int status, long result) {
      if (first) {
        firstStatus = status;
      }
      ended(first ? Status.SUCCESS : status);
    }

    @Override
    public void lost(String reason) {
      halfLost = true;
      ended(Status.SUCCESS);
    }

    private void ended(int secondStatus) {
      if (ended) {
        throw new IllegalStateException("half a fused command ends twice");
      }
      ended = true;
      if (!first) {
        lastStatus = secondStatus;
      }
      halvesLeft--;
      if (halvesLeft > 0) {
        return;
      }
      if (halfLost) {
        // A half alone is another command: it is not sent again.
        listener.unknown(HostCommand.this, "lost");
      } else {
        boolean compared = Status.isSuccess(firstStatus);
        boolean failedFused = Status.code(firstStatus) == Status.FAILED_FUSED;
        listener.completed(HostCommand.this, compared || failedFused ? lastStatus : firstStatus);
      }
    }
  }

  void neverSent(String reason) {
    if (sentBefore) {
      listener.unknown(this, reason);
    } else if (Status.isSuccess(lastStatus)) {
      listener.neverSent(this, reason);
    } else {
      // Of a retry: the first try was sent, and its answer stands.
      listener.completed(this, lastStatus);
    }
  }

  @Override
  public void completed(int status, long result) {
    queue().identifiers().ended(cid);
    queue().deliveries().ended(cid, bytesToRead(), Status.isSuccess(status));
    if (queue().plants().strike(Plant.END_LOST)) {
      return;
    }
    if (!Status.isSuccess(status)
        && ReplayPolicy.triesAgain(status, retriesLeft, changesNothing())) {
      retriesLeft--;
      lastStatus = status;
      listener.retried(this, status);
      queue().pair().retried();
      queue().start(this, false);
    } else {
      listener.completed(this, status);
      if (queue().plants().strike(Plant.END_TWICE)) {
        listener.completed(this, status);
      }
    }
  }

  @Override
  public void lost(String reason) {
    queue().identifiers().ended(cid);
    queue().deliveries().ended(cid, bytesToRead(), false);
    sentBefore = true;
    counted();
    queue().owner().lost(this, reason);
  }

  /**
   * Bytes came on this connection.
   *
   * @return true if it is not under way there any more
   */
  boolean peek(HostQueue on) {
    if (!running() || wire != on.wire() || !on.identifiers().open(cid)) {
      return true;
    }
    listener.underWay(this, !on.pair().awaitsResponse(cid));
    return false;
  }

  /** True if carrying it out twice, or late, changes nothing but its result. */
  boolean changesNothing() {
    return kind == Kind.READ || kind == Kind.COMPARE || kind == Kind.VERIFY;
  }
}
