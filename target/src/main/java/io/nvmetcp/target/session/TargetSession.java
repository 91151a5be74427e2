package io.nvmetcp.target.session;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.pdu.frame.PduWriter;
import io.nvmetcp.pdu.frame.TransmitSink;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.subsystem.ConnectReply;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.QueueEnd;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a host, and the queue it carries, as a machine: fed with bytes, the ends of
 * turns and the time, it emits bytes. It knows no socket and no clock.
 *
 * <p>Confined to one thread, that of its {@link SessionHost}; back ends complete on it. Its memory
 * is bounded: data from the host by {@link SessionLimits#memoryBytes} and the data in the capsules
 * of its queue; data to the host, at the back end or on its way, by as much again and one answer,
 * and what is on its way by {@link SessionHost#outputRoomBytes} and one answer; and all data of all
 * connections by the limit of their pool, beyond which commands are told to retry. After {@link
 * SessionHost#closing} it takes and emits nothing; {@link #closed} ends it in any case.
 */
public final class TargetSession implements PduListener {
  /** Where a connection is, named by what it waits for. */
  private enum State {
    AWAIT_ICREQ,
    AWAIT_CONNECT,
    AWAIT_COMMANDS,
    ENDED
  }

  // What is read at a time between large data: the header of the next, and perhaps commands before
  // it. So much of the data is copied at most; less would read small commands one by one.
  private static final int HEADERS_BYTES = 4096;

  private final SessionOptions options;
  private final SubsystemDirectory directory;
  private final SessionHost host;
  private final SessionCounters counters;
  private final PduReader reader;
  private final PduWriter writer;
  private final CommandFlow flow;
  private final Intake intake;
  private final ConnectionClock clock;
  private final SessionQueue queue;
  private State state = State.AWAIT_ICREQ;
  private @Nullable Controller controller;
  private int qid;
  private int largestAnswerBytes = ControllerLimits.PAGE_BYTES;
  private boolean inTurn;
  private boolean turnWanted;
  private boolean commandsSeen;

  /**
   * @param options what it may do
   * @param directory what it may connect to
   * @param buffers where data from the host is collected
   * @param engine computes digests
   * @param sink takes what it emits
   * @param host runs it
   * @param counters counts what it does
   * @param nowNs the time at which the connection began, on the clock of {@link #turnEnd}
   */
  @SuppressWarnings("this-escape") // the reader calls back only when it is fed
  public TargetSession(
      SessionOptions options,
      SubsystemDirectory directory,
      TransferBufferPool buffers,
      Crc32cEngine engine,
      TransmitSink sink,
      SessionHost host,
      SessionCounters counters,
      long nowNs) {
    this.options = options;
    this.directory = directory;
    this.host = host;
    this.counters = counters;
    Limits initial = Limits.initial(Role.CONTROLLER, ControllerLimits.ADMIN_IN_CAPSULE_BYTES, 0);
    reader =
        new PduReader(
            engine, Voucher.PLACEMENT, options.strict() ? initial.strictly() : initial, this);
    writer = new PduWriter(engine, sink);
    flow = new CommandFlow(this, options, buffers, engine, writer, host.thread(), counters);
    intake = new Intake(options.limits());
    clock = new ConnectionClock(options.limits(), nowNs);
    queue = new SessionQueue(this, host, counters);
  }

  /** The controller whose queue this connection carries, or null before Connect. */
  public @Nullable Controller controller() {
    return controller;
  }

  /** The queue's identifier; 0 is an admin queue. */
  public int qid() {
    return qid;
  }

  boolean dataDigest() {
    return reader.limits().negotiated().dataDigest();
  }

  /**
   * Takes received bytes; the turn they came in ends with {@link #turnEnd}.
   *
   * @param bytes borrowed for the call
   * @return how many were taken. If fewer than {@code length}, the rest is to be offered again
   *     after {@link SessionHost#roomAgain}
   */
  public int accept(MemorySegment bytes, long offset, int length) {
    inTurn = true;
    flow.loans().turn();
    int done = 0;
    while (done < length && state != State.ENDED) {
      int step =
          intake.next(reader, length - done, flow.free(), outputRoomBytes(), largestAnswerBytes);
      if (step == 0) {
        stopped();
        return state == State.ENDED ? length : done;
      }
      reader.accept(bytes, offset + done, step);
      intake.moved(step);
      done += step;
    }
    return length;
  }

  /**
   * Looks for the place of the data that comes next in the stream: whoever reads it from the socket
   * to there, and then gives those bytes to {@link #accept}, spares a copy.
   *
   * @return how many bytes go to {@link #placeMemory} at {@link #placeOffset}, or 0 if there is no
   *     such place; good until the session is called again
   */
  public int findPlace() {
    return state == State.AWAIT_COMMANDS ? flow.input().findPlace(reader.payloadLeft()) : 0;
  }

  /** Where {@link #findPlace} found a place. */
  public MemorySegment placeMemory() {
    return flow.input().placeMemory();
  }

  /** Where in {@link #placeMemory} the place starts. */
  public long placeOffset() {
    return flow.input().placeOffset();
  }

  /**
   * How much to read at most if {@link #findPlace} found no place: so little that the data behind
   * the next header can be read to its place; 0 if that does not matter.
   */
  public int mostBytesWithoutPlace() {
    return flow.expectsLargeData() ? reader.payloadLeft() + HEADERS_BYTES : 0;
  }

  private void stopped() {
    switch (intake.stop()) {
      case SLOTS -> {
        if (flow.moves()) {
          counters.count(Counter.STALLS);
        } else {
          // No status and no FES exists for a host that overruns its queue, and nothing that is
          // outstanding can complete unless reading goes on.
          reader.fail(
              ConnectionFault.hangUp(
                  "%d commands outstanding and more to come, which the queue has no entries for"
                      .formatted(flow.size())));
        }
      }
      case OUTPUT -> {
        counters.count(Counter.OUTPUT_STALLS);
        flow.loans().wantRoom();
      }
      case TURN -> counters.count(Counter.TURNS_CUT);
      case NONE, DRAINING -> {}
    }
  }

  private long outputRoomBytes() {
    return Math.min(host.outputRoomBytes(), flow.loans().roomBytes());
  }

  /** Bytes went to the host. */
  void moved(int bytes) {
    intake.moved(bytes);
  }

  /**
   * The end of a turn, or a time that {@link #deadlineNs} named: what nothing can complete any more
   * leaves, and what is due. The caller then flushes.
   *
   * @param nowNs the time, on a clock that never goes back
   */
  public void turnEnd(long nowNs) {
    inTurn = false;
    turnWanted = false;
    if (state != State.ENDED) {
      flow.loans().turn();
      flow.turnEnd(nowNs);
      writer.settle();
      flow.loans().turnEnd();
    }
    // A Disconnect may have been waiting for what left just now.
    if (state != State.ENDED) {
      endTurn(nowNs);
    }
  }

  private void endTurn(long nowNs) {
    Controller current = controller;
    if (commandsSeen && current != null) {
      commandsSeen = false;
      current.keepAlive().traffic();
    }
    lookAtClock(nowNs);
    intake.newTurn();
    if (state != State.ENDED && intake.mayGoOn(flow.free(), outputRoomBytes())) {
      host.roomAgain();
    }
    if (state != State.ENDED && intake.draining() && drained()) {
      finish("drained", true);
    }
  }

  private void lookAtClock(long nowNs) {
    clock.look(nowNs);
    boolean taking = intake.stop() == Intake.Stop.NONE;
    clock.data(flow.awaitsData(), flow.input().takenBytes(), taking, nowNs);
    LoanPool loans = flow.loans();
    boolean full = intake.stop() == Intake.Stop.OUTPUT && host.outputRoomBytes() <= 0;
    clock.answers(full || loans.sending(), loans.sentPayloads(), nowNs);
    String reason = clock.expired(nowNs);
    if (reason != null) {
      finish(reason, false);
    }
  }

  /** When {@link #turnEnd} is to be called at the latest, on the same clock; or the far future. */
  public long deadlineNs() {
    return state == State.ENDED ? Long.MAX_VALUE : Math.min(clock.deadlineNs(), flow.deadlineNs());
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    switch (type) {
      case IC_REQ -> initialize(IcRequest.decode(header));
      case CAPSULE_CMD -> {
        Controller current = controller;
        if (current != null && (current.hasEnded() || queue.told())) {
          // Its connections are told to close, and this one may be told last, or has not come to
          // it.
          // No answer is better than an error: the host learns that the association, or the queue,
          // is lost, and what that means.
          finish(
              current.hasEnded() ? "the controller has ended" : "the controller deleted the queue",
              false);
          return;
        }
        commandsSeen = true;
        intake.command();
        flow.capsule(header, payloadBytes);
      }
      case H2C_DATA -> flow.h2cData(header, payloadBytes);
      case H2C_TERM_REQ -> {
        TermRequest request = TermRequest.decode(header, (int) PduFields.plen(header));
        reader.fail(ConnectionFault.hangUp("host ends the connection: " + request.describe()));
      }
      case IC_RESP, CAPSULE_RESP, C2H_DATA, R2T, C2H_TERM_REQ ->
          throw new IllegalStateException(type + " passed the direction check");
    }
  }

  private void initialize(IcRequest request) {
    IcResponse response =
        new IcResponse(
            0,
            options.cpda(),
            request.headerDigest() && options.headerDigest(),
            request.dataDigest() && options.dataDigest(),
            options.sizes().maxH2cDataBytes());
    Negotiated agreed = Negotiated.of(request, response);
    writer.icResp(response);
    writer.negotiated(agreed);
    reader.limits(reader.limits().with(agreed));
    state = State.AWAIT_CONNECT;
    clock.initialized();
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    flow.input().run(bytes, offset, length, payloadOffset);
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    if (type == PduType.H2C_DATA) {
      flow.h2cDataEnd(header, digest, receivedDigest);
    } else {
      flow.capsuleEnd(digest, receivedDigest);
    }
  }

  /** Something is to leave that became ready outside a turn. */
  void wantTurn() {
    if (!inTurn && !turnWanted) {
      turnWanted = true;
      host.turnWanted();
    }
  }

  /** The data of a Connect is here. */
  void connect(CommandSlot slot) {
    byte[] data = slot.receivedBytes(ConnectData.BYTES);
    switch (directory.connect(slot.keptSqe(), 0, data, queue)) {
      case ConnectReply.Refused(int status, long result) -> {
        flow.refuseConnect(slot, status, result);
        host.refused(ConnectData.decode(data), status);
      }
      case ConnectReply.Accepted accepted -> {
        flow.acceptConnect(slot, accepted, reader.limits().negotiated().maxR2t());
        serve(accepted);
      }
    }
  }

  private void serve(ConnectReply.Accepted accepted) {
    Controller made = accepted.controller();
    controller = made;
    qid = accepted.qid();
    state = State.AWAIT_COMMANDS;
    clock.connected(qid == 0 ? made.keepAlive() : null);
    ControllerLimits limits = made.subsystem().limits();
    largestAnswerBytes = limits.maxTransferBytes();
    if (qid > 0) {
      reader.limits(reader.limits().withMaxCapsuleData(limits.inCapsuleBytes()));
    }
    host.connected();
  }

  /** A Disconnect is to be executed. */
  void disconnect(CommandSlot slot) {
    FabricsCommands.disconnect(slot, qid);
    if (!slot.failed() && flow.leaving()) {
      // Each would wait for the other.
      slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
    }
    if (slot.failed()) {
      flow.answer(slot);
    } else {
      flow.leave(slot);
    }
  }

  /** The Disconnect was answered. */
  void disconnected() {
    finish("host disconnected the queue", true);
  }

  /**
   * Takes no new commands from now on. Those that are outstanding finish and are answered, event
   * requests excepted; then the session is over. Before Connect it is over at once. Call {@link
   * #turnEnd} next.
   */
  public void drain() {
    intake.drain();
  }

  // A command whose data cannot come, since a new command stands before it, will not finish.
  private boolean drained() {
    return state != State.AWAIT_COMMANDS
        || flow.idle()
        || (intake.stop() == Intake.Stop.DRAINING && !flow.moves());
  }

  /**
   * Answers the oldest outstanding asynchronous event request; on the session's thread.
   *
   * @param result dword 0: type, information and log page of the event
   * @return false if the host has none outstanding, or the session is over
   */
  public boolean postEvent(long result) {
    return state == State.AWAIT_COMMANDS && flow.postEvent(result);
  }

  /**
   * Aborts a command of this queue; on the session's thread. What is answered by it leaves with the
   * turn that {@link SessionHost#turnWanted} asks for.
   *
   * @return true if it ends, now or once the data that was asked for is here, with the status
   *     <em>command abort requested</em>; false if there is no such command, or it goes on
   */
  public boolean abort(int cid) {
    return state == State.AWAIT_COMMANDS && flow.abort(cid);
  }

  /** The controller has something to report. */
  void reportEvents() {
    flow.reportEvents();
  }

  /** As {@link QueueEnd#whenIdle} has it, on the session's thread. */
  void whenIdle(Runnable action) {
    flow.whenIdle(action);
  }

  /** The stream broke a rule: the header in hand is reported. */
  void fail(FatalStatus status, long information, String reason) {
    reader.fail(reader.fault(status, information, reason));
  }

  @Override
  public void onFault(ConnectionFault fault) {
    FatalStatus status = fault.status();
    counters.count(status == null ? Counter.HANG_UPS : Counter.ofFes(status.code()));
    if (status != null) {
      writer.termReq(Role.CONTROLLER, fault);
    }
    Controller current = controller;
    finish(fault.describe(), status != null);
    if (current != null) {
      // A fatal fault on any queue ends its controller (Base specification 3.3.2.4).
      current.end("queue " + qid + ": " + fault.describe());
    }
  }

  private void finish(String reason, boolean lastWords) {
    end(reason);
    host.closing(reason, lastWords);
  }

  /** The connection is gone: gives everything back and tells the controller. Idempotent. */
  public void closed(String reason) {
    if (state != State.ENDED) {
      end(reason);
    }
  }

  private void end(String reason) {
    state = State.ENDED;
    reader.close();
    flow.end();
    Controller current = controller;
    if (current != null) {
      current.detach(qid, queue, reason);
    }
  }
}
