package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.pdu.frame.PduReader;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/** Sees how far each run of a stream brings the reader that makes PDUs of it. */
final class ReaderWatch {
  private static final VarHandle STATE = Fields.of(PduReader.class, "state");
  private static final List<String> OWN_STATES = Fields.names(STATE.varType());
  private static final int FAILED = OWN_STATES.indexOf("FAILED");
  private static final int AT_BOUNDARY = OWN_STATES.size();

  private final Coverage coverage;
  private final Machine machine;
  private final PduReader reader;
  private int before;
  private int toEnd;

  ReaderWatch(Coverage coverage, Machine machine, PduReader reader) {
    this.coverage = coverage;
    this.machine = machine;
    this.reader = reader;
    before = state();
  }

  /** What it awaits, and whether nothing of the next PDU has come. */
  static List<String> states() {
    List<String> states = new ArrayList<>(OWN_STATES);
    states.add("AT_BOUNDARY");
    return states;
  }

  private int state() {
    return reader.atBoundary() ? AT_BOUNDARY : Fields.ordinal(STATE.get(reader));
  }

  /** A run is about to be given to it. */
  void before() {
    before = state();
    toEnd = reader.bytesToBoundary();
  }

  /** It took so much of the run, or found a fault in it, or the other end's last words. */
  void after(int taken) {
    int now = state();
    if (now == FAILED && before != FAILED) {
      coverage.visit(machine, before, Event.FAULT);
    } else if (taken > 0) {
      Event event =
          taken < toEnd
              ? Event.BYTES_INSIDE
              : taken == toEnd ? Event.BYTES_TO_END : Event.BYTES_BEYOND;
      coverage.visit(machine, before, event);
    }
    before = now;
  }

  /** Its connection is over, whatever ended it. */
  void over() {
    if (before != FAILED) {
      coverage.visit(machine, before, Event.CLOSED);
      before = FAILED;
    }
  }
}
