package io.nvmetcp.target.session;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.concurrent.Executor;

/**
 * The NVM command set on an I/O queue: judges a command when its header is there, starts it when
 * its data is. Allocates nothing. Confined to the session's thread.
 */
final class IoCommands {
  private final Controller controller;
  private final LoanPool loans;
  private final Executor thread;
  private final long maxTransferBytes;

  IoCommands(Controller controller, LoanPool loans, Executor thread) {
    this.controller = controller;
    this.loans = loans;
    this.thread = thread;
    maxTransferBytes = controller.subsystem().limits().maxTransferBytes();
  }

  /** Reads the command into its slot, or refuses it there. */
  void prepare(CommandSlot slot, byte[] sqe, int at, int capsuleBytes) {
    slot.scheduled = true;
    if (!controller.ready()) {
      slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
      return;
    }
    int opcode = slot.opcode;
    if (opcode != IoOpcode.READ && opcode != IoOpcode.WRITE && opcode != IoOpcode.FLUSH) {
      slot.refuse(Status.INVALID_OPCODE);
      return;
    }
    DataPointer.checkFlags(slot, sqe, at);
    Namespace namespace = controller.subsystem().namespace(Sqe.nsid(sqe, at));
    if (namespace == null) {
      slot.refuse(Status.INVALID_NAMESPACE);
      return;
    }
    slot.namespace = namespace;
    if (opcode == IoOpcode.FLUSH) {
      DataPointer.none(slot, capsuleBytes);
    } else {
      transfer(slot, namespace, sqe, at, capsuleBytes);
    }
  }

  private void transfer(
      CommandSlot slot, Namespace namespace, byte[] sqe, int at, int capsuleBytes) {
    boolean write = slot.opcode == IoOpcode.WRITE;
    int blocks = Sqe.blocks(sqe, at);
    long bytes = (long) blocks << namespace.blockShift();
    if (bytes > maxTransferBytes) {
      slot.refuse(Status.INVALID_FIELD);
      return;
    }
    long slba = Sqe.slba(sqe, at);
    if (slba < 0 || slba > namespace.blocks() - blocks) {
      slot.refuse(Status.LBA_OUT_OF_RANGE);
      return;
    }
    if (write && namespace.backend().readOnly()) {
      slot.refuse(Status.NAMESPACE_WRITE_PROTECTED);
      return;
    }
    slot.offsetBytes = slba << namespace.blockShift();
    slot.durable =
        (LittleEndian.i32(sqe, at + Sqe.CDW10 + 8) & Sqe.CDW12_FUA) != 0
            || !controller.features().writeCacheEnabled();
    if (write) {
      DataPointer.fromHost(slot, sqe, at, bytes, capsuleBytes);
    } else {
      DataPointer.toHost(slot, sqe, at, bytes, capsuleBytes);
    }
  }

  /** Hands the command to its back end, which completes the slot. */
  void execute(CommandSlot slot) {
    Namespace namespace = slot.namespace;
    if (namespace == null) {
      throw new IllegalStateException("an I/O command without a namespace");
    }
    StorageBackend backend = namespace.backend();
    switch (slot.opcode) {
      case IoOpcode.READ -> {
        ReadLoan loan = loans.take();
        slot.loan = loan;
        backend.read(slot.offsetBytes, slot.lengthBytes, loan.pieces(), thread, slot);
      }
      case IoOpcode.WRITE ->
          backend.write(slot.offsetBytes, slot.received(), slot.durable, thread, slot);
      case IoOpcode.FLUSH -> backend.flush(thread, slot);
      default -> throw new IllegalStateException("opcode " + slot.opcode + " was accepted");
    }
  }
}
