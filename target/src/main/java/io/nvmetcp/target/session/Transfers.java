package io.nvmetcp.target.session;

import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.target.backend.Lease;
import io.nvmetcp.target.backend.TransferBuffer;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.schedule.Outlet;
import io.nvmetcp.target.schedule.ScheduleRule;
import io.nvmetcp.target.schedule.Scheduler;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings the data of commands from the host: memory for it, R2Ts that ask for it, and the rules of
 * the H2CData that answer them (TCP transport 3.3.2.1 and 3.6.2.7). R2Ts of one command ask for
 * ascending offsets whatever the schedule, as hosts expect. Confined to the session's thread.
 */
final class Transfers implements Outlet {
  private enum Held {
    YES,
    LATER,
    NEVER
  }

  // So the tags of a queue's R2Ts leave at least one bit to tell a tag's uses apart.
  private static final int MOST_TRANSFERS = 1 << 15;

  // Below this a copy is cheaper than asking the back end.
  private static final int PREPARED_BYTES = 64 * 1024;

  private final CommandFlow flow;
  private final PduWriter writer;
  private final TransferBufferPool buffers;
  private final DataInput input;
  private final SessionOptions options;
  private final SessionCounters counters;
  private final ArrayDeque<CommandSlot> waiting = new ArrayDeque<>();
  private final WriteWindow window;
  private TransferTable table = new TransferTable(1);
  private Scheduler order;
  private int perCommand = 1;
  private long heldBytes;
  private boolean freed;
  private int outstanding;
  private int large;
  private @Nullable Transfer current;

  Transfers(
      CommandFlow flow,
      PduWriter writer,
      TransferBufferPool buffers,
      DataInput input,
      SessionOptions options,
      SessionCounters counters) {
    this.flow = flow;
    this.writer = writer;
    this.buffers = buffers;
    this.input = input;
    this.options = options;
    this.counters = counters;
    window = new WriteWindow(options.sizes().windowBytes());
    order = new Scheduler(List.of(), 0, 1, counters.r2tDisplacement(), this);
  }

  /**
   * The queue is known.
   *
   * @param slots its commands
   * @param maxR2t R2Ts that the host takes per command
   */
  void open(int slots, int qid, List<ScheduleRule> rules, long maxR2t) {
    int fitting = Math.max(1, MOST_TRANSFERS / slots);
    perCommand = (int) Math.min(Math.min(maxR2t, options.sizes().maxR2ts()), fitting);
    table = new TransferTable(Math.min(slots * perCommand, MOST_TRANSFERS));
    order = new Scheduler(rules, qid, slots, counters.r2tDisplacement(), this);
  }

  /** Memory for data that stands in the capsule; without it the command fails, for now. */
  boolean holdInCapsule(CommandSlot slot) {
    if (hold(slot)) {
      return true;
    }
    slot.fail(Status.COMMAND_INTERRUPTED);
    return false;
  }

  private boolean hold(CommandSlot slot) {
    if (slot.opcode == IoOpcode.WRITE && slot.lengthBytes >= PREPARED_BYTES && prepared(slot)) {
      heldBytes += slot.lengthBytes;
      return true;
    }
    TransferBuffer buffer = buffers.acquire(slot.lengthBytes, heldBytes > 0);
    if (buffer == null) {
      return false;
    }
    heldBytes += slot.lengthBytes;
    slot.receiveInto(buffer);
    return true;
  }

  // Memory of the back end's own, which spares it a copy; it counts as if it were ours.
  private boolean prepared(CommandSlot slot) {
    Namespace namespace = slot.namespace;
    Lease counted = namespace == null ? null : buffers.reserve(slot.lengthBytes, heldBytes > 0);
    if (namespace == null || counted == null) {
      return false;
    }
    boolean lent =
        namespace.backend().prepareWrite(slot.offsetBytes, slot.lengthBytes, slot.received());
    if (lent) {
      slot.received().lease(counted);
      counters.count(Counter.LENT_WRITES);
    } else {
      counted.release();
    }
    return lent;
  }

