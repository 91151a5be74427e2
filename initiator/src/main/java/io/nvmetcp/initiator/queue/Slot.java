package io.nvmetcp.initiator.queue;

import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.RegionHolds;
import io.nvmetcp.pdu.frame.PayloadLease;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One command's place in a queue: its identifier, its buffer, and what it still owes. */
final class Slot {
  final int index;
  final PayloadLease lease;
  int generation;
  int cid;
  boolean live;
  int debts;
  int sends;
  Direction direction = Direction.NONE;

  /** Where the data goes or comes from, held; empty if there is none. */
  final HeldBuffer buffer;

  /** Bytes received (read) or asked for by R2T (write), always a prefix of the buffer. */
  int progress;

  /** R2Ts whose data is not handed to the socket yet; made for those who need it. */
  @Nullable ArrayDeque<Solicitation> solicited;

  boolean mapped;
  boolean lost;
  boolean digestError;

  /** Why data that arrived is not in the buffer, or not known to be right; null if it is. */
  @Nullable String undelivered;

  int status;
  long result;
  long sequence;
  @Nullable Completion completion;
  @Nullable String lossReason;

  Slot(int index, RegionHolds holds, Outbound outbound) {
    this.index = index;
    buffer = new HeldBuffer(holds);
    lease = () -> outbound.sendDone(this);
  }

  /** Number of R2Ts that wait. */
  int solicitations() {
    ArrayDeque<Solicitation> queue = solicited;
    return queue == null ? 0 : queue.size();
  }

  void await(Solicitation solicitation) {
    ArrayDeque<Solicitation> queue = solicited;
    if (queue == null) {
      queue = new ArrayDeque<>();
      solicited = queue;
    }
    queue.add(solicitation);
  }

  @Nullable Solicitation nextSolicitation() {
    ArrayDeque<Solicitation> queue = solicited;
    return queue == null ? null : queue.poll();
  }

  void forgetSolicitations() {
    ArrayDeque<Solicitation> queue = solicited;
    if (queue != null) {
      queue.clear();
    }
  }
}
