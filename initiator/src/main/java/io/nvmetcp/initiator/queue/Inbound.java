package io.nvmetcp.initiator.queue;

import io.nvmetcp.crc.Crc32c;
import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.memory.DeviceMemory;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.nvme.Cqe;
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
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What the controller sends, judged against the commands it is about. A header passed every check
 * of its own before it comes here; what is found here is about command state, the last to be
 * judged.
 */
final class Inbound implements PduListener {
  // FEI names a field only for an invalid field or parameter; it is reserved otherwise (TCP
  // transport specification 3.6.2.4).
  private static final int NO_INFORMATION = 0;

  private final QueueConfiguration config;
  private final SlotTable slots;
  private final Outbound outbound;
  private final DeviceLink link;
  private final QueuePair owner;
  private final PduReader reader;
  private final Crc32cDigest crc;

  // The C2HData PDU under way.
  private @Nullable Slot current;
  private int currentOffset;
  private boolean currentPlaced;

  Inbound(
      QueueConfiguration config,
      SlotTable slots,
      Outbound outbound,
      DeviceLink link,
      QueuePair owner) {
    this.config = config;
    this.slots = slots;
    this.outbound = outbound;
    this.link = link;
    this.owner = owner;
    Limits limits = Limits.initial(Role.HOST, 0, config.maxReadBytes());
    reader = new PduReader(config.engine(), config.voucher(), limits, this);
    crc = config.engine().newDigest();
  }

