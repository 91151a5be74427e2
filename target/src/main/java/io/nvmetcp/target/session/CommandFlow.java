package io.nvmetcp.target.session;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.schedule.Outlet;
import io.nvmetcp.target.schedule.ScheduleRule;
import io.nvmetcp.target.schedule.Scheduler;
import io.nvmetcp.target.subsystem.ConnectReply;
import io.nvmetcp.target.subsystem.Controller;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The life of a queue's commands: capsule, data from the host, back end, the schedule's hold,
 * answer. Confined to the session's thread; back ends complete on it.
 */
final class CommandFlow implements Outlet {
  // Before Connect nothing but Connect may come.
  private static final int EARLY_SLOTS = 8;
  // Beyond the queue's entries: so many are taken ahead before reading stops.
  private static final int SPARE_SLOTS = 32;

  private final TargetSession session;
  private final SessionOptions options;
  private final SessionCounters counters;
  private final Executor thread;
  private final DataInput input;
  private final Transfers transfers;
  private final ResponseWriter responses;
  private final LoanPool loans;
  private final FabricsCommands fabrics;
  private final CommandAborts aborts;
  private final FusedPairs fused = new FusedPairs(this);
  private CommandTable table = new CommandTable(this, EARLY_SLOTS);
  private Scheduler order;
  private @Nullable IoCommands io;
  private boolean connected;
  private @Nullable CommandSlot connect;
  private boolean ended;
  private int atBackend;
  private final ArrayDeque<Runnable> whenIdle = new ArrayDeque<>();
  // A Disconnect that waits for the other commands of its queue.
  private @Nullable CommandSlot leaving;

  CommandFlow(
      TargetSession session,
      SessionOptions options,
      TransferBufferPool buffers,
      Crc32cEngine engine,
      PduWriter writer,
      Executor thread,
      SessionCounters counters) {
    this.session = session;
    this.options = options;
    this.counters = counters;
    this.thread = thread;
    input = new DataInput(engine, counters);
    transfers = new Transfers(this, writer, buffers, input, options, counters);
    responses = new ResponseWriter(writer, options, counters);
    loans = new LoanPool(buffers, options.limits().memoryBytes(), counters, session::wantTurn);
    fabrics = new FabricsCommands(this, loans, thread);
    aborts = new CommandAborts(this, transfers, fabrics, responses);
    order = new Scheduler(List.of(), 0, EARLY_SLOTS, counters.displacement(), this);
    transfers.open(EARLY_SLOTS, 0, List.of(), 1);
  }

  /** Commands that may be taken besides those outstanding. */
  int free() {
    return table.free();
  }

  /** Slots of the queue: its entries, and those taken ahead. */
  int size() {
    return table.size();
  }

  CommandSlot slot(int index) {
    return table.at(index);
  }

  boolean outstanding(int cid) {
    return table.inUse(cid);
  }

  /** Something that is outstanding will move on without anything further from the host. */
  boolean moves() {
    return atBackend > 0 || order.held() > 0 || transfers.held() > 0;
  }

  /** Nothing is outstanding but what waits for events. */
  boolean idle() {
    return table.size() - table.free() == fabrics.eventRequests();
  }

  /** A command capsule arrived; {@code payloadBytes} of data follow in it. */
  void capsule(byte[] header, int payloadBytes) {
    counters.count(Counter.COMMANDS);
    CommandSlot slot =
        table.take(Sqe.cid(header, PduFields.SQE), Sqe.opcode(header, PduFields.SQE));
    judge(slot, header, PduFields.SQE, payloadBytes);
    fused.arrived(slot);
    boolean expectsData = slot.data == CommandSlot.Data.FROM_HOST && !slot.failed();
    if (payloadBytes > 0) {
      slot.state = CommandSlot.State.AWAIT_CAPSULE_DATA;
      boolean wanted = expectsData && transfers.holdInCapsule(slot);
      int from = slot.inCapsuleOffset;
      int to = wanted ? from + slot.lengthBytes : from;
      input.begin(slot, session.dataDigest(), from, to, 0);
    } else if (expectsData) {
      slot.state = CommandSlot.State.AWAIT_H2C_DATA;
      transfers.want(slot);
    } else {
      dataComplete(slot);
    }
  }

  private void judge(CommandSlot slot, byte[] sqe, int at, int payloadBytes) {
    IoCommands ioQueue = io;
    if (!slot.ownsCid) {
      slot.refuse(Status.COMMAND_ID_CONFLICT);
    } else if (!connected && (connect != null || !FabricsCommands.isConnect(sqe, at))) {
      slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
    } else if (ioQueue != null && slot.opcode != Fabrics.OPCODE) {
      ioQueue.prepare(slot, sqe, at, payloadBytes);
    } else {
      connect = connected ? null : slot;
      fabrics.prepare(slot, sqe, at, payloadBytes);
    }
  }

