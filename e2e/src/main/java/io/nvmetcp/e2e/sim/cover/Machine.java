package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.e2e.sim.check.Operation;
import io.nvmetcp.initiator.connect.BringUp;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import io.nvmetcp.initiator.discovery.Lookout;
import io.nvmetcp.initiator.health.ControllerLife;
import io.nvmetcp.initiator.queue.CopyMemory;
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
  /** Commands of a host that have no association. */
  PARKED(
      ParkedWatch.STATES,
      Event.WAITS,
      Event.GOES,
      Event.FAILED,
      Event.LOST,
      Event.ATTACHED,
      Event.RELEASED,
      Event.WAIT,
      Event.REFUSED),
  /** {@link BringUp}. */
  BRING_UP(
      Machines.BRING_UP.names(), Event.ANSWERED, Event.REFUSED, Event.RESUMED, Event.NO_ANSWER),
  /** The part of a bring-up that asks for namespaces. */
  NAMESPACE_SCAN(Machines.NAMESPACE_SCAN.names(), Event.ANSWERED, Event.REFUSED, Event.NO_ANSWER),
  /** The shutdown of a controller by its host. */
  SHUTDOWN(Machines.SHUTDOWN, Event.ANSWERED, Event.REFUSED, Event.RESUMED, Event.NO_ANSWER),
  /** A host's keep-alive: what it is to do, and the answer. */
  KEEP_ALIVE(Machines.KEEP_ALIVE, Event.WAIT, Event.SEND, Event.LOST, Event.ANSWERED),
  /** The time limit of a command, each time that a sweep looks at it. */
  DEADLINE(DeadlineWatch.STATES, Event.TICK, Event.ANSWERED, Event.DEADLINE, Event.RESET),
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
  /** What a session takes of what it is given: its state is why it took no more. */
  INTAKE(
      SessionWatch.stops(),
      Event.BYTES,
      Event.BYTES_IN_PLACE,
      Event.BYTES_OFFERED_AGAIN,
      Event.TURN,
      Event.DRAIN,
      Event.END,
      Event.CLOSED),
  /** A command of a session, and what moved it; bytes are bytes, wherever they were read to. */
  COMMAND(
      CommandWatch.names(),
      Event.BYTES,
      Event.TURN,
      Event.BACKEND_DONE,
      Event.TASK,
      Event.DRAIN,
      Event.END),
  /** The first half of a fused pair, whose second must be next. */
  FUSED_PAIR(List.of("NONE", "FIRST"), Event.BYTES),
  /** Responses or R2Ts that a schedule holds as a group, and what changed that. */
  GROUP_LINE(LineWatch.STATES, Event.BYTES, Event.TURN, Event.BACKEND_DONE, Event.TASK, Event.END),
  /** Responses or R2Ts that a schedule holds one by one, and what changed that. */
  HOLD_LINE(LineWatch.STATES, Event.BYTES, Event.TURN, Event.BACKEND_DONE, Event.TASK, Event.END),
  /** How long a connection may be silent: turns before its deadline and after it. */
  CONNECTION_CLOCK(ClockWatch.states(), Event.TURN, Event.DEADLINE, Event.EXPIRED, Event.END),
  /** What a target's session makes of its stream. */
  TARGET_READER(
      ReaderWatch.states(),
      Event.BYTES_INSIDE,
      Event.BYTES_TO_END,
      Event.BYTES_BEYOND,
      Event.FAULT,
      Event.CLOSED),
  /** The registers of a target's controller, and what its host and time do to them. */
  CONTROLLER(
      ControllerWatch.STATES,
      Event.ENABLE,
      Event.ENABLE_WRONGLY,
      Event.DISABLE,
      Event.SHUTDOWN,
      Event.ABRUPT_SHUTDOWN,
      Event.WRITTEN,
      Event.RESET_DONE,
      Event.SHUTDOWN_DONE,
      Event.COMMAND,
      Event.END),
  /** The queues of a target's controller: those connected, and those that are not idle yet. */
  ASSOCIATION(
      ControllerWatch.ASSOCIATION_STATES,
      Event.QUEUE_ADDED,
      Event.QUEUE_REFUSED,
      Event.QUEUE_GONE,
      Event.IDLE,
      Event.DISABLE,
      Event.ABRUPT_SHUTDOWN,
      Event.END),
  /** The keep-alive timer of a target's controller. */
  TARGET_KEEP_ALIVE(
      KeepAliveWatch.STATES,
      Event.TRAFFIC,
      Event.TICK,
      Event.EXPIRED,
      Event.TIMEOUT_SET,
      Event.ENABLE,
      Event.DISABLE,
      Event.END),
  /** The events of one type that a target's controller has to report. */
  EVENTS(
      EventsWatch.STATES,
      Event.POSTED,
      Event.REPORTED,
      Event.READ,
      Event.RETAINED,
      Event.DISABLE,
      Event.END),
  /** Event requests that wait at a target's controller. */
  EVENT_REQUESTS(
      EventsWatch.REQUEST_STATES,
      Event.REQUESTED,
      Event.REPORTED,
      Event.ABORTED,
      Event.DISABLE,
      Event.END),
  /** A subsystem, and the controllers that hosts get of it. */
  SUBSYSTEM(SubsystemWatch.STATES, Event.CONNECTED, Event.BUSY, Event.FORBIDDEN, Event.GONE),
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
  /** A command's slot in a queue pair: its state is what it owes. */
  SLOT(
      List.of(
          "FREE",
          "RESPONSE",
          "TEARDOWN",
          "RESPONSE+TEARDOWN",
          "SEND",
          "RESPONSE+SEND",
          "TEARDOWN+SEND",
          "RESPONSE+TEARDOWN+SEND"),
      Event.SUBMIT,
      Event.DATA,
      Event.R2T,
      Event.RESPONSE,
      Event.TEARDOWN_DONE,
      Event.SENT,
      Event.LOST),
  /** What a queue pair makes of its stream. */
  HOST_READER(
      ReaderWatch.states(),
      Event.BYTES_INSIDE,
      Event.BYTES_TO_END,
      Event.BYTES_BEYOND,
      Event.FAULT,
      Event.CLOSED),
  /** The data digest of the PDU that a queue pair is in, and whether a device vouches for it. */
  DIGEST(
      DigestWatch.STATES,
      Event.VOUCHED,
      Event.UNVOUCHED,
      Event.BY_DEVICE,
      Event.IN_PLACEMENT,
      Event.BY_FALLBACK,
      Event.MISMATCH),
  /** Registered memory that is closed while commands use it. */
  REGION(RegionWatch.STATES, Event.HOLD, Event.HOLD_REFUSED, Event.RELEASE, Event.CLOSE),
  /** A device, as a host adds queues to it. */
  DEVICE(
      DeviceWatch.STATES,
      Event.QUEUE_ADDED,
      Event.QUEUE_REFUSED,
      Event.DEVICE_DOWN,
      Event.DEVICE_UP),
  /** A mapping of a device's queue. */
  MAPPING(
      QueueWatch.MAPPING_STATES,
      Event.SETUP,
      Event.SETUP_REFUSED,
      Event.WINDOW,
      Event.WINDOW_RETURNED,
      Event.PLACED,
      Event.LAST_DATA,
      Event.TEARDOWN,
      Event.POLL,
      Event.REPORTED,
      Event.DELETE),
  /** The window of a device's queue, into which a socket is read. */
  WINDOW(
      QueueWatch.windowStates(),
      Event.WINDOW,
      Event.BYTES,
      Event.WINDOW_RETURNED,
      Event.STREAM,
      Event.DELETE),
  /** Whether a queue that reads into buffers reads its stream along. */
  ATTENTION(
      PlacingWatch.STATES,
      Event.SETUP,
      Event.BYTES,
      Event.BYTES_IN_PLACE,
      Event.REST,
      Event.BOUNDARY,
      Event.DELETE),
  /** Whether a simulated device knows where it is in its stream. */
  SYNC(
      StreamWatch.syncStates(),
      Event.BYTES,
      Event.UNSEEN,
      Event.CHAIN_BROKE,
      Event.CANDIDATE,
      Event.HEADER_ASKED,
      Event.CONFIRMED,
      Event.DENIED,
      Event.ANSWERED_LATE,
      Event.DELETE),
  /** Where in a PDU a simulated device is. */
  TRACKER(StreamWatch.TRACKER_STATES, Event.BYTES, Event.UNSEEN, Event.DELETE),
  /** {@link DiscoveryLogReader}. */
  LOG_READER(
      Machines.LOG_READER.names(),
      Event.ANSWERED,
      Event.CHANGED,
      Event.GIVEN_UP,
      Event.REFUSED,
      Event.NO_ANSWER),
  /** {@link Lookout}. */
  LOOKOUT(
      names(Lookout.State.values()),
      Event.NEWS,
      Event.SAW_ALL,
      Event.SAW_LESS,
      Event.WAKE,
      Event.CLOSE),
  /** {@link CopyMemory}. */
  COPY_MEMORY(names(CopyMemory.State.values()), Event.TAKE, Event.GIVE_BACK, Event.CLOSE),
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
