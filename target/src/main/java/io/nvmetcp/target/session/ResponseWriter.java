package io.nvmetcp.target.session;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.target.backend.MemoryPieces;

/**
 * Writes what answers a command: its data, if it has any for the host, and its response, as a
 * capsule or as the SUCCESS flag. Keeps the submission queue head. Confined to the session's
 * thread.
 */
final class ResponseWriter {
  private final PduWriter writer;
  private final SessionOptions options;
  private final SessionCounters counters;
  private boolean flowControl = true;
  private int entries = 1;
  private int head;
  private int piece;
  private int inPiece;

  ResponseWriter(PduWriter writer, SessionOptions options, SessionCounters counters) {
    this.writer = writer;
    this.options = options;
    this.counters = counters;
  }

  /** The queue is connected: its size is known, and whether the host watches the head. */
  void queue(int queueEntries, boolean withFlowControl) {
    entries = queueEntries;
    flowControl = withFlowControl;
    head = 0;
  }

  /** Answers a command; its memory goes back as the wire lets go of it. */
  void respond(CommandSlot slot) {
    ReadLoan loan = slot.loan;
    boolean flagged = false;
    if (loan != null) {
      slot.loan = null;
      if (!slot.failed()) {
        flagged = slot.result == 0 && flagAllowed();
        data(slot, loan, flagged);
      }
      loan.release();
    }
    head = head + 1 >= entries ? 0 : head + 1;
    if (flagged) {
      counters.count(Counter.SUCCESS_FLAGS);
    } else {
      writer.capsuleResp(slot.result, flowControl ? head : 0, slot.cid, slot.status);
      counters.count(Counter.RESPONSES);
    }
    count(slot);
  }

  /** Answers the Connect that made the queue. */
  void respondConnected(CommandSlot slot) {
    if (flowControl) {
      respond(slot);
      return;
    }
    writer.capsuleResp(slot.result, Fabrics.SQHD_FLOW_CONTROL_DISABLED, slot.cid, Status.SUCCESS);
    counters.count(Counter.RESPONSES);
  }

  private boolean flagAllowed() {
    return switch (options.success()) {
      case AUTO -> !flowControl;
      case NEVER -> false;
      case ALWAYS -> true;
    };
  }

  private void data(CommandSlot slot, ReadLoan loan, boolean flagged) {
    MemoryPieces pieces = loan.pieces();
    int length = pieces.lengthBytes();
    piece = 0;
    inPiece = 0;
    int at = 0;
    while (at < length) {
      int step = Math.min(length - at, options.maxC2hDataBytes());
      boolean last = at + step == length;
      int flags = last ? PduFlags.LAST | (flagged ? PduFlags.SUCCESS : 0) : 0;
      writer.data(PduType.C2H_DATA, flags, slot.cid, 0, at, step);
      counters.count(Counter.DATA_PDUS);
      payload(loan, pieces, step);
      at += step;
    }
  }

  private void payload(ReadLoan loan, MemoryPieces pieces, int length) {
    int left = length;
    while (left > 0) {
      int step = Math.min(left, pieces.length(piece) - inPiece);
      loan.hold();
      writer.payload(pieces.segment(piece), pieces.offset(piece) + inPiece, step, loan);
      left -= step;
      inPiece += step;
      if (inPiece == pieces.length(piece)) {
        piece++;
        inPiece = 0;
      }
    }
  }

  private void count(CommandSlot slot) {
    if (slot.failed()) {
      counters.count(Counter.ERRORS);
    } else if (slot.scheduled) {
      switch (slot.opcode) {
        case IoOpcode.READ -> {
          counters.count(Counter.READS);
          counters.add(Counter.BYTES_READ, slot.lengthBytes);
        }
        case IoOpcode.WRITE -> {
          counters.count(Counter.WRITES);
          counters.add(Counter.BYTES_WRITTEN, slot.lengthBytes);
        }
        case IoOpcode.FLUSH -> counters.count(Counter.FLUSHES);
        case IoOpcode.COMPARE -> counters.count(Counter.COMPARES);
        case IoOpcode.WRITE_ZEROES -> counters.count(Counter.WRITE_ZEROES);
        case IoOpcode.DATASET_MANAGEMENT -> counters.count(Counter.DATASET_MANAGEMENTS);
        case IoOpcode.VERIFY -> counters.count(Counter.VERIFIES);
        case IoOpcode.COPY -> counters.count(Counter.COPIES);
        default -> throw new IllegalStateException("opcode " + slot.opcode + " succeeded");
      }
    }
  }
}
