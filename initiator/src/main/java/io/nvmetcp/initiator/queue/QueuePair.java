package io.nvmetcp.initiator.queue;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.pdu.frame.PduWriter;
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
public final class QueuePair implements PduListener, UpperLayer {
  /** What {@link #submit} answers when every slot is taken. */
  public static final int QUEUE_FULL = -1;

  /** What {@link #submit} answers once the connection has ended. */
  public static final int CLOSED = -2;

  /** What {@link #submit} answers when the buffer's region is closing. */
  public static final int REGION_CLOSED = -3;

  private final QueueConfiguration config;
  private final QueueEvents events;
  private final PduReader reader;
  private final PduWriter writer;
  private final Crc32cDigest crc;
  private final SlotTable slots;
  private final QueueStatistics statistics = new QueueStatistics();
  private Negotiated negotiated;
  private @Nullable DdpQueue device;
  private int inCapsuleBytes;
  private int maxOutstanding;
  private boolean flowControlDisabled;
  private boolean closed;
  private int sqhd;
  private long submitSequence;
  private long arrivalSequence;

  // The C2HData PDU under way.
  private @Nullable Slot current;
  private int currentOffset;
  private boolean currentPlaced;

  /** A queue pair at the start of its connection; nothing is sent yet. */
  public QueuePair(QueueConfiguration config, TransmitSink sink, QueueEvents events) {
    this.config = config;
    this.events = events;
    Limits limits = Limits.initial(Role.HOST, 0, config.maxReadBytes());
    negotiated = limits.negotiated();
    reader = new PduReader(config.engine(), config.voucher(), limits, this);
    writer = new PduWriter(config.engine(), sink);
    crc = config.engine().newDigest();
    slots = new SlotTable(config.entries(), this);
    maxOutstanding = config.entries() - 1;
  }

  /** Sends the ICReq. */
  public void initialize() {
    writer.icReq(config.request());
  }

  /** From now on runs come from this device queue and reads are mapped there. */
  public void attach(DdpQueue queue) {
    device = queue;
  }

  /**
   * What Identify Controller and Connect granted.
   *
   * @param capsuleDataBytes most in-capsule data of a command
   * @param flowControlDisabled SQHD is not used, and every entry may be outstanding
   */
  public void granted(int capsuleDataBytes, boolean flowControlDisabled) {
    inCapsuleBytes = capsuleDataBytes;
    this.flowControlDisabled = flowControlDisabled;
    maxOutstanding = flowControlDisabled ? config.entries() : config.entries() - 1;
  }

  /** The queue's number. */
  public int qid() {
    return config.qid();
  }

  /** What was negotiated. */
  public Negotiated negotiated() {
    return negotiated;
  }

  /** True if the controller agreed to disable SQ flow control. */
  public boolean flowControlDisabled() {
    return flowControlDisabled;
  }

  /** SQHD of the last response capsule; FFFFh in that of Connect disables SQ flow control. */
  public int sqhd() {
    return sqhd;
  }

  /** Commands that have not ended. */
  public int outstanding() {
    return slots.live();
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
   *     #REGION_CLOSED}: then nothing was sent and {@code completion} is not called
   */
  public int submit(
      byte[] sqe,
      Direction direction,
      @Nullable Region region,
      long offset,
      int length,
      Completion completion) {
    if (closed) {
      return CLOSED;
    }
    if (slots.live() >= maxOutstanding) {
      return QUEUE_FULL;
    }
    if (region != null && !region.hold()) {
      return REGION_CLOSED;
    }
    Slot slot = slots.take();
    slot.direction = direction;
    slot.region = region;
    slot.offset = offset;
    slot.length = length;
    slot.completion = completion;
    slot.debts = Debt.RESPONSE;
    slot.sequence = submitSequence++;
    statistics.submit();
    Sqe.cid(sqe, 0, slot.cid);
    switch (direction) {
      case NONE -> writer.capsuleCmd(sqe, 0, 0);
      case READ -> sendRead(slot, sqe);
      case WRITE -> sendWrite(slot, sqe);
    }
    return slot.cid;
  }

  private void sendRead(Slot slot, byte[] sqe) {
    DdpQueue queue = device;
    // The mapping stands before the command leaves: the answer may be here at any time after.
    if (queue != null
        && queue.setup(slot.cid, slot.region(), slot.offset, slot.length) == SetupResult.MAPPED) {
      slot.mapped = true;
      slot.debts |= Debt.TEARDOWN;
    }
    Sgl.transport(sqe, 0, slot.length);
    writer.capsuleCmd(sqe, 0, 0);
  }

  private void sendWrite(Slot slot, byte[] sqe) {
    if (slot.length <= inCapsuleBytes) {
      Sgl.inCapsule(sqe, 0, slot.length);
      slot.progress = slot.length;
      writer.capsuleCmd(sqe, 0, slot.length);
      sendPayload(slot, 0, slot.length);
    } else {
      Sgl.transport(sqe, 0, slot.length);
      writer.capsuleCmd(sqe, 0, 0);
    }
  }

  private void sendPayload(Slot slot, int at, int length) {
    slot.sends++;
    slot.debts |= Debt.SEND;
    writer.payload(slot.region().segment(), slot.offset + at, length, slot.lease);
  }

  // The sink no longer reads this piece of the slot's buffer.
  void sendDone(Slot slot) {
    slot.sends--;
    if (slot.sends == 0) {
      pay(slot, Debt.SEND);
    }
  }

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    reader.accept(bytes, offset, length, placed, crcOk);
  }

