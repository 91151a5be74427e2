package io.nvmetcp.initiator.queue;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.pdu.frame.TransmitSink;
import java.util.ArrayDeque;

/**
 * What the host sends: capsules, and the data of writes, in the capsule or when an R2T asks for it.
 *
 * <p>While the sink may read from a command's buffer the command owes {@link Debt#SEND}.
 */
final class Outbound {
  private final IcRequest request;
  private final DeviceLink link;
  private final QueuePair owner;
  private final PduWriter writer;
  // Slots with data that was emitted in answer to an R2T, and not flushed.
  private final ArrayDeque<Slot> unflushed = new ArrayDeque<>();
  private int inCapsuleBytes;

  Outbound(
      IcRequest request, Crc32cEngine engine, TransmitSink sink, DeviceLink link, QueuePair owner) {
    this.request = request;
    this.link = link;
    this.owner = owner;
    writer = new PduWriter(engine, sink);
  }

  /** Sends the ICReq. */
  void initialize() {
    writer.icReq(request);
  }

  void negotiated(Negotiated agreed) {
    writer.negotiated(agreed);
  }

  /** Most data that a command capsule may carry, as Identify Controller said. */
  void inCapsuleBytes(int bytes) {
    inCapsuleBytes = bytes;
  }

  /** Tells the controller which rule it broke; nothing may be sent after. */
  void termReq(ConnectionFault fault) {
    writer.termReq(Role.HOST, fault);
  }

  /** Sends a command without data. */
  void command(byte[] sqe) {
    writer.capsuleCmd(sqe, 0, 0);
  }

  /** Sends a command whose data comes back, or is asked for. */
  void command(byte[] sqe, int lengthBytes) {
    Sgl.transport(sqe, 0, lengthBytes);
    writer.capsuleCmd(sqe, 0, 0);
  }

  /** Sends a write, with its data if that fits in the capsule. */
  void write(Slot slot, byte[] sqe) {
    int length = slot.buffer.lengthBytes();
    if (length > inCapsuleBytes) {
      command(sqe, length);
      return;
    }
    Sgl.inCapsule(sqe, 0, length);
    slot.progress = length;
    digestBefore(length);
    writer.capsuleCmd(sqe, 0, length);
    startSends(slot);
    try {
      sendPayload(slot, 0, length);
    } finally {
      sendDone(slot);
    }
  }

  // Says who computes the digest of the PDU that comes next, and counts it.
  private void digestBefore(int payloadBytes) {
    DdpQueue queue = link.queue();
    if (payloadBytes > 0 && queue != null && owner.negotiated().dataDigest()) {
      Crc32cDigest unit = queue.transmitDigest();
      writer.dataDigestBy(unit);
      link.count(
          unit == null ? DdpCounter.DIGEST_TX_BY_SOFTWARE : DdpCounter.DIGEST_TX_BY_DEVICE, 1);
    }
  }

  // Until the sendDone that belongs to it the slot stays, whatever the sink does meanwhile.
  private static void startSends(Slot slot) {
    slot.sends++;
    slot.debts |= Debt.SEND;
  }

  private void sendPayload(Slot slot, int from, int length) {
    HeldBuffer buffer = slot.buffer;
    int end = from + length;
    int at = from;
    while (at < end) {
      int piece = buffer.piece(at);
      int step = Math.min(end - at, buffer.contiguous(piece, at));
      slot.sends++;
      writer.payload(buffer.region(piece).segment(), buffer.place(piece, at), step, slot.lease);
      at += step;
    }
  }

  /** The sink no longer reads this piece of the slot's buffer. */
  void sendDone(Slot slot) {
    slot.sends--;
    if (slot.sends > 0) {
      return;
    }
    Solicitation next = owner.stopped() ? null : slot.nextSolicitation();
    if (next == null) {
      owner.pay(slot, Debt.SEND);
    } else {
      sendData(slot, next);
      owner.emitted();
    }
  }

  /**
   * The controller asks for a piece of a write. It is sent now, or once the piece before it has
   * left: an R2T may come before the socket has said so. More than that, and more than MAXR2T
   * allows, no honest controller can ask for: it would have to have seen data that is still here.
   *
   * @return false if there are too many
   */
  boolean solicited(Slot slot, Solicitation piece) {
    if (slot.sends == 0) {
      sendData(slot, piece);
      return true;
    }
    // MAXR2T is 0-based.
    if (slot.solicitations() > request.maxR2t()) {
      return false;
    }
    slot.await(piece);
    return true;
  }

  private void sendData(Slot slot, Solicitation piece) {
    // Until the flush the data is here, whether the sink has copied it or not.
    startSends(slot);
    unflushed.add(slot);
    int length = piece.length();
    int most = (int) Math.min(owner.negotiated().maxH2cDataBytes(), Integer.MAX_VALUE);
    int done = 0;
    startSends(slot);
    try {
      while (done < length) {
        int step = Math.min(length - done, most);
        int flags = done + step == length ? PduFlags.LAST : 0;
        digestBefore(step);
        int at = piece.offset() + done;
        writer.data(PduType.H2C_DATA, flags, slot.cid, piece.ttag(), at, step);
        sendPayload(slot, at, step);
        done += step;
      }
    } finally {
      sendDone(slot);
    }
  }

  boolean awaitsFlush() {
    return !unflushed.isEmpty();
  }

  void flushed() {
    // Those that are added meanwhile are for the next flush.
    for (int left = unflushed.size(); left > 0; left--) {
      sendDone(unflushed.remove());
    }
  }
}
