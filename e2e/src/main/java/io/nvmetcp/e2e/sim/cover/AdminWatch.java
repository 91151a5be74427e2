package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.target.session.Counter;
import io.nvmetcp.target.session.SessionCounters;
import io.nvmetcp.target.session.TargetSession;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Sees which commands came to an admin queue: each is in a slot, which keeps it until the next one,
 * and no two that are one behind the other in a slot have the same identifier.
 */
final class AdminWatch {
  private static final VarHandle COUNTERS = Fields.of(TargetSession.class, "counters");
  private static final VarHandle FLOW = Fields.of(TargetSession.class, "flow");
  private static final String PACKAGE = "io.nvmetcp.target.session.";
  private static final VarHandle TABLE = Fields.of(PACKAGE + "CommandFlow", "table");
  private static final VarHandle FABRICS = Fields.of(PACKAGE + "CommandFlow", "fabrics");
  private static final VarHandle REQUESTS = Fields.of(PACKAGE + "FabricsCommands", "eventRequests");
  private static final VarHandle SLOTS = Fields.of(PACKAGE + "CommandTable", "slots");
  private static final VarHandle CID = Fields.of(PACKAGE + "CommandSlot", "cid");
  private static final VarHandle SQE = Fields.of(PACKAGE + "CommandSlot", "sqe");
  private static final int NONE = -1;

  private final Collection<?> requests;
  private final Object[] slots;
  private final int[] cids;
  private final SessionCounters counters;
  private long commands;

  /** Watches an admin queue that was connected just now. */
  AdminWatch(TargetSession session) {
    Object flow = FLOW.get(session);
    counters = (SessionCounters) COUNTERS.get(session);
    requests = (Collection<?>) REQUESTS.get(FABRICS.get(flow));
    slots = (Object[]) SLOTS.get(TABLE.get(flow));
    cids = new int[slots.length];
    Arrays.fill(cids, NONE);
    commands = counters.get(Counter.COMMANDS);
  }

  /** Event requests that wait. */
  int requests() {
    return requests.size();
  }

  /**
   * Tells of each command that came since this was asked last.
   *
   * @return false if there were others, of which nothing is left: two in one slot, or one that its
   *     host sent twice
   */
  boolean look(Consumer<byte[]> told) {
    long now = counters.get(Counter.COMMANDS);
    long came = now - commands;
    commands = now;
    if (came == 0) {
      return true;
    }
    for (int i = 0; i < slots.length; i++) {
      byte[] sqe = (byte[]) SQE.get(slots[i]);
      if (sqe != null) {
        int cid = (int) CID.get(slots[i]);
        if (cid != cids[i] && Sqe.cid(sqe, 0) == cid) {
          cids[i] = cid;
          told.accept(sqe);
          came--;
        }
      }
    }
    return came == 0;
  }
}
