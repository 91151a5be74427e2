package io.nvmetcp.target.session;

import io.nvmetcp.nvme.CopyCommand;
import io.nvmetcp.nvme.CopyRange;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.concurrent.Executor;

/**
 * The NVM command set on an I/O queue: judges a command when its header is there, starts it when
 * its data is. Allocates nothing for reads, writes and flushes. Confined to the session's thread.
 */
final class IoCommands {
  private static final int NR_MASK = 0xFF;
  private static final int CDW12_DEAC = 1 << 25;
  private static final int NLB = Sqe.CDW10 + 8;
  private static final long ALL_NAMESPACES = 0xFFFF_FFFFL;

  private final Controller controller;
  private final LoanPool loans;
  private final Executor thread;
  private final int maxTransferBytes;

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
      if (controller.hasEnded()) {
        // Just now, on another thread.
        slot.fail(Status.SQ_DELETED);
      } else {
        slot.refuse(Status.COMMAND_SEQUENCE_ERROR);
      }
      return;
    }
    int opcode = slot.opcode;
    long nsid = Sqe.nsid(sqe, at);
    slot.askedNsid = nsid;
    if (!isKnown(opcode)) {
      slot.refuse(Status.INVALID_OPCODE, Sqe.OPCODE);
      return;
    }
    flags(slot, sqe, at);
    if (opcode == IoOpcode.FLUSH && nsid == ALL_NAMESPACES) {
      DataPointer.none(slot, capsuleBytes);
      return;
    }
    Namespace namespace = controller.subsystem().namespace(nsid);
    if (namespace == null) {
      slot.refuse(Status.INVALID_NAMESPACE, Sqe.NSID);
      return;
    }
    slot.namespace = namespace;
    if (namespace.backend().readOnly() && changesBlocks(opcode, sqe, at)) {
      slot.refuse(Status.NAMESPACE_WRITE_PROTECTED);
      return;
    }
    switch (opcode) {
      case IoOpcode.FLUSH -> DataPointer.none(slot, capsuleBytes);
      case IoOpcode.DATASET_MANAGEMENT ->
          list(slot, sqe, at, (ranges(sqe, at)) * DatasetRange.BYTES, capsuleBytes);
      case IoOpcode.COPY -> copy(slot, sqe, at, capsuleBytes);
      default -> range(slot, namespace, sqe, at, capsuleBytes);
    }
  }

  private static boolean isKnown(int opcode) {
    return switch (opcode) {
      case IoOpcode.READ,
          IoOpcode.WRITE,
          IoOpcode.FLUSH,
          IoOpcode.COMPARE,
          IoOpcode.WRITE_ZEROES,
          IoOpcode.DATASET_MANAGEMENT,
          IoOpcode.VERIFY,
          IoOpcode.COPY ->
          true;
      default -> false;
    };
  }

  private static boolean changesBlocks(int opcode, byte[] sqe, int at) {
    return switch (opcode) {
      case IoOpcode.WRITE, IoOpcode.WRITE_ZEROES, IoOpcode.COPY -> true;
      case IoOpcode.DATASET_MANAGEMENT -> deallocates(sqe, at);
      default -> false;
    };
  }

  private static boolean deallocates(byte[] sqe, int at) {
    return (Sqe.cdw(sqe, at, 11) & DatasetRange.CDW11_DEALLOCATE) != 0;
  }

  private static int ranges(byte[] sqe, int at) {
    return ((int) Sqe.cdw(sqe, at, 10) & NR_MASK) + 1;
  }

  private void flags(CommandSlot slot, byte[] sqe, int at) {
    int flags = Sqe.flags(sqe, at);
    int fuse = flags & Sqe.FLAGS_FUSE_MASK;
    if (fuse != 0 && controller.subsystem().comparesAndWrites()) {
      if (fuse == 1 && slot.opcode == IoOpcode.COMPARE) {
        slot.fuse = CommandSlot.Fuse.FIRST;
      } else if (fuse == 2 && slot.opcode == IoOpcode.WRITE) {
        slot.fuse = CommandSlot.Fuse.SECOND;
      }
    }
    int allowed = slot.fuse == CommandSlot.Fuse.NONE ? 0 : fuse;
    if (flags != (Sqe.FLAGS_SGL | allowed)) {
      slot.refuse(Status.INVALID_FIELD, Sqe.FLAGS);
    }
  }

  private void range(CommandSlot slot, Namespace namespace, byte[] sqe, int at, int capsuleBytes) {
    int blocks = Sqe.blocks(sqe, at);
    long bytes = (long) blocks << namespace.blockShift();
    boolean transfers = slot.opcode != IoOpcode.WRITE_ZEROES && slot.opcode != IoOpcode.VERIFY;
    long slba = Sqe.slba(sqe, at);
    slot.askedLba = slba;
    if (transfers && bytes > maxTransferBytes) {
      slot.refuse(Status.INVALID_FIELD, NLB);
      return;
    }
    if (slba < 0 || slba > namespace.blocks() - blocks) {
      slot.refuse(Status.LBA_OUT_OF_RANGE, Sqe.CDW10);
      return;
    }
    // ACWU 0: a fused pair is atomic for one block.
    if (slot.fuse != CommandSlot.Fuse.NONE && blocks > 1) {
      slot.refuse(Status.ATOMIC_WRITE_UNIT_EXCEEDED, NLB);
      return;
    }
    long dword12 = Sqe.cdw(sqe, at, 12);
    slot.offsetBytes = slba << namespace.blockShift();
    slot.rangeBytes = bytes;
    slot.forced = (dword12 & Sqe.CDW12_FUA) != 0;
    slot.durable = durable(slot.forced);
    slot.deallocate = (dword12 & CDW12_DEAC) != 0;
    switch (slot.opcode) {
      case IoOpcode.WRITE, IoOpcode.COMPARE ->
          DataPointer.fromHost(slot, sqe, at, bytes, capsuleBytes);
      case IoOpcode.READ -> DataPointer.toHost(slot, sqe, at, bytes, capsuleBytes);
      default -> DataPointer.none(slot, capsuleBytes);
    }
  }

  private boolean durable(boolean forced) {
    return forced || !controller.features().writeCacheEnabled();
  }

  private void copy(CommandSlot slot, byte[] sqe, int at, int capsuleBytes) {
    if (CopyCommand.format(sqe, at) != 0) {
      slot.refuse(Status.INVALID_FIELD);
      return;
    }
    if (CopyCommand.ranges(sqe, at) > Namespace.COPY_RANGES) {
      slot.refuse(Status.COMMAND_SIZE_LIMIT_EXCEEDED);
      return;
    }
    slot.durable = durable(CopyCommand.forceUnitAccess(sqe, at));
    list(slot, sqe, at, CopyCommand.ranges(sqe, at) * CopyRange.bytes(0), capsuleBytes);
  }

  private void list(CommandSlot slot, byte[] sqe, int at, int bytes, int capsuleBytes) {
    byte[] kept = slot.keepSqe(sqe, at);
    DataPointer.listFromHost(slot, kept, 0, bytes, maxTransferBytes, capsuleBytes);
  }

  /** Hands the command to its back end, which completes the slot. */
  void execute(CommandSlot slot) {
    Namespace namespace = slot.namespace;
    if (namespace == null) {
      new FlushRun(controller.subsystem().namespaces(), thread, slot).run();
      return;
    }
    StorageBackend backend = namespace.backend();
    switch (slot.opcode) {
      case IoOpcode.READ -> read(backend, slot);
      case IoOpcode.WRITE ->
          backend.write(slot.offsetBytes, slot.received(), slot.durable, thread, slot);
      case IoOpcode.FLUSH -> backend.flush(thread, slot);
      case IoOpcode.COMPARE ->
          backend.compare(slot.offsetBytes, slot.received(), thread, permanent(slot));
      case IoOpcode.WRITE_ZEROES -> zero(backend, slot);
      case IoOpcode.VERIFY ->
          new VerifyRun(backend, slot.offsetBytes, slot.rangeBytes, maxTransferBytes, thread, slot)
              .run();
      case IoOpcode.DATASET_MANAGEMENT -> manage(slot, namespace);
      case IoOpcode.COPY -> CopyRun.start(slot, namespace, maxTransferBytes, thread);
      default -> throw new IllegalStateException("opcode " + slot.opcode + " was accepted");
    }
  }

  // A read with FUA tells what is on the medium: what is not there yet goes there first (NVM
  // command
  // set specification 3.2.4).
  private void read(StorageBackend backend, CommandSlot slot) {
    if (slot.forced && backend.writesAreVolatile()) {
      backend.flush(
          thread,
          status -> {
            if (Status.isSuccess(status)) {
              lend(backend, slot);
            } else {
              slot.complete(status);
            }
          });
    } else {
      lend(backend, slot);
    }
  }

  private void lend(StorageBackend backend, CommandSlot slot) {
    ReadLoan loan = loans.take(slot.lengthBytes);
    if (loan == null) {
      slot.complete(Status.COMMAND_INTERRUPTED);
      return;
    }
    slot.loan = loan;
    backend.read(slot.offsetBytes, slot.lengthBytes, loan.pieces(), thread, slot);
  }

  /**
   * What a back end's answer means for the host. Storage that is closed belongs to a namespace that
   * was taken away while the command was under way.
   */
  int outcome(CommandSlot slot, int status) {
    Namespace namespace = slot.namespace;
    if (Status.code(status) != Status.NAMESPACE_NOT_READY || namespace == null) {
      return status;
    }
    Namespace now = controller.subsystem().namespace(namespace.nsid());
    boolean gone = now == null || !now.backend().equals(namespace.backend());
    return gone ? Status.INVALID_NAMESPACE | Status.DNR : status;
  }

  // The same compare fails again.
  private static IoCompletion permanent(CommandSlot slot) {
    return status -> slot.complete(status == Status.COMPARE_FAILURE ? status | Status.DNR : status);
  }

  // A deallocated block is zero, but what was deallocated need not be durable.
  private void zero(StorageBackend backend, CommandSlot slot) {
    if (slot.deallocate && !slot.durable) {
      backend.deallocate(slot.offsetBytes, slot.rangeBytes, thread, slot);
    } else {
      backend.zero(slot.offsetBytes, slot.rangeBytes, slot.durable, thread, slot);
    }
  }

  private void manage(CommandSlot slot, Namespace namespace) {
    byte[] sqe = slot.keptSqe();
    DeallocateRun.start(slot, namespace, ranges(sqe, 0), deallocates(sqe, 0), thread);
  }

  /** Hands a fused pair to its back end. */
  static void compareAndWrite(
      CommandSlot first, CommandSlot second, Executor thread, IoCompletion completion) {
    Namespace namespace = second.namespace;
    if (namespace == null) {
      throw new IllegalStateException("a fused pair without a namespace");
    }
    namespace
        .backend()
        .compareAndWrite(
            second.offsetBytes,
            first.received(),
            second.received(),
            second.durable,
            thread,
            completion);
  }
}
