package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Explanation.onlyIn;
import static io.nvmetcp.e2e.sim.cover.Machine.ASSOCIATION;
import static io.nvmetcp.e2e.sim.cover.Machine.CONTROLLER;
import static io.nvmetcp.e2e.sim.cover.Machine.EVENTS;
import static io.nvmetcp.e2e.sim.cover.Machine.EVENT_REQUESTS;
import static io.nvmetcp.e2e.sim.cover.Machine.SUBSYSTEM;
import static io.nvmetcp.e2e.sim.cover.Machine.TARGET_KEEP_ALIVE;

import java.util.List;

/** What cannot occur in a target's controllers and subsystems. */
final class ControllerExplanations {
  static final List<Explanation> ALL =
      List.of(
          nothingBut(CONTROLLER, "ENDED", "a controller that has ended is told nothing"),
          never(CONTROLLER, "DISABLED AWAIT_IDLE", "EN is clear already", Event.DISABLE),
          never(
              CONTROLLER,
              "READY FATAL AWAIT_IDLE_ENABLED",
              "EN is set already",
              Event.ENABLE,
              Event.ENABLE_WRONGLY),
          never(
              CONTROLLER,
              "AWAIT_IDLE",
              "a configuration is judged when the reset is done",
              Event.ENABLE_WRONGLY),
          never(
              CONTROLLER,
              "DISABLED READY FATAL AWAIT_SAFE SHUT_DOWN",
              "no reset is under way",
              Event.RESET_DONE),
          onlyIn(
              CONTROLLER,
              "AWAIT_SAFE ENDED",
              "no shutdown is under way, or a reset stands before it",
              Event.SHUTDOWN_DONE),
          nothingBut(ASSOCIATION, "ENDED", "the queues of one that has ended are not its any more"),
          never(ASSOCIATION, "ADMIN ADMIN_DRAINING", "no I/O queue is there", Event.QUEUE_GONE),
          never(
              ASSOCIATION, "ADMIN QUEUES", "no queue is busy for a host that left it", Event.IDLE),
          nothingBut(
              TARGET_KEEP_ALIVE,
              "OFF",
              "what turns it off marks it, nobody looks, and it ends disabled",
              Event.TIMEOUT_SET,
              Event.DISABLE),
          never(
              TARGET_KEEP_ALIVE,
              "TIMED TIMED_SEEN IDLE IDLE_SEEN",
              "it executes commands, until it ends, which disables it first",
              Event.ENABLE,
              Event.END),
          never(
              TARGET_KEEP_ALIVE,
              "INACTIVE INACTIVE_SEEN",
              "it executes no commands: neither is it disabled, nor told another timeout",
              Event.DISABLE,
              Event.TIMEOUT_SET),
          never(
              TARGET_KEEP_ALIVE,
              "TIMED_SEEN IDLE_SEEN INACTIVE_SEEN",
              "what was seen lets it live, and is not seen twice",
              Event.TRAFFIC,
              Event.EXPIRED),
          never(
              TARGET_KEEP_ALIVE,
              "TIMED IDLE",
              "one that is asked while nothing was seen has expired",
              Event.TICK),
          never(EVENTS, "NONE", "none waits", Event.REPORTED),
          never(EVENTS, "WAITING REPORTED_WAITING", "equal events are held once", Event.POSTED),
          never(
              EVENTS,
              "REPORTED REPORTED_WAITING",
              "none waits, or what was reported masks it",
              Event.REPORTED),
          never(EVENT_REQUESTS, "NONE", "there is none to answer", Event.REPORTED, Event.ABORTED),
          never(SUBSYSTEM, "NONE", "nobody has one", Event.GONE),
          never(SUBSYSTEM, "NONE SOME", "there is room", Event.BUSY),
          never(SUBSYSTEM, "FULL RETIRED", "it gives no more controllers", Event.CONNECTED));

  private ControllerExplanations() {}
}