  @Override
  public void teardownDone(int tag) {
    Slot slot = slots.find(tag);
    if (slot == null || !slot.mapped) {
      throw new IllegalStateException("teardown of tag " + tag + ", which is not mapped");
    }
    boolean early = (slot.debts & Debt.RESPONSE) != 0;
    count(early ? DdpCounter.TEARDOWN_BEFORE_RESPONSE : DdpCounter.TEARDOWN_AFTER_RESPONSE, 1);
    slot.mapped = false;
    pay(slot, Debt.TEARDOWN);
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    statistics.pdu();
    switch (type) {
      case IC_RESP -> icResponse(header);
      case CAPSULE_RESP -> capsuleResponse(header);
      case C2H_DATA -> dataHeader(header, payloadBytes);
      case R2T -> readyToTransfer(header);
      case C2H_TERM_REQ -> {
        reader.close();
        events.terminated(TermRequest.decode(header, (int) PduFields.plen(header)));
      }
      case IC_REQ, H2C_TERM_REQ, CAPSULE_CMD, H2C_DATA ->
          throw new IllegalStateException(type + " passed the direction check");
    }
  }

  private void icResponse(byte[] header) {
    IcResponse response = IcResponse.decode(header);
    if ((response.headerDigest() && !config.request().headerDigest())
        || (response.dataDigest() && !config.request().dataDigest())) {
      reader.fail(
          reader.fault(
              FatalStatus.INVALID_HEADER_FIELD,
              PduFields.IC_DGST,
              "the controller turns on a digest that was not asked for"));
      return;
    }
    negotiated = Negotiated.of(config.request(), response);
    reader.limits(reader.limits().with(negotiated));
    writer.negotiated(negotiated);
    events.initialized(negotiated);
  }

  private void dataHeader(byte[] header, int payloadBytes) {
    Slot slot = slots.find(PduFields.cccid(header));
    if (slot == null || slot.direction != Direction.READ || (slot.debts & Debt.RESPONSE) == 0) {
      reader.fail(
          reader.fault(
              FatalStatus.INVALID_HEADER_FIELD,
              PduFields.CCCID,
              "C2HData for %04Xh, which awaits none".formatted(PduFields.cccid(header))));
      return;
    }
    long datao = PduFields.datao(header);
    if (datao + payloadBytes > slot.length) {
      reader.fail(
          reader.fault(
              FatalStatus.DATA_OUT_OF_RANGE,
              PduFields.DATAO,
              "C2HData beyond the command's %d bytes".formatted(slot.length)));
      return;
    }
    if (datao != slot.progress) {
      reader.fail(
          reader.fault(
              FatalStatus.SEQUENCE_ERROR,
              PduFields.DATAO,
              "C2HData at %d where %d is next".formatted(datao, slot.progress)));
      return;
    }
    current = slot;
    currentOffset = (int) datao;
    currentPlaced = false;
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    Slot slot = currentSlot();
    MemorySegment target = slot.region().segment();
    long at = slot.offset + currentOffset + payloadOffset;
    if (placed) {
      if (at != offset) {
        throw new IllegalStateException("the device placed bytes at a wrong offset");
      }
      currentPlaced = true;
    } else {
      MemorySegment.copy(bytes, offset, target, at, length);
      count(DdpCounter.COPIED_BYTES, length);
    }
    count(DdpCounter.DELIVERED_BYTES, length);
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    Slot slot = currentSlot();
    current = null;
    int length = (int) PduFields.datal(header);
    if (digest.needsSoftwareCheck()) {
      crc.reset();
      crc.update(slot.region().segment(), slot.offset + currentOffset, length);
      digest.softwareResult(crc.value() == receivedDigest);
    }
    switch (digest.verdict()) {
      case NOT_NEGOTIATED -> {}
      case BY_DEVICE -> count(DdpCounter.DIGEST_BY_DEVICE, 1);
      case IN_PLACEMENT -> count(DdpCounter.DIGEST_IN_PLACEMENT, 1);
      case BY_FALLBACK -> count(DdpCounter.DIGEST_BY_FALLBACK, 1);
      case MISMATCH -> {
        count(DdpCounter.DATA_DIGEST_ERRORS, 1);
        slot.digestError = true;
      }
    }
    if (!currentPlaced) {
      count(DdpCounter.COPIED_PDUS, 1);
    }
    slot.progress += length;
    if ((PduFields.flags(header) & PduFlags.SUCCESS) != 0) {
      response(slot, Status.SUCCESS, 0);
    }
  }

