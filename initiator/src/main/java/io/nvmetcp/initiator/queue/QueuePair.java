package io.nvmetcp.initiator.queue;

import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.health.Deadlines;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One queue pair of a host: commands in, PDUs out; runs of the stream in, completions out. No
 * socket, no clock, no thread of its own; confined to the thread that drives it.
 *
 * <p>A command owns a slot from submission until all its debts are paid: the response is in, the
 * device let go of the buffer, the socket no longer reads from it. They may be paid in any order;
 * the last one completes the command and frees the slot. While a command owns a slot its region is
 * held.
 */
public final class QueuePair implements UpperLayer {
  /** What {@link #submit} answers when every slot is taken. */
  public static final int QUEUE_FULL = -1;

  /** What {@link #submit} answers once a fault was found or the connection has ended. */
  public static final int CLOSED = -2;

  /** What {@link #submit} answers when the buffer's region is closing. */
  public static final int REGION_CLOSED = -3;

  /**
   * What {@link #submit} answers to a write from memory that host code cannot read. Nothing is
   * sent.
   */
  public static final int REGION_KIND = -4;

  /** What {@link #submitFused} answers if the queue can never hold two commands. */
  public static final int TOO_SMALL = -5;

  private final QueueConfiguration config;
  private final QueueEvents events;
  private final DeviceLink link = new DeviceLink();
  private final Outbound outbound;
  private final SlotTable slots;
  private final SubmissionWindow window;
  private final Inbound inbound;
  private final QueueStatistics statistics = new QueueStatistics();
  private @Nullable Deadlines deadlines;
  private boolean closed;
  private int sqhd;
  private long submitSequence;
  private long arrivalSequence;

  /** A queue pair at the start of its connection; nothing is sent yet. */
  public QueuePair(QueueConfiguration config, TransmitSink sink, QueueEvents events) {
    this.config = config;
    this.events = events;
    outbound = new Outbound(config.request(), config.engine(), sink, link, this);
    slots = new SlotTable(config.entries(), outbound);
    window = new SubmissionWindow(config.entries());
    inbound = new Inbound(config, slots, outbound, link, this);
  }

  /** Sends the ICReq. */
  public void initialize() {
    outbound.initialize();
  }

  /** From now on runs come from this device queue and reads are mapped there. */
  public void attach(DdpQueue queue) {
    link.attach(queue);
  }

  /** True if the stream stands between two PDUs: a new device queue may start here. */
  public boolean atBoundary() {
    return inbound.atBoundary();
  }

  @Override
  public int toBoundary() {
    return inbound.atBoundary() ? 0 : inbound.bytesToBoundary();
  }

  /**
   * What Identify Controller and Connect granted.
   *
   * @param capsuleDataBytes most in-capsule data of a command
   * @param flowControlDisabled SQHD is not used, and every entry may be outstanding; otherwise the
   *     head that it tells is obeyed
   */
  public void granted(int capsuleDataBytes, boolean flowControlDisabled) {
    outbound.inCapsuleBytes(capsuleDataBytes);
    window.flowControl(!flowControlDisabled);
  }

  /** The queue's number. */
  public int qid() {
    return config.qid();
  }

  /** What was negotiated. */
  public Negotiated negotiated() {
    return inbound.negotiated();
  }

  /** True if the controller agreed to disable SQ flow control. */
  public boolean flowControlDisabled() {
    return !window.flowControl();
  }

  /** SQHD of the last response capsule; FFFFh in that of Connect disables SQ flow control. */
  public int sqhd() {
    return sqhd;
  }

  /** Commands that have not ended. */
  public int outstanding() {
    return slots.live();
  }

  /** Commands that can be submitted now, if nothing else stands against them. */
  public int room() {
    return window.room(slots.live());
  }

  /** True if this command has been sent and its response is not in. */
  public boolean awaitsResponse(int cid) {
    Slot slot = slots.find(cid);
    return slot != null && (slot.debts & Debt.RESPONSE) != 0;
  }

  /** From now on each command is stamped there when it is sent; null for none. */
  public void deadlines(@Nullable Deadlines limits) {
    deadlines = limits;
  }

  /** This command, which was just sent, has no time limit. */
  public void withoutDeadline(int cid) {
    if (deadlines != null) {
      deadlines.forget(cid);
    }
  }

  /** What was counted; shared, read it on this thread. */
  public QueueStatistics statistics() {
    return statistics;
  }