  /** An H2CData arrived. */
  void h2cData(byte[] header, int payloadBytes) {
    transfers.h2cData(header, payloadBytes, session.dataDigest());
  }

  /** Data to the host. */
  LoanPool loans() {
    return loans;
  }

  /** A run of data of the PDU in hand. */
  DataInput input() {
    return input;
  }

  /** Data was asked for that is not here. */
  boolean awaitsData() {
    return transfers.outstanding() > 0;
  }

  /** Data is due of which most can be read to its place. */
  boolean expectsLargeData() {
    return transfers.expectsLarge();
  }

  /** The H2CData in hand is complete. */
  void h2cDataEnd(byte[] header, DigestLedger digest, int receivedDigest) {
    transfers.h2cDataEnd((int) PduFields.datal(header), digest, receivedDigest);
  }

  /** The capsule in hand is complete. */
  void capsuleEnd(DigestLedger digest, int receivedDigest) {
    dataComplete(input.end(digest, receivedDigest));
  }

  /** The stream broke a rule that depends on a command. */
  void fail(FatalStatus status, long information, String reason) {
    session.fail(status, information, reason);
  }

  /** Everything the host sends for this command is here, or it has failed. */
  void dataComplete(CommandSlot slot) {
    if (slot.fuse != CommandSlot.Fuse.NONE) {
      fused.dataComplete(slot);
      return;
    }
    if (slot.scheduled) {
      order.started(slot.index(), slot.nsid());
    }
    if (slot.failed()) {
      ready(slot);
      return;
    }
    slot.state = CommandSlot.State.AWAIT_BACKEND;
    IoCommands ioQueue = io;
    if (slot.scheduled && ioQueue != null) {
      if (slot.opcode != IoOpcode.READ) {
        // A back end copies what is to change while an answer holds it.
        responses.settle();
      }
      atBackend++;
      ioQueue.execute(slot);
    } else if (!connected) {
      session.connect(slot);
    } else if (FabricsCommands.isDisconnect(slot.keptSqe(), 0)) {
      session.disconnect(slot);
    } else if (fabrics.execute(slot, session.controller(), session.qid() == 0)) {
      answer(slot);
    } else {
      reportEvents();
    }
  }

  /** Answers event requests if there is something to report. */
  void reportEvents() {
    Controller controller = session.controller();
    if (connected && !ended && controller != null) {
      fabrics.reportEvents(controller);
      session.wantTurn();
    }
  }

  /** Runs {@code action} as soon as no back end works on any command; also after the end. */
  void whenIdle(Runnable action) {
    if (atBackend == 0) {
      action.run();
    } else {
      whenIdle.add(action);
    }
  }

  private void leftBackend(CommandSlot slot) {
    if (slot.state != CommandSlot.State.AWAIT_BACKEND) {
      throw new IllegalStateException(
          "the back end completed a command twice that waits for " + slot.state);
    }
    atBackend--;
    while (atBackend == 0 && !whenIdle.isEmpty()) {
      whenIdle.remove().run();
    }
  }

  /** A back end is done with a command; on the session's thread. */
  void backendDone(CommandSlot slot, int status) {
    leftBackend(slot);
    if (ended) {
      slot.state = CommandSlot.State.FREE;
      slot.releaseMemory();
    } else if (slot.abandoned) {
      release(slot);
      session.wantTurn();
    } else {
      slot.fail(outcome(slot, status));
      ready(slot);
      session.wantTurn();
    }
  }

  /** Both halves of a fused pair are here and in order. */
  void compareAndWrite(CommandSlot first, CommandSlot second) {
    responses.settle();
    first.state = CommandSlot.State.AWAIT_BACKEND;
    second.state = CommandSlot.State.AWAIT_BACKEND;
    atBackend++;
    IoCommands.compareAndWrite(first, second, thread, status -> pairDone(first, second, status));
  }

  private int outcome(CommandSlot slot, int status) {
    IoCommands ioQueue = io;
    return ioQueue == null ? status : ioQueue.outcome(slot, status);
  }

  private void pairDone(CommandSlot first, CommandSlot second, int status) {
    leftBackend(second);
    if (ended) {
      second.state = CommandSlot.State.FREE;
      first.releaseMemory();
      second.releaseMemory();
      return;
    }
    fused.backendDone(first, second, outcome(second, status));
    session.wantTurn();
  }

  private void ready(CommandSlot slot) {
    if (slot.scheduled) {
      slot.state = CommandSlot.State.AWAIT_RELEASE;
      boolean sendsData = slot.data == CommandSlot.Data.TO_HOST && !slot.failed();
      order.ready(slot.index(), sendsData ? slot.lengthBytes : 0);
    } else {
      answer(slot);
    }
  }

  @Override
  public void emit(int item) {
    answer(table.at(item));
  }

