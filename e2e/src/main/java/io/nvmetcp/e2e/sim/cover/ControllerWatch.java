package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cc;
import io.nvmetcp.nvme.Csts;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.target.subsystem.Controller;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Sees what happens to a target's controller: to its registers, to the queues of its association,
 * to its keep-alive and to the events that it has to report. It is shared by the sessions of its
 * queues: each looks at it after whatever happened there, so that what happened is seen from what
 * is not any more as it was.
 */
final class ControllerWatch {
  /** Those of CC and CSTS, by what is awaited. */
  static final List<String> STATES =
      List.of(
          "DISABLED",
          "READY",
          "FATAL",
          "AWAIT_IDLE",
          "AWAIT_IDLE_ENABLED",
          "AWAIT_SAFE",
          "SHUT_DOWN",
          "ENDED");

  /** Those of an association: whether it has I/O queues, and whether others are not idle yet. */
  static final List<String> ASSOCIATION_STATES =
      List.of("ADMIN", "QUEUES", "ADMIN_DRAINING", "QUEUES_DRAINING", "ENDED");

  private static final int DISABLED = 0;
  private static final int READY = 1;
  private static final int FATAL = 2;
  private static final int AWAIT_IDLE = 3;
  private static final int AWAIT_IDLE_ENABLED = 4;
  private static final int AWAIT_SAFE = 5;
  private static final int SHUT_DOWN = 6;
  private static final int ENDED = 7;
  private static final int DRAINING = 2;
  private static final int ASSOCIATION_ENDED = 4;
  private static final int SHN_NORMAL = 1;

  private static final Class<?> REGISTERS_TYPE =
      Fields.type("io.nvmetcp.target.subsystem.ControllerRegisters");
  private static final VarHandle REGISTERS = Fields.of(Controller.class, "registers");
  private static final VarHandle QUEUES = Fields.of(Controller.class, "queues");
  private static final VarHandle DRAINING_QUEUES = Fields.of(Controller.class, "draining");
  private static final VarHandle RESETTING = Fields.of(REGISTERS_TYPE, "resetting");

  private final Coverage coverage;
  private final Controller controller;
  private final SubsystemWatch subsystem;
  private final Object registers;
  private final Map<?, ?> queues;
  private final Collection<?> drainingQueues;
  private final EventsWatch events;
  private final KeepAliveWatch keepAlive;
  private int cc;
  private int state;
  private int ioQueues;
  private int draining;
  private boolean ended;
  private int writes;

  /** Watches a controller that was made just now. */
  ControllerWatch(Coverage coverage, Controller controller, SubsystemWatch subsystem) {
    this.coverage = coverage;
    this.controller = controller;
    this.subsystem = subsystem;
    registers = REGISTERS.get(controller);
    queues = (Map<?, ?>) QUEUES.get(controller);
    drainingQueues = (Collection<?>) DRAINING_QUEUES.get(controller);
    events = new EventsWatch(coverage, controller.events());
    keepAlive = new KeepAliveWatch(coverage, controller.keepAlive());
    subsystem.connected();
  }

  KeepAliveWatch keepAlive() {
    return keepAlive;
  }

  private int now() {
    if (controller.hasEnded()) {
      return ENDED;
    }
    boolean enabled = Cc.decode(controller.cc()).enable();
    if ((boolean) RESETTING.get(registers)) {
      return enabled ? AWAIT_IDLE_ENABLED : AWAIT_IDLE;
    }
    Csts csts = Csts.decode(controller.csts());
    if (csts.shutdownStatus() != 0) {
      return csts.shutdownStatus() == Csts.SHUTDOWN_OCCURRING ? AWAIT_SAFE : SHUT_DOWN;
    }
    return csts.fatal() ? FATAL : csts.ready() ? READY : DISABLED;
  }

  private int association() {
    int some = ioQueues > 0 ? 1 : 0;
    return ended ? ASSOCIATION_ENDED : draining > 0 ? some + DRAINING : some;
  }

  private void visitQueues(Event event) {
    coverage.visit(Machine.ASSOCIATION, association(), event);
  }

  /** An admin command is in; {@link #settle} follows. */
  void command(byte[] sqe) {
    if (ended) {
      // What it ended in is seen by another session first.
      return;
    }
    if (Sqe.opcode(sqe, 0) != Fabrics.OPCODE) {
      coverage.visit(Machine.CONTROLLER, state, Event.COMMAND);
    }
    writes += writesCc(sqe) ? 1 : 0;
    if (state == READY) {
      if (Sqe.opcode(sqe, 0) == AdminOpcode.GET_LOG_PAGE) {
        events.read(sqe);
      } else if (Sqe.opcode(sqe, 0) == AdminOpcode.ASYNC_EVENT_REQUEST) {
        events.requested();
      }
    }
  }

