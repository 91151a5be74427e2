package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.initiator.health.ParkedCommands;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Sees what happens to the line of commands that have no association; told after each call. */
public final class ParkedWatch {
  static final List<String> STATES =
      List.of("ATTACHED", "ATTACHED_WAITING", "DETACHED", "DETACHED_WAITING", "REFUSED");
  private static final int DETACHED = 2;
  private static final int REFUSED = 4;
  private static final VarHandle LIVE = Fields.of(ParkedCommands.class, "live");
  private static final VarHandle REFUSAL = Fields.of(ParkedCommands.class, "refusal");

  private final Coverage coverage;
  private final ParkedCommands<?, ?> parked;
  private int known;

  /** Watches a line in which nobody stands yet. */
  public ParkedWatch(Coverage coverage, ParkedCommands<?, ?> parked) {
    this.coverage = coverage;
    this.parked = parked;
    known = state();
  }

  private int state() {
    if (REFUSAL.get(parked) != null) {
      return REFUSED;
    }
    int waiting = parked.size() > 0 ? 1 : 0;
    return LIVE.get(parked) == null ? DETACHED + waiting : waiting;
  }

  /** This has happened. */
  public void visit(Event event) {
    coverage.visit(Machine.PARKED, known, event);
    known = state();
  }
}
