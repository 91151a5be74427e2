package io.nvmetcp.target.session;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.schedule.Scheduler;

/**
 * Aborts commands of one queue, wherever they are, if that leaves no doubt about what they did:
 * those whose data is still to come, and those that change nothing. Halves of a fused pair stay
 * together and are not aborted. Confined to the session's thread.
 */
final class CommandAborts {
  private final CommandFlow flow;
  private final Transfers transfers;
  private final FabricsCommands fabrics;
  private final ResponseWriter responses;

  CommandAborts(
      CommandFlow flow, Transfers transfers, FabricsCommands fabrics, ResponseWriter responses) {
    this.flow = flow;
    this.transfers = transfers;
    this.fabrics = fabrics;
    this.responses = responses;
  }

  /** False if there is no such command, or it goes on and ends as it would have. */
  boolean abort(int cid, CommandTable table, Scheduler order) {
    CommandSlot slot = table.byCid(cid);
    if (slot == null || slot.failed() || slot.fuse != CommandSlot.Fuse.NONE) {
      return false;
    }
    return switch (slot.state) {
      case AWAIT_CAPSULE_DATA -> {
        slot.fail(Status.ABORT_REQUESTED);
        yield true;
      }
      case AWAIT_H2C_DATA -> {
        slot.fail(Status.ABORT_REQUESTED);
        transfers.failed(slot);
        yield true;
      }
      case AWAIT_RELEASE -> letGo(slot, order);
      case AWAIT_BACKEND -> abandon(slot, table, order);
      case AWAIT_EVENT -> fabrics.abortEventRequest(slot);
      case FREE, AWAIT_FUSED, AWAIT_ABORT, AWAIT_OTHERS -> false;
    };
  }

  // A command that was held has been executed: what it did stands, and so does its status.
  private boolean letGo(CommandSlot slot, Scheduler order) {
    order.remove(slot.index());
    boolean aborted = changesNothing(slot);
    if (aborted) {
      slot.fail(Status.ABORT_REQUESTED);
    }
    flow.answer(slot);
    return aborted;
  }

  // The slot stays in use until the back end is done with its memory; the identifier is free.
  private boolean abandon(CommandSlot slot, CommandTable table, Scheduler order) {
    if (!slot.scheduled || !changesNothing(slot)) {
      return false;
    }
    order.withdrawn(slot.index());
    slot.abandoned = true;
    slot.fail(Status.ABORT_REQUESTED);
    responses.withoutData(slot);
    flow.log(slot);
    table.releaseCid(slot);
    return true;
  }

  private static boolean changesNothing(CommandSlot slot) {
    return switch (slot.opcode) {
      case IoOpcode.READ, IoOpcode.COMPARE, IoOpcode.VERIFY, IoOpcode.FLUSH -> true;
      default -> false;
    };
  }
}
