package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.nvme.AsyncEvent;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.target.subsystem.Controller;
import io.nvmetcp.target.subsystem.EventLedger;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Set;

/**
 * Sees what happens to the asynchronous events of a controller, by their type: one that was
 * reported masks others until its log page was read. And to the requests that wait for one.
 */
final class EventsWatch {
  static final List<String> STATES = List.of("NONE", "WAITING", "REPORTED", "REPORTED_WAITING");
  static final List<String> REQUEST_STATES = List.of("NONE", "SOME", "FULL");

  private static final int WAITING = 1;
  private static final int REPORTED = 2;
  private static final int RETAIN = 1 << 15;
  // Errors are told of in their answers alone.
  private static final int FIRST = AsyncEvent.HEALTH;
  private static final int TYPES = AsyncEvent.NOTICE + 1;

  private static final VarHandle WAITING_SET = Fields.of(EventLedger.class, "waiting");
  private static final VarHandle REPORTED_SET = Fields.of(EventLedger.class, "reported");

  private final Coverage coverage;
  private final Set<AsyncEvent> waiting;
  private final Set<AsyncEvent> reported;
  private final int[] states = new int[TYPES];
  private int requests;
  private int reports;
  private boolean anew;

  @SuppressWarnings("unchecked") // by its declaration
  EventsWatch(Coverage coverage, EventLedger ledger) {
    this.coverage = coverage;
    waiting = (Set<AsyncEvent>) WAITING_SET.get(ledger);
    reported = (Set<AsyncEvent>) REPORTED_SET.get(ledger);
  }

  private void visit(int type, Event event) {
    coverage.visit(Machine.EVENTS, states[type], event);
  }

  private void visitRequests(Event event) {
    int state = requests == 0 ? 0 : requests < Controller.EVENT_REQUESTS ? 1 : 2;
    coverage.visit(Machine.EVENT_REQUESTS, state, event);
  }

  /** A log page is read by a controller that is ready. */
  void read(byte[] sqe) {
    long cdw10 = Sqe.cdw(sqe, 0, 10);
    int type =
        switch ((int) cdw10 & 0xFF) {
          case LogPageId.SMART -> AsyncEvent.HEALTH;
          case LogPageId.CHANGED_NAMESPACES, LogPageId.DISCOVERY -> AsyncEvent.NOTICE;
          default -> AsyncEvent.ERROR;
        };
    if (type < FIRST) {
      return;
    }
    visit(type, (cdw10 & RETAIN) != 0 ? Event.RETAINED : Event.READ);
  }

  /** An event is requested of a controller that is ready. */
  void requested() {
    visitRequests(Event.REQUESTED);
    requests = Math.min(requests + 1, Controller.EVENT_REQUESTS);
  }

  private static boolean has(Set<AsyncEvent> events, int type) {
    for (AsyncEvent event : events) {
      if (event.type() == type) {
        return true;
      }
    }
    return false;
  }

  private int state(int type) {
    return (has(waiting, type) ? WAITING : 0) + (has(reported, type) ? REPORTED : 0);
  }

  private void look(int type) {
    int now = state(type);
    if ((now & REPORTED) != 0 && (states[type] & REPORTED) == 0) {
      if (states[type] == 0) {
        visit(type, Event.POSTED);
        states[type] = WAITING;
      }
      visit(type, Event.REPORTED);
      reports++;
      states[type] = REPORTED;
    }
    if ((now & WAITING) != 0 && (states[type] & WAITING) == 0) {
      visit(type, Event.POSTED);
    }
    states[type] = now;
  }

  /**
   * Sees what has changed.
   *
   * @param disabled the controller was
   * @param now requests that wait, or -1
   */
  void settle(boolean disabled, int now) {
    for (int type = FIRST; type < TYPES; type++) {
      if (disabled) {
        visit(type, Event.DISABLE);
        states[type] = 0;
      }
      look(type);
    }
    if (now < 0) {
      return;
    }
    if (disabled) {
      visitRequests(Event.DISABLE);
    }
    if (disabled || anew) {
      requests = now;
      anew = false;
    }
    while (requests > now) {
      visitRequests(reports > 0 ? Event.REPORTED : Event.ABORTED);
      reports -= reports > 0 ? 1 : 0;
      requests--;
    }
    requests = now;
    reports = 0;
  }

  /** More has happened than can be told apart. */
  void lookAnew() {
    for (int type = FIRST; type < TYPES; type++) {
      states[type] = state(type);
    }
    reports = 0;
    anew = true;
  }

  /** Its controller is over. */
  void end() {
    for (int type = FIRST; type < TYPES; type++) {
      visit(type, Event.END);
    }
    visitRequests(Event.END);
  }
}
