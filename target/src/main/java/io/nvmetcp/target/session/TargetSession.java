package io.nvmetcp.target.session;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
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
import io.nvmetcp.target.backend.TransferBuffer;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.schedule.ResponseScheduler;
import io.nvmetcp.target.subsystem.ConnectReply;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a host, and the queue it carries, as a machine: fed with bytes and the ends of
 * turns, it emits bytes. It knows no socket and no clock.
 *
 * <p>Confined to one thread, that of its {@link SessionHost}; back ends complete on it. Memory is
 * bounded by the queue's depth times the transfer size, and by what is on its way to the wire.
 * After {@link SessionHost#closing} it takes and emits nothing; {@link #closed} ends it in any
 * case.
 */
public final class TargetSession implements PduListener {
  /** Where a connection is, named by what it waits for. */
  private enum State {
    AWAIT_ICREQ,
    AWAIT_CONNECT,
    AWAIT_COMMANDS,
    ENDED
  }

  // Before Connect nothing but Connect may come.
  private static final int EARLY_SLOTS = 8;
  // Beyond the queue's entries: so much is read ahead before reading stops.
  private static final int SPARE_SLOTS = 32;
  private static final int SMALLEST_CAPSULE = PduType.CAPSULE_CMD.headerBytes();

  private final SessionOptions options;
  private final SubsystemDirectory directory;
  private final TransferBufferPool buffers;
  private final SessionHost host;
  private final SessionCounters counters;
  private final PduReader reader;
  private final PduWriter writer;
  private final DataInput input;
  private final ResponseWriter responses;
  private final LoanPool loans;
  private final FabricsCommands fabrics;
  private final ResponseScheduler scheduler;
  private CommandTable commands = new CommandTable(this, EARLY_SLOTS);
  private State state = State.AWAIT_ICREQ;
  private @Nullable Controller controller;
  private @Nullable IoCommands io;
  private final FusedPairs fused = new FusedPairs(this);
  private int qid;
  private int atBackend;
  private boolean inTurn;
  private boolean turnWanted;
  private boolean commandsSeen;
  private boolean stalled;

  /**
   * @param options what it may do
   * @param directory what it may connect to
   * @param buffers where data from the host is collected
   * @param engine computes digests
   * @param sink takes what it emits
   * @param host runs it
   * @param counters counts what it does
   */
  @SuppressWarnings("this-escape") // the reader calls back only when it is fed
  public TargetSession(
      SessionOptions options,
      SubsystemDirectory directory,
      TransferBufferPool buffers,
      Crc32cEngine engine,
      TransmitSink sink,
      SessionHost host,
      SessionCounters counters) {
    this.options = options;
    this.directory = directory;
    this.buffers = buffers;
    this.host = host;
    this.counters = counters;
    Limits initial = Limits.initial(Role.CONTROLLER, ControllerLimits.ADMIN_IN_CAPSULE_BYTES, 0);
    reader = new PduReader(engine, Voucher.PLACEMENT, initial, this);
    writer = new PduWriter(engine, sink);
    input = new DataInput(engine, counters);
    responses = new ResponseWriter(writer, options, counters);
    loans = new LoanPool(counters);
    fabrics = new FabricsCommands(loans, host.thread());
    scheduler =
        new ResponseScheduler(
            options.policy(), counters.displacement(), index -> answer(commands.at(index)));
  }

  /** The controller whose queue this connection carries, or null before Connect. */
  public @Nullable Controller controller() {
    return controller;
  }

  /** The queue's identifier; 0 is an admin queue. */
  public int qid() {
    return qid;
  }

  /**
   * Takes received bytes; the turn they came in ends with {@link #turnEnd}.
   *
   * @param bytes borrowed for the call
   * @return how many were taken. If fewer than {@code length}, too many commands are outstanding:
   *     the rest is to be offered again after {@link SessionHost#roomAgain}
   */
  public int accept(MemorySegment bytes, long offset, int length) {
    inTurn = true;
    int done = 0;
    while (done < length && state != State.ENDED) {
      // So much cannot hold more capsules than there are free slots.
      int room = commands.free();
      long safe =
          reader.payloadLeft() + Math.max(0, (long) room * SMALLEST_CAPSULE - SMALLEST_CAPSULE + 1);
      if (safe == 0) {
        stall();
        return state == State.ENDED ? length : done;
      }
      int step = (int) Math.min(length - done, safe);
      reader.accept(bytes, offset + done, step);
      done += step;
    }
    return length;
  }

  // No status and no FES exists for a host that overruns its queue: stop reading. If nothing that
  // is outstanding can complete without reading on, that cannot help.
  private void stall() {
    if (atBackend == 0 && scheduler.held() == 0) {
      reader.fail(
          ConnectionFault.hangUp(
              "more commands outstanding than the queue has entries: " + commands.size()));
    } else if (!stalled) {
      stalled = true;
      counters.count(Counter.STALLS);
    }
  }

  /** The end of a turn: what nothing can complete any more leaves. The caller then flushes. */
  public void turnEnd() {
    inTurn = false;
    turnWanted = false;
    if (state == State.ENDED) {
      return;
    }
    scheduler.turnEnd(atBackend);
    Controller current = controller;
    if (commandsSeen && current != null) {
      commandsSeen = false;
      current.keepAlive().traffic();
    }
    if (stalled && commands.free() > 0) {
      stalled = false;
      host.roomAgain();
    }
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    switch (type) {
      case IC_REQ -> initialize(IcRequest.decode(header));
      case CAPSULE_CMD -> capsule(header, payloadBytes);
      case H2C_DATA -> h2cData(header, payloadBytes);
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
            0,
            request.headerDigest() && options.headerDigest(),
            request.dataDigest() && options.dataDigest(),
            options.maxH2cDataBytes());
    Negotiated agreed = Negotiated.of(request, response);
    writer.icResp(response);
    writer.negotiated(agreed);
    reader.limits(reader.limits().with(agreed));
    state = State.AWAIT_CONNECT;
  }

  private void capsule(byte[] header, int payloadBytes) {
    counters.count(Counter.COMMANDS);
    commandsSeen = true;
    int at = PduFields.SQE;
    CommandSlot slot = commands.take(Sqe.cid(header, at), Sqe.opcode(header, at));
    IoCommands ioQueue = io;
    if (!slot.ownsCid) {
      slot.refuse(Status.COMMAND_ID_CONFLICT);
    } else if (state == State.AWAIT_CONNECT && !FabricsCommands.isConnect(header, at)) {
      slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
    } else if (ioQueue != null && slot.opcode != Fabrics.OPCODE) {
      ioQueue.prepare(slot, header, at, payloadBytes);
    } else {
      fabrics.prepare(slot, header, at, payloadBytes);
    }
    fused.arrived(slot);
    boolean wanted =
        slot.data == CommandSlot.Data.FROM_HOST && !slot.failed() && prepareBuffer(slot);
    if (payloadBytes > 0) {
      slot.state = CommandSlot.State.AWAIT_CAPSULE_DATA;
      int from = slot.inCapsuleOffset;
      beginInput(slot, from, wanted ? from + slot.lengthBytes : from, 0);
    } else if (!wanted) {
      dataComplete(slot);
    } else {
      slot.state = CommandSlot.State.AWAIT_H2C_DATA;
      writer.r2t(slot.cid, commands.newTag(slot), 0, slot.lengthBytes);
      counters.count(Counter.R2TS);
    }
  }

  private boolean prepareBuffer(CommandSlot slot) {
    TransferBuffer buffer = buffers.acquire(slot.lengthBytes);
    if (buffer == null) {
      slot.fail(Status.COMMAND_INTERRUPTED);
      return false;
    }
    slot.receiveInto(buffer);
    return true;
  }

  private void beginInput(CommandSlot slot, int from, int to, int at) {
    input.begin(slot, reader.limits().negotiated().dataDigest(), from, to, at);
  }

  private void h2cData(byte[] header, int payloadBytes) {
    int cccid = PduFields.cccid(header);
    CommandSlot slot = commands.byTag(PduFields.ttag(header));
    if (slot == null ? !commands.inUse(cccid) : slot.cid != cccid) {
      invalid(PduFields.CCCID, "H2CData for command " + cccid + ", which awaits none");
      return;
    }
    if (slot == null) {
      invalid(PduFields.TTAG, "H2CData with a transfer tag that is not outstanding");
      return;
    }
    long datao = PduFields.datao(header);
    if (datao != slot.receivedBytes || payloadBytes > slot.lengthBytes - slot.receivedBytes) {
      reader.fail(
          reader.fault(
              FatalStatus.DATA_OUT_OF_RANGE,
              0,
              "H2CData of %d bytes at %d where %d to %d are due"
                  .formatted(payloadBytes, datao, slot.receivedBytes, slot.lengthBytes)));
      return;
    }
    boolean last = (PduFields.flags(header) & PduFlags.LAST) != 0;
    if (last != (slot.receivedBytes + payloadBytes == slot.lengthBytes)) {
      invalid(PduFields.FLAGS, last ? "LAST_PDU too early" : "LAST_PDU is missing");
      return;
    }
    beginInput(slot, 0, payloadBytes, slot.receivedBytes);
  }

  private void invalid(int field, String reason) {
    reader.fail(reader.fault(FatalStatus.INVALID_HEADER_FIELD, field, reason));
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    input.run(bytes, offset, length, payloadOffset);
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    CommandSlot slot = input.end(digest, receivedDigest);
    if (type == PduType.H2C_DATA) {
      slot.receivedBytes += (int) PduFields.datal(header);
      if (slot.receivedBytes < slot.lengthBytes) {
        return;
      }
      slot.transferring = false;
    }
    dataComplete(slot);
  }

  /** Everything the host sends for this command is here. */
  private void dataComplete(CommandSlot slot) {
    if (slot.fuse != CommandSlot.Fuse.NONE) {
      fused.dataComplete(slot);
      return;
    }
    if (slot.failed()) {
      ready(slot);
      return;
    }
    slot.state = CommandSlot.State.AWAIT_BACKEND;
    IoCommands ioQueue = io;
    if (slot.scheduled && ioQueue != null) {
      atBackend++;
      ioQueue.execute(slot);
    } else if (state == State.AWAIT_CONNECT) {
      connect(slot);
    } else if (FabricsCommands.isDisconnect(slot.keptSqe(), 0)) {
      disconnect(slot);
    } else if (fabrics.execute(slot, controller, qid == 0)) {
      answer(slot);
    } else {
      slot.state = CommandSlot.State.AWAIT_EVENT;
    }
  }

  /** A back end is done with a command; on the session's thread. */
  void backendDone(CommandSlot slot, int status) {
    atBackend--;
    if (state == State.ENDED) {
      slot.releaseMemory();
      return;
    }
    slot.fail(status);
    ready(slot);
    wantTurn();
  }

  private void wantTurn() {
    if (!inTurn && !turnWanted) {
      turnWanted = true;
      host.turnWanted();
    }
  }

  /** Both halves of a fused pair are here and in order. */
  void compareAndWrite(CommandSlot first, CommandSlot second) {
    first.state = CommandSlot.State.AWAIT_BACKEND;
    second.state = CommandSlot.State.AWAIT_BACKEND;
    atBackend++;
    IoCommands.compareAndWrite(
        first, second, host.thread(), status -> pairDone(first, second, status));
  }

  private void pairDone(CommandSlot first, CommandSlot second, int status) {
    atBackend--;
    if (state == State.ENDED) {
      first.releaseMemory();
      second.releaseMemory();
      return;
    }
    fused.backendDone(first, second, status);
    wantTurn();
  }

  private void ready(CommandSlot slot) {
    if (slot.scheduled) {
      slot.state = CommandSlot.State.AWAIT_RELEASE;
      scheduler.ready(slot.index());
    } else {
      answer(slot);
    }
  }

  void answer(CommandSlot slot) {
    responses.respond(slot);
    release(slot);
  }

  private void release(CommandSlot slot) {
    slot.releaseMemory();
    commands.release(slot);
  }

  private void connect(CommandSlot slot) {
    byte[] data = new byte[ConnectData.BYTES];
    TransferBuffer buffer = slot.buffer();
    if (buffer == null) {
      throw new IllegalStateException("Connect without data");
    }
    MemorySegment.copy(buffer.memory(), ValueLayout.JAVA_BYTE, 0, data, 0, data.length);
    switch (directory.connect(slot.keptSqe(), 0, data, host)) {
      case ConnectReply.Refused(int status, long result) -> {
        slot.fail(status);
        slot.result = result;
        answer(slot);
      }
      case ConnectReply.Accepted accepted -> {
        slot.result = accepted.controller().cntlid();
        responses.queue(accepted.entries(), accepted.flowControl());
        responses.respondConnected(slot);
        release(slot);
        serve(accepted);
      }
    }
  }

  private void serve(ConnectReply.Accepted accepted) {
    Controller made = accepted.controller();
    controller = made;
    qid = accepted.qid();
    state = State.AWAIT_COMMANDS;
    commands = new CommandTable(this, accepted.entries() + SPARE_SLOTS);
    if (qid > 0) {
      io = new IoCommands(made, loans, host.thread());
      reader.limits(reader.limits().withMaxCapsuleData(made.subsystem().limits().inCapsuleBytes()));
    }
    host.connected();
  }

  private void disconnect(CommandSlot slot) {
    FabricsCommands.disconnect(slot, qid);
    boolean granted = !slot.failed();
    answer(slot);
    if (granted) {
      end("host disconnected the queue");
      host.closing("host disconnected the queue", true);
    }
  }

  @Override
  public void onFault(ConnectionFault fault) {
    FatalStatus status = fault.status();
    counters.count(status == null ? Counter.HANG_UPS : Counter.ofFes(status.code()));
    if (status != null) {
      writer.termReq(Role.CONTROLLER, fault);
    }
    Controller current = controller;
    end(fault.describe());
    host.closing(fault.describe(), status != null);
    if (current != null && status != null) {
      // A fatal fault on any queue ends its controller.
      current.end("queue " + qid + ": " + fault.describe());
    }
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
    for (int i = 0; i < commands.size(); i++) {
      CommandSlot slot = commands.at(i);
      // What a back end works on is given back when it is done.
      if (slot.state != CommandSlot.State.FREE && slot.state != CommandSlot.State.AWAIT_BACKEND) {
        slot.releaseMemory();
      }
    }
    Controller current = controller;
    if (current != null) {
      current.detach(qid, host, reason);
    }
  }
}
