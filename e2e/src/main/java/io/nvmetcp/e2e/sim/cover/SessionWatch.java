package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.target.session.TargetSession;
import io.nvmetcp.target.subsystem.Controller;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees what happens in a target's session: to itself, to its commands, to what its schedules hold,
 * to its clock. Whoever calls the session says so before and after.
 */
public final class SessionWatch {
  private static final String PACKAGE = "io.nvmetcp.target.session.";
  private static final VarHandle FLOW = Fields.of(TargetSession.class, "flow");
  private static final VarHandle INTAKE = Fields.of(TargetSession.class, "intake");
  private static final VarHandle CLOCK = Fields.of(TargetSession.class, "clock");
  private static final VarHandle READER = Fields.of(TargetSession.class, "reader");
  private static final VarHandle STOP = Fields.of(PACKAGE + "Intake", "stop");
  private static final VarHandle FUSED = Fields.of(PACKAGE + "CommandFlow", "fused");
  private static final VarHandle FIRST = Fields.of(PACKAGE + "FusedPairs", "waiting");
  private static final int ENDED = Machines.SESSION.names().indexOf("ENDED");

  private final Coverage coverage;
  private final TargetSession session;
  private final CommandWatch commands;
  private final ClockWatch clock;
  private final ReaderWatch reader;
  private final ControllersWatch controllers;
  private final Object intake;
  private final Object fused;
  private @Nullable Object first;
  private @Nullable ControllerWatch controller;
  // Of an admin queue, at which it looks for ever: little happens there.
  private @Nullable AdminWatch admin;
  // Between the two: what happens meanwhile is part of the call.
  private boolean inside;
  private boolean ended;
  // Once it has looked away it has lost track.
  private boolean looks = true;

  /** Watches a session that was given nothing yet. */
  public SessionWatch(Coverage coverage, TargetSession session, ControllersWatch controllers) {
    this.coverage = coverage;
    this.session = session;
    this.controllers = controllers;
    reader = new ReaderWatch(coverage, Machine.TARGET_READER, (PduReader) READER.get(session));
    Object flow = FLOW.get(session);
    commands = new CommandWatch(coverage, flow);
    clock = new ClockWatch(coverage, CLOCK.get(session));
    intake = INTAKE.get(session);
    fused = FUSED.get(flow);
  }

  /** The states of its intake: why it took nothing more. */
  static List<String> stops() {
    return Fields.names(STOP.varType());
  }

  private int state() {
    return Machines.SESSION.of(session);
  }

  /**
   * Which states of a machine are taken now, a bit for each; none once it is over.
   *
   * @param machine {@link Machine#INTAKE} or {@link Machine#COMMAND}
   */
  public long states(Machine machine) {
    if (ended || !looks) {
      return 0;
    }
    return machine == Machine.INTAKE ? 1L << Fields.ordinal(STOP.get(intake)) : commands.states();
  }

  /** It is about to be called. */
  public void before(Event event) {
    settleAdmin();
    if (!looks) {
      return;
    }
    inside = true;
    coverage.visit(Machine.SESSION, state(), event);
    reader.before();
    if (!ended) {
      coverage.visit(Machine.INTAKE, Fields.ordinal(STOP.get(intake)), event);
      if (event == Event.DRAIN && looks) {
        commands.visitAll(event);
      }
    }
  }

  /** A turn of it is about to end. */
  public void beforeTurn(long nowNs) {
    before(Event.TURN);
    if (!ended && watchesClock()) {
      clock.before(nowNs);
    }
  }

  /** A turn of it has ended. */
  public void afterTurn() {
    if (!ended && watchesClock()) {
      boolean over = state() == ENDED;
      clock.after(over);
      ControllerWatch watched = controller;
      if (admin != null && watched != null && clock.askedKeepAlive()) {
        watched.keepAlive().asked(over);
      }
    }
    after(Event.TURN);
  }

  private boolean watchesClock() {
    return looks || admin != null;
  }

  /** It was given bytes, and took so many. */
  public void taken(int bytes) {
    if (looks) {
      reader.after(bytes);
    }
  }

  private void settleAdmin() {
    ControllerWatch watched = controller;
    AdminWatch commands = admin;
    if (watched != null && commands != null) {
      watched.settle(commands.requests());
    }
  }

  private void seeController(Event event) {
    ControllerWatch watched = controller;
    if (watched == null) {
      Controller made = session.controller();
      if (made == null) {
        return;
      }
      watched = controllers.of(made);
      if (watched == null) {
        return;
      }
      controller = watched;
      admin = session.qid() == 0 ? new AdminWatch(session) : null;
    }
    AdminWatch commands = admin;
    if (commands != null) {
      if (!commands.look(watched::command)) {
        watched.lookAnew();
      }
      watched.settle(commands.requests());
    } else if (looks || event == Event.CLOSED) {
      watched.settleQueues();
    }
    watched.forgetIn(controllers);
  }

  /** Something else happened that may have moved it; no matter if that was within a call of it. */
  public void meanwhile(Event event) {
    if (!inside) {
      after(event);
    }
  }

  /** It was called. */
  public void after(Event event) {
    inside = false;
    seeController(event);
    looks = looks && coverage.looksClosely();
    if (!looks) {
      return;
    }
    commands.settle(event == Event.CLOSED ? Event.END : event);
    if (ended) {
      return;
    }
    Object now = FIRST.get(fused);
    if (now != first) {
      coverage.visit(Machine.FUSED_PAIR, first == null ? 0 : 1, event);
      first = now;
    }
    if (state() == ENDED) {
      ended = true;
      reader.over();
      commands.ended();
      clock.ended();
    }
  }
}
