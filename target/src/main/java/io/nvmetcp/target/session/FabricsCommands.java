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
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Admin and Fabrics commands as a session sees them: what data they need, and what they answer.
 * Confined to the session's thread.
 */
final class FabricsCommands {
  private final LoanPool loans;
  private final Executor thread;
  private int eventRequests;

  FabricsCommands(LoanPool loans, Executor thread) {
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
    if (isConnect(kept, 0)) {
      DataPointer.fromHost(slot, kept, 0, ConnectData.BYTES, capsuleBytes);
    } else if (slot.opcode != Fabrics.OPCODE) {
      // Admin commands with data from the host are not implemented: it is dropped and they fail.
      slot.data = CommandSlot.Data.NONE;
    }
  }

  /**
   * Executes a prepared command other than Connect and Disconnect; the answer stands in the slot.
   *
   * @return false if the command is kept without an answer: an event request
   */
  boolean execute(CommandSlot slot, @Nullable Controller controller, boolean adminQueue) {
    byte[] sqe = slot.keptSqe();
    if (controller == null) {
      slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
      return true;
    }
    if (slot.opcode == AdminOpcode.ASYNC_EVENT_REQUEST && adminQueue && controller.ready()) {
      if (eventRequests < Controller.EVENT_REQUESTS) {
        eventRequests++;
        return false;
      }
      slot.refuse(Status.AER_LIMIT_EXCEEDED);
      return true;
    }
    AdminReply reply = adminQueue ? reply(controller, sqe) : onIoQueue();
    slot.result = reply.result();
    slot.fail(reply.status());
    if (reply.data().length > 0) {
      lend(slot, sqe, reply.data());
    }
    return true;
  }

  /** An event request was answered: there is room for another. */
  void eventAnswered() {
    eventRequests--;
  }

  private AdminReply reply(Controller controller, byte[] sqe) {
    if (Sqe.opcode(sqe, 0) != Fabrics.OPCODE) {
      return AdminCommands.execute(controller, sqe, 0);
    }
    return switch (Sqe.fctype(sqe, 0)) {
      case Fabrics.PROPERTY_GET -> AdminCommands.propertyGet(controller, sqe, 0);
      case Fabrics.PROPERTY_SET -> AdminCommands.propertySet(controller, sqe, 0, thread);
      // A queue is connected once (Base specification 6.3).
      case Fabrics.CONNECT -> AdminReply.refused(Status.COMMAND_SEQUENCE_ERROR);
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  private static AdminReply onIoQueue() {
    return AdminReply.refused(Status.INVALID_FIELD);
  }

  private void lend(CommandSlot slot, byte[] sqe, byte[] data) {
    if (Sgl.type(sqe, 0) != Sgl.TRANSPORT) {
      slot.refuse(Status.SGL_TYPE_INVALID);
    } else if (Sgl.length(sqe, 0) != data.length) {
      slot.refuse(Status.DATA_SGL_LENGTH_INVALID);
    } else {
      ReadLoan loan = loans.take();
      loan.pieces().add(MemorySegment.ofArray(data), 0, data.length);
      slot.loan = loan;
    }
  }

  /** Disconnect ends an I/O queue (Base specification 6.4); the answer stands in the slot. */
  static void disconnect(CommandSlot slot, int qid) {
    if (LittleEndian.u16(slot.keptSqe(), Sqe.CDW10) != 0) {
      slot.refuse(Status.CONNECT_INCOMPATIBLE_FORMAT);
    } else if (qid == 0) {
      slot.refuse(Status.INVALID_QUEUE_TYPE);
    }
  }
}
