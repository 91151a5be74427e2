package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.e2e.sim.check.Operation;
import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.health.ControllerLife;
import io.nvmetcp.target.session.TargetSession;
import java.util.Arrays;
import java.util.List;

/** A machine whose transitions are counted: its states, and what can happen in each. */
public enum Machine {
  /** {@link ControllerLife}. */
  CONTROLLER_LIFE(
      names(ControllerLife.State.values()),
      Event.LOST,
      Event.GONE,
      Event.WAKE,
      Event.ATTACHED,
      Event.REFUSED,
      Event.CLOSE),
  /** {@link BringUp}. */
  BRING_UP(
      Machines.BRING_UP.names(), Event.ANSWERED, Event.REFUSED, Event.RESUMED, Event.NO_ANSWER),
  /** {@link TargetSession}. */
  SESSION(
      Machines.SESSION.names(),
      Event.BYTES,
      Event.BYTES_IN_PLACE,
      Event.BYTES_OFFERED_AGAIN,
      Event.TURN,
      Event.DRAIN,
      Event.END,
      Event.CLOSED),
  /** A host's connection, round a queue pair. */
  HOST_CONNECTION(
      List.of("AWAIT_ICRESP", "OPEN", "ENDING", "CLOSED"),
      Event.BYTES,
      Event.SUBMIT,
      Event.FLUSH,
      Event.TEARDOWN_DONE,
      Event.DEVICE_CHANGED,
      Event.HEADER_ASKED,
      Event.TICK,
      Event.FAULT,
      Event.TERMINATED,
      Event.FAILED,
      Event.END,
      Event.CLOSED),
  /** An operation of an application. */
  OPERATION(
      names(Operation.Kind.values()),
      Event.SUCCESS,
      Event.FAILED,
      Event.ABORTED,
      Event.DIGEST_ERROR,
      Event.REFUSED,
      Event.NEVER_SENT,
      Event.UNKNOWN,
      Event.SENT_AGAIN,
      Event.RETRIED);

  private final List<String> states;
  private final List<Event> events;
  private final int[] places = new int[Event.values().length];

  Machine(List<String> states, Event... events) {
    this.states = states;
    this.events = List.of(events);
    for (int i = 0; i < places.length; i++) {
      places[i] = this.events.indexOf(Event.values()[i]);
    }
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }

  /** The names of its states. */
  public List<String> states() {
    return states;
  }

  /** What can happen to it. */
  public List<Event> events() {
    return events;
  }

  /** Where among its events this one stands. */
  int place(Event event) {
    int at = places[event.ordinal()];
    if (at < 0) {
      throw new IllegalArgumentException(this + " knows no event " + event);
    }
    return at;
  }
}
