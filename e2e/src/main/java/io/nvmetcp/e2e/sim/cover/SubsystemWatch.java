package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.subsystem.Subsystem;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Sees controllers of a subsystem come and go, and hosts that are refused one. */
final class SubsystemWatch {
  static final List<String> STATES = List.of("NONE", "SOME", "FULL", "RETIRED");
  private static final int RETIRED = 3;
  private static final VarHandle RETIRED_FIELD = Fields.of(Subsystem.class, "retired");

  private final Coverage coverage;
  private final Subsystem subsystem;
  private int controllers;

  SubsystemWatch(Coverage coverage, Subsystem subsystem) {
    this.coverage = coverage;
    this.subsystem = subsystem;
  }

  Subsystem subsystem() {
    return subsystem;
  }

  private void visit(Event event) {
    int most = subsystem.limits().controllers();
    int state = controllers == 0 ? 0 : controllers < most ? 1 : 2;
    coverage.visit(
        Machine.SUBSYSTEM, (boolean) RETIRED_FIELD.get(subsystem) ? RETIRED : state, event);
  }

  /** A host got a controller. */
  void connected() {
    visit(Event.CONNECTED);
    controllers++;
  }

  /** A host got none. */
  void refused(int status) {
    switch (Status.code(status)) {
      case Status.CONNECT_CONTROLLER_BUSY -> visit(Event.BUSY);
      case Status.CONNECT_INVALID_HOST -> visit(Event.FORBIDDEN);
      default -> {}
    }
  }

  /** A controller has ended. */
  void gone() {
    visit(Event.GONE);
    controllers--;
  }
}