  @Override
  public boolean emitPart(int item, int mostBytes) {
    CommandSlot slot = table.at(item);
    if (responses.part(slot, mostBytes)) {
      return true;
    }
    answered(slot);
    return false;
  }

  /** Sends all of a command's answer; its slot is free. */
  void answer(CommandSlot slot) {
    boolean more = true;
    while (more) {
      more = responses.part(slot, TransferSizes.UNCUT);
    }
    answered(slot);
  }

  private void answered(CommandSlot slot) {
    if (slot.data == CommandSlot.Data.TO_HOST) {
      session.moved(slot.lengthBytes);
    }
    if (slot.failed()) {
      log(slot);
    }
    release(slot);
  }

  /** Into the controller's error log. */
  void log(CommandSlot slot) {
    Controller controller = session.controller();
    if (controller != null) {
      controller
          .errors()
          .record(
              session.qid(),
              slot.cid,
              slot.opcode,
              slot.status,
              slot.errorLocation,
              slot.askedLba,
              slot.askedNsid);
    }
  }

  /** Answers a command of something that happened elsewhere, if there still is a host to tell. */
  void answerLate(CommandSlot slot) {
    if (!ended) {
      answer(slot);
      session.wantTurn();
    }
  }

  private void release(CommandSlot slot) {
    if (slot == connect) {
      connect = null;
    }
    transfers.release(slot);
    slot.releaseMemory();
    table.release(slot);
    leaveIfAlone();
  }

  /** The Connect in {@code slot} is refused: another may follow. */
  void refuseConnect(CommandSlot slot, int status, long result) {
    slot.fail(status);
    slot.result = result;
    answer(slot);
  }

  /**
   * The Connect in {@code slot} made this connection a queue.
   *
   * @param maxR2t R2Ts that the host takes per command
   */
  void acceptConnect(CommandSlot slot, ConnectReply.Accepted accepted, long maxR2t) {
    slot.result = accepted.controller().cntlid();
    responses.queue(accepted.entries(), accepted.flowControl());
    responses.connected(slot);
    release(slot);
    connected = true;
    int qid = accepted.qid();
    int slots = accepted.entries() + SPARE_SLOTS;
    table = new CommandTable(this, slots);
    boolean ioQueue = qid > 0;
    List<ScheduleRule> answers = ioQueue ? options.schedule().responses() : List.of();
    List<ScheduleRule> requests = ioQueue ? options.schedule().requests() : List.of();
    order = new Scheduler(answers, qid, slots, counters.displacement(), this);
    transfers.open(slots, qid, requests, maxR2t);
    if (ioQueue) {
      io = new IoCommands(accepted.controller(), loans, thread);
    }
  }

  /** True if a Disconnect waits for the other commands. */
  boolean leaving() {
    return leaving != null;
  }

  /**
   * A Disconnect is granted: it is the last command that its queue answers (Base specification
   * 6.4). What is held leaves; what is under way is waited for.
   */
  void leave(CommandSlot slot) {
    slot.state = CommandSlot.State.AWAIT_OTHERS;
    leaving = slot;
    order.releaseAll();
    leaveIfAlone();
  }

  private void leaveIfAlone() {
    CommandSlot last = leaving;
    if (last != null && table.size() - table.free() == 1) {
      leaving = null;
      answer(last);
      session.disconnected();
    }
  }

  /**
   * Answers the oldest outstanding event request.
   *
   * @param result dword 0: type, information and log page of the event
   * @return false if the host has none outstanding
   */
  boolean postEvent(long result) {
    boolean answered = fabrics.answerEventRequest(result);
    session.wantTurn();
    return answered;
  }

  /** As {@link CommandAborts#abort} has it. */
  boolean abort(int cid) {
    boolean aborted = aborts.abort(cid, table, order);
    session.wantTurn();
    return aborted;
  }

  /** The end of a turn: what nothing can complete any more leaves, and what is due. */
  void turnEnd(long nowNs) {
    boolean more = true;
    while (more) {
      more = transfers.turnEnd(nowNs);
      order.turnEnd(nowNs);
      // An answer that left has given its memory back, and a command may wait for it.
      more |= transfers.mayGoOn();
    }
  }

  /** When {@link #turnEnd} is to be called at the latest. */
  long deadlineNs() {
    return Math.min(order.deadlineNs(), transfers.deadlineNs());
  }

  boolean hasEnded() {
    return ended;
  }

  /** The connection is over; what a back end works on is given back when it is done. */
  void end() {
    ended = true;
    loans.end();
    for (int i = 0; i < table.size(); i++) {
      CommandSlot slot = table.at(i);
      if (slot.state != CommandSlot.State.FREE && slot.state != CommandSlot.State.AWAIT_BACKEND) {
        slot.releaseMemory();
      }
    }
  }
}