  /**
   * The command's data is to be asked for. Halves of a fused pair, a block each, do not wait: the
   * memory of one comes back only when the other is complete.
   */
  void want(CommandSlot slot) {
    if (waiting.isEmpty() || slot.fuse != CommandSlot.Fuse.NONE) {
      start(slot);
    } else {
      waiting.add(slot);
    }
  }

  private void start(CommandSlot slot) {
    switch (holdWithinLimit(slot)) {
      case YES -> request(slot);
      case LATER -> waiting.add(slot);
      case NEVER -> {
        slot.fail(Status.COMMAND_INTERRUPTED);
        flow.dataComplete(slot);
      }
    }
  }

  // If nothing of ours will come back, waiting would be for others, for an unknown time.
  private Held holdWithinLimit(CommandSlot slot) {
    boolean othersHold = heldBytes > 0 && slot.fuse == CommandSlot.Fuse.NONE;
    if (othersHold && heldBytes + slot.lengthBytes > options.limits().memoryBytes()) {
      return Held.LATER;
    }
    return hold(slot) ? Held.YES : othersHold ? Held.LATER : Held.NEVER;
  }

  private void request(CommandSlot slot) {
    slot.r2tQueued = true;
    order.started(slot.index(), slot.nsid());
    order.ready(slot.index(), slot.lengthBytes - slot.requestedBytes);
  }

  private static boolean isLarge(int lengthBytes) {
    return lengthBytes >= DataInput.PLACED_BYTES;
  }

  /** R2Ts whose data is not all here. */
  int outstanding() {
    return outstanding;
  }

  /** True if data is due of which most can be read to its place. */
  boolean expectsLarge() {
    return large > 0;
  }

  private boolean mayAsk(CommandSlot slot) {
    return !slot.failed()
        && slot.requestedBytes < slot.lengthBytes
        && slot.outstandingR2ts + slot.waitingR2ts < perCommand;
  }

  private void ask(CommandSlot slot) {
    int offset = slot.requestedBytes;
    int length = Math.min(slot.lengthBytes - offset, options.sizes().maxR2tBytes());
    Transfer transfer = table.open(slot, offset, length);
    slot.requestedBytes += length;
    if (window.admits(transfer)) {
      send(slot, transfer);
    } else {
      slot.waitingR2ts++;
    }
  }

  private void send(CommandSlot slot, Transfer transfer) {
    transfer.sent = true;
    slot.outstandingR2ts++;
    outstanding++;
    large += isLarge(transfer.length) ? 1 : 0;
    writer.r2t(slot.cid, table.tag(transfer), transfer.offset, transfer.length);
    counters.count(Counter.R2TS);
  }

  private void sendWaiting() {
    window.look(current == null ? 0 : input.takenOfPdu());
    Transfer next = window.next();
    while (next != null) {
      CommandSlot slot = next.slot;
      if (slot == null) {
        throw new IllegalStateException("an R2T of no command waits");
      }
      slot.waitingR2ts--;
      send(slot, next);
      next = window.next();
    }
  }

  // A command that has failed asks for nothing more.
  private void withdraw(CommandSlot slot) {
    for (; slot.waitingR2ts > 0; slot.waitingR2ts--) {
      table.close(window.withdraw(slot));
    }
  }

  @Override
  public void emit(int item) {
    CommandSlot slot = flow.slot(item);
    while (mayAsk(slot)) {
      ask(slot);
    }
    asked(slot);
  }

  @Override
  public boolean emitPart(int item, int mostBytes) {
    CommandSlot slot = flow.slot(item);
    if (mayAsk(slot)) {
      ask(slot);
    }
    if (mayAsk(slot)) {
      return true;
    }
    asked(slot);
    return false;
  }

  private void asked(CommandSlot slot) {
    slot.r2tQueued = false;
    if (slot.failed() && slot.outstandingR2ts == 0) {
      flow.dataComplete(slot);
    }
  }

