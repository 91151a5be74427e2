package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.ddp.engine.BaseQueue;
import io.nvmetcp.ddp.engine.Mapping;
import io.nvmetcp.ddp.engine.StreamTracker;
import io.nvmetcp.ddp.fault.PacketFate;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** Sees also how the queue of a simulated device follows its stream, loses it and finds it back. */
final class StreamWatch extends QueueWatch {
  private static final Class<?> QUEUE = Fields.type("io.nvmetcp.ddp.nic.SimulatedQueue");
  private static final Class<?> MACHINE = Fields.type("io.nvmetcp.ddp.nic.SyncMachine");
  private static final VarHandle SYNC = Fields.of(QUEUE, "sync");
  private static final VarHandle TRACKER = Fields.of(QUEUE, "tracker");
  private static final VarHandle CURRENT = Fields.of(QUEUE, "current");
  private static final VarHandle FATE = Fields.of(QUEUE, "fate");
  private static final VarHandle SYNC_STATE = Fields.of(MACHINE, "state");
  private static final VarHandle ASKED = Fields.of(MACHINE, "asked");
  private static final VarHandle TRACKER_STATE = Fields.of(StreamTracker.class, "state");
  private static final int OFFLOADING = 0;
  private static final int SEARCHING = 1;
  private static final int TRACKING = 2;
  private static final int TRACKING_ASKED = 3;

  /** Those of the tracker. */
  static final List<String> TRACKER_STATES = Fields.names(TRACKER_STATE.varType());

  private final BaseQueue queue;
  private final Object sync;
  private final Object tracker;
  private int known = OFFLOADING;
  private int knownPart;

  StreamWatch(Coverage coverage, BaseQueue queue) {
    super(coverage, queue);
    this.queue = queue;
    sync = SYNC.get(queue);
    tracker = TRACKER.get(queue);
    knownPart = part();
  }

  static boolean knows(BaseQueue queue) {
    return QUEUE.isInstance(queue);
  }

  /** Those of the device's place in its stream, and whether it has asked. */
  static List<String> syncStates() {
    List<String> states = new ArrayList<>(Fields.names(SYNC_STATE.varType()));
    states.add("TRACKING_ASKED");
    return states;
  }

  private int now() {
    int state = Fields.ordinal(SYNC_STATE.get(sync));
    return state == TRACKING && (boolean) ASKED.get(sync) ? TRACKING_ASKED : state;
  }

  private int part() {
    return Fields.ordinal(TRACKER_STATE.get(tracker));
  }

  @Override
  long states(Machine machine) {
    return switch (machine) {
      case SYNC -> 1L << now();
      case TRACKER -> 1L << part();
      default -> super.states(machine);
    };
  }

  private void visit(int state, Event event) {
    coverage().visit(Machine.SYNC, state, event);
  }

  @Override
  void run(boolean placed) {
    Event bytes = ((PacketFate) FATE.get(queue)).missed() ? Event.UNSEEN : Event.BYTES;
    visit(known, bytes);
    coverage().visit(Machine.TRACKER, knownPart, bytes);
    look();
    passed((Mapping) CURRENT.get(queue), placed);
  }

  private void look() {
    int now = now();
    if (now != known) {
      if (now == SEARCHING) {
        visit(known, Event.CHAIN_BROKE);
      } else if (known == SEARCHING) {
        visit(known, Event.CANDIDATE);
      }
      known = now;
    }
    knownPart = part();
  }

  @Override
  void asked() {
    if (known == SEARCHING) {
      visit(SEARCHING, Event.CANDIDATE);
    }
    visit(TRACKING, Event.HEADER_ASKED);
    known = now();
    knownPart = part();
  }

  @Override
  void beforeAnswer() {
    known = now();
  }

  @Override
  void afterAnswer() {
    int now = now();
    Event answer =
        now == known ? Event.ANSWERED_LATE : now == OFFLOADING ? Event.CONFIRMED : Event.DENIED;
    visit(known, answer);
    known = now;
    knownPart = part();
  }

  @Override
  void deleting() {
    visit(now(), Event.DELETE);
    coverage().visit(Machine.TRACKER, part(), Event.DELETE);
    super.deleting();
  }
}
