package io.nvmetcp.target.session;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.subsystem.AdminCommands;
import io.nvmetcp.target.subsystem.AdminReply;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.FeatureSet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Admin and Fabrics commands as a session sees them: what data they need, and what they answer.
 * Keeps those that wait: event requests and aborts. Confined to the session's thread.
 */
final class FabricsCommands {
  private static final byte[] NO_DATA = {};
  private static final long NOT_ABORTED = 1;

  private final CommandFlow flow;
  private final LoanPool loans;
  private final Executor thread;
  private final ArrayDeque<CommandSlot> eventRequests = new ArrayDeque<>();
  private int aborts;

  FabricsCommands(CommandFlow flow, LoanPool loans, Executor thread) {
    this.flow = flow;
    this.loans = loans;
    this.thread = thread;
  }

  static boolean isConnect(byte[] sqe, int at) {
    return Sqe.opcode(sqe, at) == Fabrics.OPCODE && Sqe.fctype(sqe, at) == Fabrics.CONNECT;
  }

  static boolean isDisconnect(byte[] sqe, int at) {
    return Sqe.opcode(sqe, at) == Fabrics.OPCODE && Sqe.fctype(sqe, at) == Fabrics.DISCONNECT;
  }

  /** Reads a command of an admin queue, or a Fabrics command of any, into its slot. */
  void prepare(CommandSlot slot, byte[] sqe, int at, int capsuleBytes) {
    byte[] kept = slot.keepSqe(sqe, at);
    DataPointer.checkFlags(slot, kept, 0);
    int bytes = dataFromHost(kept);
    if (bytes > 0) {
      DataPointer.fromHost(slot, kept, 0, bytes, capsuleBytes);
    } else if (slot.opcode != Fabrics.OPCODE) {
      slot.askedNsid = Sqe.nsid(kept, 0);
      // Data that a command brings and that nobody wants is dropped.
      slot.data = CommandSlot.Data.NONE;
    }
  }

  private static int dataFromHost(byte[] sqe) {
    if (isConnect(sqe, 0)) {
      return ConnectData.BYTES;
    }
    return Sqe.opcode(sqe, 0) == AdminOpcode.SET_FEATURES ? FeatureSet.dataBytes(sqe, 0) : 0;
  }

  /**
   * Executes a prepared command other than Connect and Disconnect; the answer stands in the slot.
   *
   * @return false if the command waits: it is answered later, by {@link CommandFlow#answer}
   */
  boolean execute(CommandSlot slot, @Nullable Controller controller, boolean adminQueue) {
    if (controller == null) {
      slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
      return true;
    }
    if (!adminQueue) {
      slot.refuse(Status.INVALID_FIELD);
      return true;
    }
    if (controller.ready()) {
      if (slot.opcode == AdminOpcode.ASYNC_EVENT_REQUEST) {
        return requestEvent(slot);
      }
      if (slot.opcode == AdminOpcode.ABORT) {
        return abort(slot, controller);
      }
    }
    byte[] sqe = slot.keptSqe();
    long announced = slot.opcode == Fabrics.OPCODE ? -1 : AdminCommands.dataToHost(sqe, 0);
    if (announced >= 0 && !takes(slot, sqe, announced)) {
      // Reading a log may clear it: not if it cannot arrive.
      return true;
    }
    AdminReply reply = reply(slot, controller, sqe);
    slot.result = reply.result();
    slot.fail(reply.status());
    if (reply.data().length > 0 && takes(slot, sqe, reply.data().length)) {
      ReadLoan loan = loans.takeUncounted();
      loan.pieces().add(MemorySegment.ofArray(reply.data()), 0, reply.data().length);
      slot.loan = loan;
    }
    return true;
  }