  /** Judges an H2CData and, if it is in order, takes its data; otherwise the connection ends. */
  void h2cData(byte[] header, int payloadBytes, boolean digest) {
    int cccid = PduFields.cccid(header);
    Transfer transfer = table.byTag(PduFields.ttag(header));
    CommandSlot slot = transfer == null ? null : transfer.slot;
    if (slot == null ? !flow.outstanding(cccid) : slot.cid != cccid) {
      invalid(PduFields.CCCID, "H2CData for command " + cccid + ", which awaits none");
      return;
    }
    if (transfer == null || slot == null) {
      invalid(PduFields.TTAG, "H2CData with a transfer tag that is not outstanding");
      return;
    }
    long datao = PduFields.datao(header);
    if (datao != transfer.nextOffset() || payloadBytes > transfer.left()) {
      flow.fail(
          FatalStatus.DATA_OUT_OF_RANGE,
          0,
          "H2CData of %d bytes at %d where %d from %d are due"
              .formatted(payloadBytes, datao, transfer.left(), transfer.nextOffset()));
      return;
    }
    boolean last = (PduFields.flags(header) & PduFlags.LAST) != 0;
    if (last != (payloadBytes == transfer.left())) {
      invalid(PduFields.FLAGS, last ? "LAST_PDU too early" : "LAST_PDU is missing");
      return;
    }
    current = transfer;
    input.begin(slot, digest, 0, payloadBytes, transfer.nextOffset());
  }

  private void invalid(int field, String reason) {
    flow.fail(FatalStatus.INVALID_HEADER_FIELD, field, reason);
  }

  /** The data of the H2CData in hand is complete. */
  void h2cDataEnd(int lengthBytes, DigestLedger digest, int receivedDigest) {
    CommandSlot slot = input.end(digest, receivedDigest);
    Transfer transfer = current;
    if (transfer == null) {
      throw new IllegalStateException("data of no transfer");
    }
    current = null;
    transfer.received += lengthBytes;
    slot.receivedBytes += lengthBytes;
    window.came(lengthBytes);
    if (transfer.left() > 0) {
      return;
    }
    table.close(transfer);
    outstanding--;
    large -= isLarge(transfer.length) ? 1 : 0;
    slot.outstandingR2ts--;
    // What was asked for is consumed even if the command has failed; more is not asked for.
    if (slot.failed()) {
      withdraw(slot);
    }
    boolean complete =
        slot.failed()
            ? slot.outstandingR2ts == 0 && !slot.r2tQueued
            : slot.receivedBytes == slot.lengthBytes;
    if (complete) {
      flow.dataComplete(slot);
    } else if (mayAsk(slot) && !slot.r2tQueued) {
      request(slot);
    }
  }

  /** A command that waits for data has failed: it ends now, or once what was asked for is here. */
  void failed(CommandSlot slot) {
    if (waiting.remove(slot)) {
      flow.dataComplete(slot);
      return;
    }
    boolean asks = slot.r2tQueued || slot.waitingR2ts > 0;
    withdraw(slot);
    if (asks && slot.outstandingR2ts == 0) {
      if (slot.r2tQueued) {
        slot.r2tQueued = false;
        order.remove(slot.index());
      }
      flow.dataComplete(slot);
    }
  }

  /** The command gives its memory back. */
  void release(CommandSlot slot) {
    if (slot.received().count() > 0) {
      heldBytes -= slot.lengthBytes;
      freed = true;
    }
  }

  /**
   * The end of a turn: commands that waited for memory get it, and R2Ts leave that were held.
   *
   * @return true if something moved, so that more may
   */
  boolean turnEnd(long nowNs) {
    boolean moved = false;
    freed = false;
    while (!waiting.isEmpty()) {
      CommandSlot slot = waiting.element();
      Held held = holdWithinLimit(slot);
      if (held == Held.LATER) {
        break;
      }
      waiting.remove();
      moved = true;
      if (held == Held.YES) {
        request(slot);
      } else {
        slot.fail(Status.COMMAND_INTERRUPTED);
        flow.dataComplete(slot);
      }
    }
    order.turnEnd(nowNs);
    sendWaiting();
    return moved;
  }

  /** True if memory came back since the last {@link #turnEnd}, and a command waits for some. */
  boolean mayGoOn() {
    return freed && !waiting.isEmpty();
  }

  /** When {@link #turnEnd} is to be called at the latest. */
  long deadlineNs() {
    return order.deadlineNs();
  }

  /** R2Ts held by the schedule. */
  int held() {
    return order.held();
  }
}