  private static boolean writesCc(byte[] sqe) {
    return Sqe.opcode(sqe, 0) == Fabrics.OPCODE
        && Sqe.fctype(sqe, 0) == Fabrics.PROPERTY_SET
        && PropertyCommand.sizeCode(sqe, 0) == 0
        && PropertyCommand.property(sqe, 0) == Fabrics.PROPERTY_CC;
  }

  /** Nobody asks for it any more once it has ended. */
  void forgetIn(ControllersWatch all) {
    if (ended) {
      all.forget(controller);
    }
  }

  /** An I/O queue was refused. */
  void queueRefused() {
    visitQueues(Event.QUEUE_REFUSED);
  }

  /**
   * Sees what has changed.
   *
   * @param requests event requests that wait in the session of its admin queue; -1 if that is not
   *     asked
   */
  void settle(int requests) {
    int nowCc = controller.cc();
    boolean disabled = false;
    if (writes > 1) {
      // Nobody knows which came first, and what it was then.
      lookAnew();
    } else if (nowCc != cc) {
      Cc from = Cc.decode(cc);
      Cc to = Cc.decode(nowCc);
      cc = nowCc;
      disabled = from.enable() && !to.enable();
      rewritten(from, to);
    } else if (writes > 0) {
      coverage.visit(Machine.CONTROLLER, state, Event.WRITTEN);
    }
    writes = 0;
    int now = now();
    if (now != state) {
      moved(now);
    }
    keepAlive.settle();
    events.settle(disabled, now == ENDED ? -1 : requests);
    settleQueues(now == ENDED);
  }

  /** Sees what has changed of the queues, and that a command came. */
  void settleQueues() {
    boolean over = controller.hasEnded();
    if (over && !ended) {
      settle(-1);
    } else if (!over) {
      keepAlive.settle();
      settleQueues(false);
    }
  }

  private void rewritten(Cc from, Cc to) {
    boolean some = false;
    if (from.enable() && !to.enable()) {
      endingQueues(Event.DISABLE);
      some = true;
    } else if (to.enable() && !from.enable()) {
      coverage.visit(
          Machine.CONTROLLER, state, now() == FATAL ? Event.ENABLE_WRONGLY : Event.ENABLE);
      some = true;
    }
    if (to.shutdown() != 0 && to.shutdown() != from.shutdown()) {
      if (to.shutdown() == SHN_NORMAL) {
        coverage.visit(Machine.CONTROLLER, state, Event.SHUTDOWN);
      } else {
        endingQueues(Event.ABRUPT_SHUTDOWN);
      }
      some = true;
    }
    if (!some) {
      coverage.visit(Machine.CONTROLLER, state, Event.WRITTEN);
    }
    // What follows from a write is not what became of it later.
    int now = now();
    state = now == ENDED ? state : now;
  }

  // What ends the I/O queues, too.
  private void endingQueues(Event event) {
    coverage.visit(Machine.CONTROLLER, state, event);
    visitQueues(event);
    ioQueues = Math.max(0, queues.size() - 1);
    draining = drainingQueues.size();
  }

  private void moved(int now) {
    boolean reset = state == AWAIT_IDLE || state == AWAIT_IDLE_ENABLED;
    Event event = now == ENDED ? Event.END : reset ? Event.RESET_DONE : Event.SHUTDOWN_DONE;
    coverage.visit(Machine.CONTROLLER, state, event);
    state = now;
  }

  /** More has happened than can be told apart. */
  void lookAnew() {
    writes = 0;
    cc = controller.cc();
    int now = now();
    state = now == ENDED ? state : now;
    ioQueues = Math.max(0, queues.size() - 1);
    draining = drainingQueues.size();
    events.lookAnew();
    keepAlive.look();
  }

  private void settleQueues(boolean over) {
    if (ended) {
      return;
    }
    if (over) {
      visitQueues(Event.END);
      ended = true;
      events.end();
      keepAlive.end();
      subsystem.gone();
      return;
    }
    int open = Math.max(0, queues.size() - 1);
    int left = drainingQueues.size();
    while (ioQueues < open) {
      visitQueues(Event.QUEUE_ADDED);
      ioQueues++;
    }
    while (ioQueues > open) {
      visitQueues(Event.QUEUE_GONE);
      ioQueues--;
      draining++;
    }
    while (draining > left) {
      visitQueues(Event.IDLE);
      draining--;
    }
    draining = left;
  }
}