  void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    if (placed && reader.failed()) {
      // The device placed it before it could know of the fault: the counters still balance.
      link.count(DdpCounter.DELIVERED_BYTES, length);
    } else {
      reader.accept(bytes, offset, length, placed, crcOk);
    }
  }

  /** True between two PDUs. */
  boolean atBoundary() {
    return reader.atBoundary();
  }

  /** Bytes that do not go beyond the end of the current PDU. */
  int bytesToBoundary() {
    return reader.bytesToBoundary();
  }

  /** True once a fault was found or the connection ended: nothing is read, nothing may be sent. */
  boolean stopped() {
    return reader.failed();
  }

  void stop() {
    reader.close();
    current = null;
  }

  Negotiated negotiated() {
    return reader.limits().negotiated();
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    owner.statistics().pdu();
    switch (type) {
      case IC_RESP -> icResponse(header);
      case CAPSULE_RESP -> capsuleResponse(header);
      case C2H_DATA -> dataHeader(header, payloadBytes);
      case R2T -> readyToTransfer(header);
      case C2H_TERM_REQ -> {
        stop();
        owner.terminated(TermRequest.decode(header, (int) PduFields.plen(header)));
      }
      case IC_REQ, H2C_TERM_REQ, CAPSULE_CMD, H2C_DATA ->
          throw new IllegalStateException(type + " passed the direction check");
    }
  }

  private void fail(FatalStatus status, int information, String reason) {
    reader.fail(reader.fault(status, information, reason));
  }

  private void icResponse(byte[] header) {
    IcResponse response = IcResponse.decode(header);
    if ((response.headerDigest() && !config.request().headerDigest())
        || (response.dataDigest() && !config.request().dataDigest())) {
      fail(
          FatalStatus.INVALID_HEADER_FIELD,
          PduFields.IC_DGST,
          "the controller turns on a digest that was not asked for");
      return;
    }
    Negotiated agreed = Negotiated.of(config.request(), response);
    reader.limits(reader.limits().with(agreed));
    owner.initialized(agreed);
  }

  private void dataHeader(byte[] header, int payloadBytes) {
    Slot slot = slots.find(PduFields.cccid(header));
    if (slot == null || slot.direction != Direction.READ || (slot.debts & Debt.RESPONSE) == 0) {
      fail(
          FatalStatus.INVALID_HEADER_FIELD,
          PduFields.CCCID,
          "C2HData for %04Xh, which awaits none".formatted(PduFields.cccid(header)));
      return;
    }
    long datao = PduFields.datao(header);
    if (datao + payloadBytes > slot.buffer.lengthBytes()) {
      fail(
          FatalStatus.DATA_OUT_OF_RANGE,
          NO_INFORMATION,
          "C2HData beyond the command's %d bytes".formatted(slot.buffer.lengthBytes()));
      return;
    }
    if (datao != slot.progress) {
      fail(
          FatalStatus.SEQUENCE_ERROR,
          NO_INFORMATION,
          "C2HData at %d where %d is next".formatted(datao, slot.progress));
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
    HeldBuffer buffer = slot.buffer;
    int start = currentOffset + payloadOffset;
    int done = 0;
    while (done < length) {
      int at = start + done;
      int piece = buffer.piece(at);
      int step = Math.min(length - done, buffer.contiguous(piece, at));
      take(slot, buffer.region(piece), buffer.place(piece, at), bytes, offset + done, step, placed);
      done += step;
    }
    link.count(DdpCounter.DELIVERED_BYTES, length);
  }

  // A part of the payload that lies in one piece of the buffer.
  private void take(
      Slot slot,
      Region target,
      long at,
      MemorySegment bytes,
      long offset,
      int length,
      boolean placed) {
    if (placed) {
      if (bytes.address() + offset != target.segment().address() + at) {
        throw new IllegalStateException("the device placed bytes at a wrong address");
      }
      currentPlaced = true;
    } else if (target.copyIn(at, bytes, offset, length)) {
      link.count(DdpCounter.COPIED_BYTES, length);
    } else {
      slot.undelivered = "the device's memory cannot be copied to";
      link.count(DdpCounter.NOT_DELIVERED_BYTES, length);
    }
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    Slot slot = currentSlot();
    current = null;
    int length = (int) PduFields.datal(header);
    if (digest.needsSoftwareCheck()) {
      softwareCheck(slot, length, digest, receivedDigest);
    }
    // What nobody could look at has no verdict.
    switch (digest.needsSoftwareCheck() ? DigestVerdict.NOT_NEGOTIATED : digest.verdict()) {
      case NOT_NEGOTIATED -> {}
      case BY_DEVICE -> link.count(DdpCounter.DIGEST_BY_DEVICE, 1);
      case IN_PLACEMENT -> link.count(DdpCounter.DIGEST_IN_PLACEMENT, 1);
      case BY_FALLBACK -> link.count(DdpCounter.DIGEST_BY_FALLBACK, 1);
      case MISMATCH -> {
        link.count(DdpCounter.DATA_DIGEST_ERRORS, 1);
        slot.digestError = true;
      }
    }
    if (!currentPlaced) {
      link.count(DdpCounter.COPIED_PDUS, 1);
    }
    slot.progress += length;
    if ((PduFields.flags(header) & PduFlags.SUCCESS) != 0) {
      response(slot, Status.SUCCESS, 0);
    }
  }

  private void softwareCheck(Slot slot, int length, DigestLedger digest, int receivedDigest) {
    if (slot.undelivered != null) {
      return;
    }
    HeldBuffer buffer = slot.buffer;
    int value = 0;
    int done = 0;
    while (done < length) {
      int at = currentOffset + done;
      int piece = buffer.piece(at);
      int step = Math.min(length - done, buffer.contiguous(piece, at));
      long found = crc32c(buffer.region(piece), buffer.place(piece, at), step);
      if (found == DeviceMemory.NO_CRC) {
        slot.undelivered = "nobody can compute the digest of what is in the device's memory";
        return;
      }
      value = done == 0 ? (int) found : Crc32c.combine(value, (int) found, step);
      done += step;
    }
    digest.softwareResult(value == receivedDigest);
  }

  private long crc32c(Region region, long at, int length) {
    if (!region.kind().hostAccess()) {
      return region.crc32c(at, length);
    }
    crc.reset();
    crc.update(region.segment(), at, length);
    return Integer.toUnsignedLong(crc.value());
  }

  private void capsuleResponse(byte[] header) {
    int cid = Cqe.cid(header, PduFields.CQE);
    Slot slot = slots.find(cid);
    if (slot == null || (slot.debts & Debt.RESPONSE) == 0) {
      fail(
          FatalStatus.INVALID_HEADER_FIELD,
          PduFields.CQE + Cqe.CID,
          "response for %04Xh, which awaits none".formatted(cid));
      return;
    }
    int sqhd = Cqe.sqhd(header, PduFields.CQE);
    if (!owner.sqhd(sqhd)) {
      fail(
          FatalStatus.INVALID_HEADER_FIELD,
          PduFields.CQE + Cqe.SQHD,
          "SQHD %d in a queue of %d entries".formatted(sqhd, config.entries()));
      return;
    }
    response(slot, Cqe.status(header, PduFields.CQE), Cqe.result(header, PduFields.CQE));
  }

  private void response(Slot slot, int status, long result) {
    // Of a read: data is missing. Of a write: it was never asked for or is still here, so it cannot
    // be stored.
    if (Status.isSuccess(status)
        && slot.direction != Direction.NONE
        && (slot.progress < slot.buffer.lengthBytes() || slot.solicitations() > 0)) {
      fail(
          FatalStatus.SEQUENCE_ERROR,
          NO_INFORMATION,
          "success of %04Xh after %d of %d bytes"
              .formatted(slot.cid, slot.progress, slot.buffer.lengthBytes()));
      return;
    }
    owner.responded(slot, status, result);
  }

  private void readyToTransfer(byte[] header) {
    Slot slot = slots.find(PduFields.cccid(header));
    if (slot == null || slot.direction != Direction.WRITE || (slot.debts & Debt.RESPONSE) == 0) {
      fail(
          FatalStatus.INVALID_HEADER_FIELD,
          PduFields.CCCID,
          "R2T for %04Xh, which has nothing to send".formatted(PduFields.cccid(header)));
      return;
    }
    long offset = PduFields.r2to(header);
    long length = PduFields.r2tl(header);
    if (offset + length > slot.buffer.lengthBytes()) {
      fail(
          FatalStatus.DATA_OUT_OF_RANGE,
          NO_INFORMATION,
          "R2T beyond the command's %d bytes".formatted(slot.buffer.lengthBytes()));
      return;
    }
    if (offset != slot.progress) {
      fail(
          FatalStatus.SEQUENCE_ERROR,
          NO_INFORMATION,
          "R2T at %d where %d is next".formatted(offset, slot.progress));
      return;
    }
    var piece = new Solicitation(PduFields.ttag(header), (int) offset, (int) length);
    slot.progress += piece.length();
    if (!outbound.solicited(slot, piece)) {
      fail(FatalStatus.LIMIT_EXCEEDED, NO_INFORMATION, "more R2Ts than MAXR2T");
    }
  }

  @Override
  public void onFault(ConnectionFault fault) {
    if (fault.status() == FatalStatus.HEADER_DIGEST_ERROR) {
      link.count(DdpCounter.HEADER_DIGEST_ERRORS, 1);
    }
    owner.fault(fault);
  }

  private Slot currentSlot() {
    Slot slot = current;
    if (slot == null) {
      throw new IllegalStateException("data without a header");
    }
    return slot;
  }
}