  /**
   * Submits a command.
   *
   * @param sqe the entry; identifier and data descriptor are written here. Borrowed for the call
   * @param direction which way data goes
   * @param region holds the buffer, null if there is no data; held until the command ends
   * @param offset where the buffer starts
   * @param length its length in bytes
   * @param completion told of the end
   * @return the command identifier, or {@link #QUEUE_FULL}, {@link #CLOSED}, {@link
   *     #REGION_CLOSED}, {@link #REGION_KIND}: then nothing was sent and {@code completion} is not
   *     called
   */
  public int submit(
      byte[] sqe,
      Direction direction,
      @Nullable Region region,
      long offset,
      int length,
      Completion completion) {
    int refusal = refusal(1);
    if (refusal != 0) {
      return refusal;
    }
    if (region != null && unreadable(direction, region)) {
      return REGION_KIND;
    }
    Slot slot = slots.next(0);
    if (region != null && !slot.buffer.hold(region, offset, length)) {
      return REGION_CLOSED;
    }
    return send(sqe, direction, completion);
  }

  /**
   * As {@link #submit(byte[], Direction, Region, long, int, Completion)}, for data in several
   * pieces, filled or read one behind the other; the regions of all are held until the command
   * ends.
   *
   * @param direction {@link Direction#READ} or {@link Direction#WRITE}
   */
  public int submit(byte[] sqe, Direction direction, ScatterList buffer, Completion completion) {
    int refusal = refusal(1);
    if (refusal != 0) {
      return refusal;
    }
    for (int i = 0; i < buffer.segments(); i++) {
      if (unreadable(direction, buffer.segment(i).region())) {
        return REGION_KIND;
      }
    }
    if (!slots.next(0).buffer.hold(buffer)) {
      return REGION_CLOSED;
    }
    return send(sqe, direction, completion);
  }

  /**
   * Submits two commands that the controller carries out as one, the first of them directly before
   * the second (fused operation, Base specification 3.4.2): their capsules are sent with nothing
   * between them. Each ends for itself.
   *
   * @param firstSqe the first entry; identifier, data descriptor and the fused bits are written
   *     here. Borrowed for the call
   * @param firstBuffer its data, which goes as its opcode says; held until the command ends
   * @param first told of its end
   * @param secondSqe the second entry, likewise
   * @param secondBuffer its data
   * @param second told of its end
   * @return the first command's identifier, or as {@link #submit}: then neither was sent
   */
  public int submitFused(
      byte[] firstSqe,
      BufferSlice firstBuffer,
      Completion first,
      byte[] secondSqe,
      BufferSlice secondBuffer,
      Completion second) {
    int refusal = window.limit() < 2 ? TOO_SMALL : refusal(2);
    if (refusal != 0) {
      return refusal;
    }
    Direction firstDirection = Direction.of(Sqe.opcode(firstSqe, 0));
    Direction secondDirection = Direction.of(Sqe.opcode(secondSqe, 0));
    if (unreadable(firstDirection, firstBuffer.region())
        || unreadable(secondDirection, secondBuffer.region())) {
      return REGION_KIND;
    }
    HeldBuffer held = slots.next(0).buffer;
    if (!held.hold(firstBuffer)) {
      return REGION_CLOSED;
    }
    if (!slots.next(1).buffer.hold(secondBuffer)) {
      held.release();
      return REGION_CLOSED;
    }
    Sqe.fuse(firstSqe, 0, Sqe.FUSE_FIRST);
    Sqe.fuse(secondSqe, 0, Sqe.FUSE_SECOND);
    int cid = send(firstSqe, firstDirection, first);
    // Nothing that ends a command can come in between: both still await their response.
    int unused = send(secondSqe, secondDirection, second);
    return cid;
  }

  private static boolean unreadable(Direction direction, Region region) {
    return direction == Direction.WRITE && !region.kind().hostAccess();
  }

  // Why so many cannot be submitted now; 0 if they can.
  private int refusal(int commands) {
    // Nothing follows a terminate request, ours or theirs.
    if (inbound.stopped()) {
      return CLOSED;
    }
    return room() < commands ? QUEUE_FULL : 0;
  }

