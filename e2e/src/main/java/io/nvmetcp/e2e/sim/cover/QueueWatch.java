package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.engine.BaseQueue;
import io.nvmetcp.ddp.engine.Mapping;
import io.nvmetcp.ddp.engine.PlacingQueue;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees what happens to the mappings and to the window of a device's queue. */
class QueueWatch {
  private static final VarHandle TAGS = Fields.of(BaseQueue.class, "tags");
  private static final VarHandle ENTRIES = Fields.of("io.nvmetcp.ddp.engine.TagTable", "entries");
  private static final VarHandle MAPPING_STATE = Fields.of(Mapping.class, "state");
  private static final VarHandle MAPPING_WINDOWS = Fields.of(Mapping.class, "windows");
  private static final VarHandle WINDOW_STATE = Fields.of(BaseQueue.class, "windowState");
  private static final VarHandle WINDOW_MAPPING = Fields.of(BaseQueue.class, "windowMapping");

  private static final int FREE = 0;
  private static final int AWAIT_DATA = 1;
  private static final int AWAIT_REPORT = 2;
  // What a state is more if a window lies in the buffer.
  private static final int LENT = 2;
  private static final int WINDOW_STATES = 3;

  /** Of a mapping: those of its own, and whether the socket holds a part of the buffer. */
  static final List<String> MAPPING_STATES =
      List.of("FREE", "AWAIT_DATA", "AWAIT_REPORT", "AWAIT_DATA_LENT", "AWAIT_REPORT_LENT");

  private final Coverage coverage;
  private final BaseQueue queue;
  private final Mapping[] entries;
  // A mapping's state when something was heard of it last.
  private final int[] known;
  private int before;

  QueueWatch(Coverage coverage, BaseQueue queue) {
    this.coverage = coverage;
    this.queue = queue;
    entries = (Mapping[]) ENTRIES.get(TAGS.get(queue));
    known = new int[entries.length];
  }

  static QueueWatch of(Coverage coverage, DdpQueue queue) {
    return switch (queue) {
      case PlacingQueue placing -> new PlacingWatch(coverage, placing);
      case BaseQueue base ->
          StreamWatch.knows(base)
              ? new StreamWatch(coverage, base)
              : new QueueWatch(coverage, base);
      default -> throw new IllegalArgumentException("nobody knows the states of " + queue);
    };
  }

  /** The states of a window, of a queue that is there and of one that is deleted. */
  static List<String> windowStates() {
    List<String> names = Fields.names(WINDOW_STATE.varType());
    List<String> states = new ArrayList<>(names);
    names.forEach(name -> states.add(name + "_DELETED"));
    return states;
  }

  Coverage coverage() {
    return coverage;
  }

  // ---- mappings

  private int at(int tag) {
    return tag & entries.length - 1;
  }

  private static int base(Mapping mapping) {
    return Fields.ordinal(MAPPING_STATE.get(mapping));
  }

  private static int state(int base, Mapping mapping) {
    return (int) MAPPING_WINDOWS.get(mapping) > 0 ? base + LENT : base;
  }

  private void visit(int state, Event event) {
    coverage.visit(Machine.MAPPING, state, event);
  }

  void beforeSetup(int tag) {
    before = base(entries[at(tag)]);
  }

  void afterSetup(int tag, SetupResult result) {
    if (queue.offloaded()) {
      boolean mapped = result == SetupResult.MAPPED;
      visit(before, mapped ? Event.SETUP : Event.SETUP_REFUSED);
      known[at(tag)] = base(entries[at(tag)]);
    }
  }

  void beforeTeardown(int tag) {
    Mapping mapping = entries[at(tag)];
    visit(state(base(mapping), mapping), Event.TEARDOWN);
  }

  void afterTeardown(int tag) {
    known[at(tag)] = base(entries[at(tag)]);
  }

  // It is free already when it is reported.
  void reported(int tag) {
    visit(AWAIT_REPORT, Event.REPORTED);
    known[at(tag)] = FREE;
  }

  void stillReporting() {
    for (Mapping mapping : entries) {
      if (base(mapping) == AWAIT_REPORT) {
        visit(state(AWAIT_REPORT, mapping), Event.POLL);
      }
    }
  }

  /**
   * Bytes are handed up.
   *
   * @param placed they are payload at its destination
   */
  void run(boolean placed) {}

  /** Payload of this mapping passed; with the last of it a device may start the teardown. */
  void passed(@Nullable Mapping mapping, boolean placed) {
    if (mapping == null) {
      return;
    }
    int at = at(mapping.tag());
    int now = base(mapping);
    if (known[at] == AWAIT_DATA && now == AWAIT_REPORT) {
      visit(state(AWAIT_DATA, mapping), Event.LAST_DATA);
      known[at] = AWAIT_REPORT;
    } else if (placed) {
      visit(state(now, mapping), Event.PLACED);
    }
  }

  /** Which states of a machine are taken now, a bit for each. */
  long states(Machine machine) {
    long all = 0;
    if (machine == Machine.MAPPING && queue.liveMappings() > 0) {
      for (Mapping mapping : entries) {
        all |= 1L << state(base(mapping), mapping);
      }
    }
    return all & ~(1L << FREE);
  }

  // ---- the window

  void window(Event event) {
    int state = Fields.ordinal(WINDOW_STATE.get(queue));
    coverage.visit(Machine.WINDOW, queue.deleted() ? state + WINDOW_STATES : state, event);
  }

  /** A window was lent: perhaps a part of a buffer. */
  void lent() {
    Mapping mapping = (Mapping) WINDOW_MAPPING.get(queue);
    if (mapping != null) {
      visit(base(mapping), Event.WINDOW);
    }
  }

  /** Something happens to the window that is out, which may be a part of a buffer. */
  void windowOfBuffer(Event event) {
    Mapping mapping = (Mapping) WINDOW_MAPPING.get(queue);
    if (mapping != null) {
      visit(state(base(mapping), mapping), event);
    }
  }

  // ---- the end

  void deleting() {
    window(Event.DELETE);
    for (Mapping mapping : entries) {
      int base = base(mapping);
      if (base != FREE) {
        visit(state(base, mapping), Event.DELETE);
      }
    }
  }

  // ---- a device that finds its place again

  void asked() {}

  void beforeAnswer() {}

  void afterAnswer() {}
}
