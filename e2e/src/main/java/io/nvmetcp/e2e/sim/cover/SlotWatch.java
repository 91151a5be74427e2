package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.pdu.frame.PduReader;
import java.lang.invoke.VarHandle;

/**
 * Sees what happens to the slots of a queue pair, from what they owe before and after each call of
 * it; and to the reader of its stream. Whoever makes such a call says so here, before and after.
 */
public final class SlotWatch {
  private static final String SLOT = "io.nvmetcp.initiator.queue.Slot";
  private static final String TABLE = "io.nvmetcp.initiator.queue.SlotTable";
  private static final VarHandle PAIR_TABLE = Fields.of(QueuePair.class, "slots");
  private static final VarHandle INBOUND = Fields.of(QueuePair.class, "inbound");
  private static final VarHandle READER = Fields.of("io.nvmetcp.initiator.queue.Inbound", "reader");
  private static final VarHandle TABLE_SLOTS = Fields.of(TABLE, "slots");
  private static final VarHandle TABLE_FREE = Fields.of(TABLE, "free");
  private static final VarHandle TABLE_TAKEN = Fields.of(TABLE, "taken");
  private static final VarHandle SLOT_DEBTS = Fields.of(SLOT, "debts");
  private static final VarHandle SLOT_PROGRESS = Fields.of(SLOT, "progress");

  // As io.nvmetcp.initiator.queue.Debt has them; a state is the sum of its debts.
  private static final int RESPONSE = 1;
  private static final int TEARDOWN = 2;
  private static final int SEND = 4;
  private static final int FREE = 0;

  private final Coverage coverage;
  private final ReaderWatch reader;
  private final DigestWatch digest;
  private final Object table;
  private final Object[] slots;
  private final int[] free;
  private final int[] debts;
  private final int[] progress;
  // Slots in use; a queue of the simulation has no more than 64.
  private long live;
  private int taken;
  private int sending;
  // Once it has looked away it has lost track.
  private boolean looks = true;
  // How a command ends now whose response was awaited.
  private Event end = Event.RESPONSE;

  /** Watches a pair that has no commands yet. */
  public SlotWatch(Coverage coverage, QueuePair pair) {
    this.coverage = coverage;
    PduReader made = (PduReader) READER.get(INBOUND.get(pair));
    reader = new ReaderWatch(coverage, Machine.HOST_READER, made);
    digest = new DigestWatch(coverage, made);
    table = PAIR_TABLE.get(pair);
    slots = (Object[]) TABLE_SLOTS.get(table);
    free = (int[]) TABLE_FREE.get(table);
    debts = new int[slots.length];
    progress = new int[slots.length];
    if (slots.length > Long.SIZE) {
      throw new IllegalArgumentException(slots.length + " entries are too many to watch");
    }
  }

  /** Commands were submitted, or not; before it {@link #settle} was called. */
  public void submitted() {
    if (!looks) {
      return;
    }
    int now = (int) TABLE_TAKEN.get(table);
    while (taken != now) {
      int index = free[taken++ & slots.length - 1];
      live |= 1L << index;
      Object slot = slots[index];
      debts[index] = (int) SLOT_DEBTS.get(slot);
      progress[index] = (int) SLOT_PROGRESS.get(slot);
      sending += (debts[index] & SEND) != 0 ? 1 : 0;
      visit(FREE, Event.SUBMIT);
    }
  }

  /** A run of the stream is about to be given to the pair, which counts here. */
  public void beforeRun(DdpCounters counters) {
    paidSends();
    if (looks) {
      reader.before();
      digest.before(counters);
    }
  }

  /** It was given. */
  public void afterRun(DdpCounters counters, int length, boolean vouched) {
    if (looks) {
      reader.after(length);
      digest.after(counters, vouched);
    }
    settle();
  }

  /** Sees which data has left since the last call: the socket takes it at any time. */
  private void paidSends() {
    if (sending > 0) {
      settle();
    }
  }

  /** The connection is lost now, and the commands with it. */
  public void losing() {
    settle();
    if (looks) {
      reader.over();
    }
    end = Event.LOST;
  }

  /** A device says of a slot's buffer that it let go of it. */
  public void teardownDone(int tag) {
    if (!looks) {
      return;
    }
    int index = tag & slots.length - 1;
    settle(index);
    if ((live >>> index & 1) != 0) {
      visit(debts[index], Event.TEARDOWN_DONE);
      debts[index] &= ~TEARDOWN;
      forgetIfFree(index);
    }
  }

  /** Sees what a call has done. */
  public void settle() {
    looks = looks && coverage.looksClosely();
    if (!looks) {
      return;
    }
    for (long left = live; left != 0; left &= left - 1) {
      settle(Long.numberOfTrailingZeros(left));
    }
  }

  private void settle(int index) {
    Object slot = slots[index];
    int before = debts[index];
    int now = (int) SLOT_DEBTS.get(slot);
    int nowProgress = (int) SLOT_PROGRESS.get(slot);
    if (before == now && progress[index] == nowProgress) {
      return;
    }
    int state = before;
    if (now != FREE && nowProgress != progress[index]) {
      boolean asked = (now & SEND) != 0;
      visit(state, asked ? Event.R2T : Event.DATA);
      if (asked && (state & SEND) == 0) {
        state |= SEND;
        sending++;
      }
    }
    state = paid(state, now, SEND, Event.SENT);
    state = paid(state, now, TEARDOWN, Event.TEARDOWN_DONE);
    int unused = paid(state, now, RESPONSE, end);
    debts[index] = now;
    progress[index] = nowProgress;
    forgetIfFree(index);
  }

  private int paid(int state, int now, int debt, Event event) {
    if ((state & debt) == 0 || (now & debt) != 0) {
      return state;
    }
    visit(state, event);
    if (debt == SEND) {
      sending--;
    }
    return state & ~debt;
  }

  private void forgetIfFree(int index) {
    if (debts[index] == FREE) {
      live &= ~(1L << index);
    }
  }

  private void visit(int state, Event event) {
    coverage.visit(Machine.SLOT, state, event);
  }
}
