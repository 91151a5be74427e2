package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Machine.HOST_CONNECTION;
import static io.nvmetcp.e2e.sim.cover.Machine.SESSION;

import java.util.List;

/** What cannot occur on connections. */
final class ConnectionExplanations {
  static final List<Explanation> ALL =
      List.of(
          never(
              SESSION,
              "AWAIT_ICREQ AWAIT_CONNECT",
              "only data of a command that waits for it has a place",
              Event.BYTES_IN_PLACE,
              Event.BYTES_OFFERED_AGAIN),
          never(
              SESSION,
              "ENDED",
              "a session that has ended is given nothing",
              Event.BYTES,
              Event.BYTES_IN_PLACE,
              Event.BYTES_OFFERED_AGAIN,
              Event.DRAIN,
              Event.END),
          never(
              HOST_CONNECTION,
              "CLOSED",
              "a connection that is closed reads nothing, and its device queue is deleted",
              Event.BYTES,
              Event.HEADER_ASKED,
              Event.TICK,
              Event.FAULT,
              Event.TERMINATED));

  private ConnectionExplanations() {}
}