  private void capsuleResponse(byte[] header) {
    int cid = Cqe.cid(header, PduFields.CQE);
    Slot slot = slots.find(cid);
    if (slot == null || (slot.debts & Debt.RESPONSE) == 0) {
      reader.fail(
          reader.fault(
              FatalStatus.INVALID_HEADER_FIELD,
              PduFields.CQE + Cqe.CID,
              "response for %04Xh, which awaits none".formatted(cid)));
      return;
    }
    sqhd = Cqe.sqhd(header, PduFields.CQE);
    response(slot, Cqe.status(header, PduFields.CQE), Cqe.result(header, PduFields.CQE));
  }

  private void response(Slot slot, int status, long result) {
    if (Status.isSuccess(status)
        && slot.direction == Direction.READ
        && slot.progress < slot.length) {
      reader.fail(
          reader.fault(
              FatalStatus.SEQUENCE_ERROR,
              0,
              "success of %04Xh after %d of %d bytes"
                  .formatted(slot.cid, slot.progress, slot.length)));
      return;
    }
    statistics.displace(arrivalSequence++ - slot.sequence);
    slot.status = status;
    slot.result = result;
    if (slot.digestError && Status.isSuccess(status)) {
      slot.status = Status.TRANSIENT_TRANSPORT_ERROR;
      statistics.digestOverride();
    }
    DdpQueue queue = device;
    if (slot.mapped && queue != null) {
      queue.teardown(slot.cid);
    }
    pay(slot, Debt.RESPONSE);
  }

  private void readyToTransfer(byte[] header) {
    Slot slot = slots.find(PduFields.cccid(header));
    if (slot == null || slot.direction != Direction.WRITE || (slot.debts & Debt.RESPONSE) == 0) {
      reader.fail(
          reader.fault(
              FatalStatus.INVALID_HEADER_FIELD,
              PduFields.CCCID,
              "R2T for %04Xh, which has nothing to send".formatted(PduFields.cccid(header))));
      return;
    }
    long offset = PduFields.r2to(header);
    long length = PduFields.r2tl(header);
    if (offset + length > slot.length) {
      reader.fail(
          reader.fault(
              FatalStatus.DATA_OUT_OF_RANGE,
              PduFields.R2TO,
              "R2T beyond the command's %d bytes".formatted(slot.length)));
      return;
    }
    if (offset != slot.progress) {
      reader.fail(
          reader.fault(
              FatalStatus.SEQUENCE_ERROR,
              PduFields.R2TO,
              "R2T at %d where %d is next".formatted(offset, slot.progress)));
      return;
    }
    slot.progress += (int) length;
    sendData(slot, PduFields.ttag(header), (int) offset, (int) length);
  }

  private void sendData(Slot slot, int ttag, int offset, int length) {
    int most = (int) Math.min(negotiated.maxH2cDataBytes(), Integer.MAX_VALUE);
    int done = 0;
    while (done < length) {
      int step = Math.min(length - done, most);
      int flags = done + step == length ? PduFlags.LAST : 0;
      writer.data(PduType.H2C_DATA, flags, slot.cid, ttag, offset + done, step);
      sendPayload(slot, offset + done, step);
      done += step;
    }
  }

  @Override
  public void onFault(ConnectionFault fault) {
    if (fault.status() == FatalStatus.HEADER_DIGEST_ERROR) {
      count(DdpCounter.HEADER_DIGEST_ERRORS, 1);
    }
    if (fault.status() != null) {
      writer.termReq(Role.HOST, fault);
    }
    events.fault(fault);
  }

  /**
   * The connection is gone: every command that was not answered ends as lost, as soon as nobody can
   * touch its buffer any more. Later calls do nothing.
   */
  public void connectionLost(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    reader.close();
    current = null;
    DdpQueue queue = device;
    if (queue != null) {
      queue.delete();
    }
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.at(i);
      if (slot.live && (slot.debts & Debt.RESPONSE) != 0) {
        slot.lost = true;
        slot.lossReason = reason;
        pay(slot, Debt.RESPONSE);
      }
    }
  }

  private void pay(Slot slot, int debt) {
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
    Region region = slot.region;
    slots.free(slot);
    if (region != null) {
      region.release();
    }
    if (completion == null) {
      throw new IllegalStateException("command ends twice");
    }
    if (lost) {
      statistics.lose();
      completion.lost(lossReason == null ? "connection lost" : lossReason);
    } else {
      statistics.complete();
      completion.completed(status, result);
    }
    if (!closed) {
      events.slotFree();
    }
  }

  private Slot currentSlot() {
    Slot slot = current;
    if (slot == null) {
      throw new IllegalStateException("data without a header");
    }
    return slot;
  }

  private void count(DdpCounter counter, long amount) {
    DdpQueue queue = device;
    if (queue != null) {
      queue.counters().add(counter, amount);
    }
  }
}