  /** False, and the command has failed, if its data pointer is not one for so many bytes. */
  private static boolean takes(CommandSlot slot, byte[] sqe, long bytes) {
    if (Sgl.type(sqe, 0) != Sgl.TRANSPORT) {
      slot.refuse(Status.SGL_TYPE_INVALID, Sqe.SGL1 + Sgl.TYPE);
    } else if (Sgl.length(sqe, 0) != bytes) {
      slot.refuse(Status.DATA_SGL_LENGTH_INVALID, Sqe.SGL1 + Sgl.LENGTH);
    }
    return !slot.failed();
  }

  private AdminReply reply(CommandSlot slot, Controller controller, byte[] sqe) {
    if (slot.opcode != Fabrics.OPCODE) {
      byte[] data = slot.lengthBytes > 0 ? slot.receivedBytes(slot.lengthBytes) : NO_DATA;
      return AdminCommands.execute(controller, sqe, 0, data);
    }
    return switch (Sqe.fctype(sqe, 0)) {
      case Fabrics.PROPERTY_GET -> AdminCommands.propertyGet(controller, sqe, 0);
      case Fabrics.PROPERTY_SET ->
          AdminCommands.propertySet(controller, sqe, 0, thread, this::voidEventRequests);
      // A queue is connected once (Base specification 6.3).
      case Fabrics.CONNECT -> AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  private boolean requestEvent(CommandSlot slot) {
    if (eventRequests.size() == Controller.EVENT_REQUESTS) {
      slot.refuse(Status.AER_LIMIT_EXCEEDED);
      return true;
    }
    slot.state = CommandSlot.State.AWAIT_EVENT;
    eventRequests.add(slot);
    return false;
  }

  /** Event requests that wait. */
  int eventRequests() {
    return eventRequests.size();
  }

  /** Answers event requests while there are both: requests, and events that may be reported. */
  void reportEvents(Controller controller) {
    while (!eventRequests.isEmpty()) {
      OptionalInt event = controller.events().take();
      if (event.isEmpty()) {
        return;
      }
      boolean answered = answerEventRequest(Integer.toUnsignedLong(event.getAsInt()));
      assert answered;
    }
  }

  /** Answers the event request that waits longest with {@code result}; false if there is none. */
  boolean answerEventRequest(long result) {
    CommandSlot slot = eventRequests.poll();
    if (slot == null) {
      return false;
    }
    slot.result = result;
    flow.answer(slot);
    return true;
  }

  // After a controller reset the host counts on nothing of before, but on the identifiers.
  private void voidEventRequests() {
    while (!eventRequests.isEmpty()) {
      answerAborted(eventRequests.remove());
    }
  }

  /** True if the command is an event request that waits; it has been answered then. */
  boolean abortEventRequest(CommandSlot slot) {
    if (!eventRequests.remove(slot)) {
      return false;
    }
    answerAborted(slot);
    return true;
  }

  private void answerAborted(CommandSlot slot) {
    slot.fail(Status.ABORT_REQUESTED);
    flow.answer(slot);
  }

  private boolean abort(CommandSlot slot, Controller controller) {
    if (aborts == Controller.ABORTS) {
      slot.refuse(Status.ABORT_LIMIT_EXCEEDED);
      return true;
    }
    aborts++;
    slot.state = CommandSlot.State.AWAIT_ABORT;
    int sqid = LittleEndian.u16(slot.keptSqe(), Sqe.CDW10);
    int cid = LittleEndian.u16(slot.keptSqe(), Sqe.CDW10 + 2);
    controller.abort(sqid, cid, aborted -> thread.execute(() -> abortDone(slot, aborted)));
    return false;
  }

  private void abortDone(CommandSlot slot, boolean aborted) {
    aborts--;
    slot.result = aborted ? 0 : NOT_ABORTED;
    flow.answerLate(slot);
  }

  /** Judges a Disconnect, which ends an I/O queue (Base specification 6.4). */
  static void disconnect(CommandSlot slot, int qid) {
    if (LittleEndian.u16(slot.keptSqe(), Sqe.CDW10) != 0) {
      slot.refuse(Status.CONNECT_INCOMPATIBLE_FORMAT);
    } else if (qid == 0) {
      slot.refuse(Status.INVALID_QUEUE_TYPE);
    }
  }
}
