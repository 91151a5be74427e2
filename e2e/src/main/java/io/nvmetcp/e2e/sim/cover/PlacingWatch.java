package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.engine.Mapping;
import io.nvmetcp.ddp.engine.PlacingQueue;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Sees also whether a queue that reads into buffers reads the stream along. */
final class PlacingWatch extends QueueWatch {
  private static final VarHandle ATTENTION = Fields.of(PlacingQueue.class, "attention");
  private static final VarHandle CURRENT = Fields.of(PlacingQueue.class, "current");
  private static final int FOLLOWING = 0;
  private static final int RESTING = 1;
  private static final int AWAIT_BOUNDARY = 2;

  static final List<String> STATES = Fields.names(ATTENTION.varType());

  private final PlacingQueue queue;
  private int known;

  PlacingWatch(Coverage coverage, PlacingQueue queue) {
    super(coverage, queue);
    this.queue = queue;
    known = now();
  }

  private int now() {
    return Fields.ordinal(ATTENTION.get(queue));
  }

  @Override
  long states(Machine machine) {
    return machine == Machine.ATTENTION ? 1L << now() : super.states(machine);
  }

  // What changed since the last call happened at the end of one.
  private int look() {
    int now = now();
    if (now != known) {
      if (now == RESTING) {
        coverage().visit(Machine.ATTENTION, known, Event.REST);
      } else if (now == FOLLOWING) {
        coverage().visit(Machine.ATTENTION, AWAIT_BOUNDARY, Event.BOUNDARY);
      }
      known = now;
    }
    return now;
  }

  @Override
  void afterSetup(int tag, SetupResult result) {
    if (result == SetupResult.MAPPED) {
      // Before the setup it was as it was known to be.
      coverage().visit(Machine.ATTENTION, known, Event.SETUP);
    }
    int unused = look();
    super.afterSetup(tag, result);
  }

  @Override
  void beforeSetup(int tag) {
    int unused = look();
    super.beforeSetup(tag);
  }

  @Override
  void run(boolean placed) {
    coverage().visit(Machine.ATTENTION, look(), placed ? Event.BYTES_IN_PLACE : Event.BYTES);
    // What is placed arrived in a window, which was counted.
    passed((Mapping) CURRENT.get(queue), false);
  }

  @Override
  void deleting() {
    coverage().visit(Machine.ATTENTION, look(), Event.DELETE);
    super.deleting();
  }
}
