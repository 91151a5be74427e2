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
      names(ControllerLife.State.values()), "lost", "gone", "wake", "attached", "refused", "close"),
  /** {@link BringUp}. */
  BRING_UP(Machines.BRING_UP.names(), "answered", "refused", "resumed", "no answer"),
  /** {@link TargetSession}. */
  SESSION(
      Machines.SESSION.names(),
      "bytes",
      "bytes in place",
      "bytes offered again",
      "turn",
      "drain",
      "end",
      "closed"),
  /** A host's connection, round a queue pair. */
  HOST_CONNECTION(
      List.of("AWAIT_ICRESP", "OPEN", "ENDING", "CLOSED"),
      "bytes",
      "submit",
      "flush",
      "teardown done",
      "device changed",
      "header asked",
      "tick",
      "fault",
      "terminated",
      "failed",
      "end",
      "closed"),
  /** An operation of an application. */
  OPERATION(
      names(Operation.Kind.values()),
      "success",
      "failed",
      "aborted",
      "digest error",
      "refused",
      "never sent",
      "unknown",
      "sent again",
      "retried");

  private final List<String> states;
  private final List<String> events;

  Machine(List<String> states, String... events) {
    this.states = states;
    this.events = List.of(events);
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }

  List<String> states() {
    return states;
  }

  List<String> events() {
    return events;
  }

  int event(String name) {
    int at = events.indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(this + " knows no event " + name);
    }
    return at;
  }
}
