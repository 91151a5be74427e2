package io.nvmetcp.target.session;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.frame.PduWriter;

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

  /**
   * Writes the next PDU of a command's answer, with its response if that was the last data; its
   * memory goes back as the wire lets go of it.
   *
   * @param mostBytes most data in the PDU
   * @return true if the answer has more PDUs
   */
  boolean part(CommandSlot slot, int mostBytes) {
    ReadLoan loan = slot.loan;
    boolean flagged = false;
    if (loan != null) {
      if (!slot.failed()) {
        flagged = slot.result == 0 && flagAllowed();
        data(slot, loan, flagged, mostBytes);
        if (loan.leftBytes() > 0) {
          return true;
        }
      }
      slot.loan = null;
      loan.done();
    }
    if (flagged) {
      advance();
      counters.count(Counter.SUCCESS_FLAGS);
      count(slot);
    } else {
      withoutData(slot);
    }
    return false;
  }

  /** Writes a command's response capsule, and nothing of its data, which is left alone. */
  void withoutData(CommandSlot slot) {
    advance();
    writer.capsuleResp(slot.result, flowControl ? head : 0, slot.cid, slot.status);
    counters.count(Counter.RESPONSES);
    count(slot);
  }

  /** Answers hold no memory of a back end any more that they only copy. */
  void settle() {
    writer.settle();
  }

  // An entry of the submission queue is free once its command's response is handed to the wire.
  private void advance() {
    head = head + 1 >= entries ? 0 : head + 1;
  }

  /** Answers the Connect that made the queue. */
  void connected(CommandSlot slot) {
    if (flowControl) {
      withoutData(slot);
    } else {
      writer.capsuleResp(slot.result, Fabrics.SQHD_FLOW_CONTROL_DISABLED, slot.cid, slot.status);
      counters.count(Counter.RESPONSES);
    }
  }

  private boolean flagAllowed() {
    return switch (options.success()) {
      case AUTO -> !flowControl;
      case NEVER -> false;
      case ALWAYS -> true;
    };
  }

  private void data(CommandSlot slot, ReadLoan loan, boolean flagged, int mostBytes) {
    int most = Math.min(mostBytes, options.sizes().maxC2hDataBytes());
    int step = Math.min(loan.leftBytes(), most);
    boolean last = step == loan.leftBytes();
    int flags = last ? PduFlags.LAST | (flagged ? PduFlags.SUCCESS : 0) : 0;
    writer.data(PduType.C2H_DATA, flags, slot.cid, 0, loan.sentBytes(), step);
    counters.count(Counter.DATA_PDUS);
    loan.send(writer, step);
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
