package io.nvmetcp.target.session;

import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.TransferBuffer;
import io.nvmetcp.target.subsystem.Namespace;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A command while it is outstanding. Slots are made with the queue and reused; confined to the
 * session's thread.
 */
final class CommandSlot implements IoCompletion {
  /** Where a command is, named by what it waits for. */
  enum State {
    FREE,
    AWAIT_CAPSULE_DATA,
    AWAIT_H2C_DATA,
    AWAIT_FUSED,
    AWAIT_BACKEND,
    AWAIT_RELEASE,
    /** An event request waits for something to report. */
    AWAIT_EVENT,
    /** An abort waits for its outcome. */
    AWAIT_ABORT,
    /** A disconnect waits for the other commands of its queue. */
    AWAIT_OTHERS
  }

  /** Which half of a fused operation a command is. */
  enum Fuse {
    NONE,
    FIRST,
    SECOND
  }

  /** Which way a command's data goes. */
  enum Data {
    NONE,
    FROM_HOST,
    TO_HOST
  }

  /** No byte of the SQE is to blame, or it is not known which. */
  static final int NO_LOCATION = 0xFFFF;

  private final CommandFlow flow;
  private final int index;
  private final MemoryPieces received = new MemoryPieces();
  private byte @Nullable [] sqe;

  State state = State.FREE;
  int cid;
  boolean ownsCid;
  int opcode;
  boolean scheduled;
  int status;
  long result;

  Data data = Data.NONE;
  int lengthBytes;
  int inCapsuleOffset;
  int requestedBytes;
  int receivedBytes;
  int outstandingR2ts;
  // Whose turn came, and for which the window had no room.
  int waitingR2ts;
  boolean r2tQueued;

  @Nullable Namespace namespace;
  long offsetBytes;
  long rangeBytes;
  // For the error log: what the host asked for, right or wrong.
  long askedNsid;
  long askedLba;
  int errorLocation;
  boolean forced;
  boolean durable;
  boolean deallocate;
  Fuse fuse = Fuse.NONE;
  @Nullable CommandSlot partner;
  @Nullable ReadLoan loan;
  boolean abandoned;

  CommandSlot(CommandFlow flow, int index) {
    this.flow = flow;
    this.index = index;
  }

  int index() {
    return index;
  }

  /** Starts the slot's next command. */
  void begin(int newCid, boolean owns, int newOpcode) {
    cid = newCid;
    ownsCid = owns;
    opcode = newOpcode;
    scheduled = false;
    status = Status.SUCCESS;
    result = 0;
    data = Data.NONE;
    lengthBytes = 0;
    inCapsuleOffset = 0;
    requestedBytes = 0;
    receivedBytes = 0;
    outstandingR2ts = 0;
    waitingR2ts = 0;
    r2tQueued = false;
    namespace = null;
    offsetBytes = 0;
    rangeBytes = 0;
    askedNsid = 0;
    askedLba = 0;
    errorLocation = NO_LOCATION;
    forced = false;
    durable = false;
    deallocate = false;
    fuse = Fuse.NONE;
    partner = null;
    abandoned = false;
  }

  /** The namespace it is for; 0 if it is for none. */
  int nsid() {
    Namespace served = namespace;
    return served == null ? 0 : served.nsid();
  }

  /** The command fails for good with {@code failure}; the first failure stands. */
  void refuse(int failure) {
    fail(failure | Status.DNR);
  }

  /** The same, and byte {@code location} of the SQE is to blame. */
  void refuse(int failure, int location) {
    if (status == Status.SUCCESS) {
      errorLocation = location;
    }
    refuse(failure);
  }

  /** The command fails with {@code failure}, and a retry may work; the first failure stands. */
  void fail(int failure) {
    if (status == Status.SUCCESS) {
      status = failure;
    }
  }

  boolean failed() {
    return status != Status.SUCCESS;
  }

  /** Nobody waits for its outcome any more: what takes long may stop where it is. */
  boolean unwanted() {
    return abandoned || flow.hasEnded();
  }

  /** A copy of the SQE for a command that executes later than its header is there. */
  byte[] keepSqe(byte[] header, int at) {
    byte[] copy = sqe;
    if (copy == null) {
      copy = new byte[Sqe.BYTES];
      sqe = copy;
    }
    System.arraycopy(header, at, copy, 0, Sqe.BYTES);
    return copy;
  }

  /** The copy made by {@link #keepSqe}. */
  byte[] keptSqe() {
    byte[] copy = sqe;
    if (copy == null) {
      throw new IllegalStateException("no SQE was kept");
    }
    return copy;
  }

  /** Takes ownership of where the host's data goes. */
  void receiveInto(TransferBuffer target) {
    received.add(target.memory(), 0, lengthBytes);
    received.lease(target);
  }

  /** The host's data as a back end takes it, or where it goes; empty if it is not wanted. */
  MemoryPieces received() {
    return received;
  }

  /** A copy of the first {@code length} bytes of the host's data. */
  byte[] receivedBytes(int length) {
    byte[] bytes = new byte[length];
    received.copyTo(0, MemorySegment.ofArray(bytes), 0, length);
    return bytes;
  }

  /** Gives back all memory. */
  void releaseMemory() {
    received.release();
    ReadLoan lent = loan;
    if (lent != null) {
      loan = null;
      lent.done();
    }
  }

  @Override
  public void complete(int backendStatus) {
    flow.backendDone(this, backendStatus);
  }
}