  private int send(byte[] sqe, Direction direction, Completion completion) {
    Slot slot = slots.take();
    slot.direction = direction;
    slot.completion = completion;
    slot.debts = Debt.RESPONSE;
    slot.sequence = submitSequence++;
    window.submitted();
    statistics.submit();
    Deadlines limits = deadlines;
    if (limits != null) {
      limits.sent(slot.cid);
    }
    Sqe.cid(sqe, 0, slot.cid);
    switch (direction) {
      case NONE -> outbound.command(sqe);
      case READ -> {
        // The mapping stands before the command leaves: the answer may be here at any time after.
        link.setup(slot);
        outbound.command(sqe, slot.buffer.lengthBytes());
      }
      case WRITE -> outbound.write(slot, sqe);
    }
    return slot.cid;
  }

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    link.run(inbound, bytes, offset, length, placed, crcOk);
  }

  /**
   * A run of the stream that is not read any more, for the connection is about to end. What the
   * device has placed of it counts as delivered all the same, or the counters would not balance.
   */
  public void discard(int lengthBytes, boolean placed) {
    if (placed) {
      link.count(DdpCounter.DELIVERED_BYTES, lengthBytes);
    }
  }

  @Override
  public void headerAsked(long position) {
    link.headerAsked(position);
  }

  @Override
  public void teardownDone(int tag) {
    Slot slot = slots.find(tag);
    if (slot == null || !slot.mapped) {
      throw new IllegalStateException("teardown of tag " + tag + ", which is not mapped");
    }
    boolean early = (slot.debts & Debt.RESPONSE) != 0;
    link.count(early ? DdpCounter.TEARDOWN_BEFORE_RESPONSE : DdpCounter.TEARDOWN_AFTER_RESPONSE, 1);
    slot.mapped = false;
    pay(slot, Debt.TEARDOWN);
  }

  /** True if something waits for {@link #flushed}. */
  public boolean awaitsFlush() {
    return outbound.awaitsFlush() || window.awaitsFlush();
  }

  /** What was emitted so far is on its way: R2Ts and commands that wait for it go on now. */
  public void flushed() {
    outbound.flushed();
    if (window.flushed()) {
      events.slotFree();
    }
  }

  // ---- what the inbound side found

  void initialized(Negotiated agreed) {
    outbound.negotiated(agreed);
    events.initialized(agreed);
  }

  /** SQHD of a response; false if no head can stand there. */
  boolean sqhd(int value) {
    sqhd = value;
    return window.head(value);
  }

  /** The response of a command is in; {@code slot} may be free when this returns. */
  void responded(Slot slot, int status, long result) {
    statistics.displace(arrivalSequence++ - slot.sequence);
    if (slot.sequence == submitSequence - 1) {
      window.allRead();
    }
    slot.status = status;
    slot.result = result;
    // After an error nobody waits for the rest.
    slot.forgetSolicitations();
    if (slot.digestError && Status.isSuccess(status)) {
      slot.status = Status.TRANSIENT_TRANSPORT_ERROR;
      statistics.digestOverride();
    }
    link.teardown(slot);
    pay(slot, Debt.RESPONSE);
  }

  /** A command that failed is submitted once more, by its owner's wish. */
  public void retried() {
    statistics.retry();
  }

  void fault(ConnectionFault fault) {
    if (fault.status() != null) {
      outbound.termReq(fault);
    }
    events.fault(fault);
  }

  void terminated(TermRequest request) {
    events.terminated(request);
  }

  // ---- the end

  /**
   * The connection is gone: every command that was not answered ends as lost, as soon as nobody can
   * touch its buffer any more. Later calls do nothing.
   */
  public void connectionLost(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    inbound.stop();
    link.delete();
    flushed();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.at(i);
      if (slot.live && (slot.debts & Debt.RESPONSE) != 0) {
        slot.lost = true;
        slot.lossReason = reason;
        pay(slot, Debt.RESPONSE);
      }
    }
  }

  /** True once a fault was found or the connection ended: nothing may be sent. */
  boolean stopped() {
    return inbound.stopped();
  }

  /** PDUs were emitted, not in answer to a call. */
  void emitted() {
    events.emitted();
  }

  /** A debt of the slot is paid; with the last one the command ends. */
  void pay(Slot slot, int debt) {
    if ((slot.debts & debt) == 0) {
      throw new IllegalStateException("debt " + debt + " of " + slot.cid + " is paid already");
    }
    slot.debts &= ~debt;
    if (slot.debts == 0) {
      end(slot);
    }
  }

  private void end(Slot slot) {
    Completion completion = slot.completion;
    String lossReason = slot.lossReason;
    int status = slot.status;
    long result = slot.result;
    boolean lost = slot.lost;
    String undelivered = slot.undelivered;
    slot.buffer.release();
    slots.free(slot);
    if (completion == null) {
      throw new IllegalStateException("command ends twice");
    }
    if (lost) {
      statistics.lose();
      completion.lost(lossReason == null ? "connection lost" : lossReason);
    } else {
      statistics.complete();
      if (undelivered != null && Status.isSuccess(status)) {
        completion.notDelivered(undelivered);
      } else {
        completion.completed(status, result);
      }
    }
    events.slotFree();
  }
}
