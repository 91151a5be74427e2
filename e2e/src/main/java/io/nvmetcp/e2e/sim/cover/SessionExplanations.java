package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Explanation.onlyIn;
import static io.nvmetcp.e2e.sim.cover.Machine.COMMAND;
import static io.nvmetcp.e2e.sim.cover.Machine.CONNECTION_CLOCK;
import static io.nvmetcp.e2e.sim.cover.Machine.GROUP_LINE;
import static io.nvmetcp.e2e.sim.cover.Machine.HOLD_LINE;
import static io.nvmetcp.e2e.sim.cover.Machine.INTAKE;

import java.util.List;

/** What cannot occur in a target's session. */
final class SessionExplanations {
  static final List<Explanation> ALL =
      List.of(
          onlyIn(
              INTAKE,
              "TURN",
              "of data that lies at its place only a turn's budget takes less than all",
              Event.BYTES_OFFERED_AGAIN),
          never(INTAKE, "SLOTS OUTPUT", "a capsule stands before all else", Event.BYTES_IN_PLACE),
          never(
              INTAKE,
              "DRAINING",
              "a capsule stands before all else, and is not taken",
              Event.BYTES,
              Event.BYTES_IN_PLACE),
          nothingBut(COMMAND, "FREE", "a command comes with its capsule", Event.BYTES),
          nothingBut(
              COMMAND,
              "AWAIT_CAPSULE_DATA",
              "the rest of the capsule ends it, aborted or not",
              Event.BYTES,
              Event.DRAIN,
              Event.END),
          never(
              COMMAND,
              "AWAIT_H2C_DATA",
              "only data, an abort and the end move it",
              Event.TURN,
              Event.BACKEND_DONE),
          nothingBut(
              COMMAND,
              "AWAIT_FUSED",
              "the next capsule moves it, or the other half, refused while its R2T was held",
              Event.BYTES,
              Event.TURN,
              Event.DRAIN,
              Event.END),
          never(
              COMMAND,
              "AWAIT_BACKEND",
              "the host and time do not move it; an abort is a task",
              Event.BYTES,
              Event.TURN),
          never(
              COMMAND,
              "AWAIT_EVENT",
              "an admin queue has no schedule and no back end",
              Event.TURN,
              Event.BACKEND_DONE),
          nothingBut(
              COMMAND,
              "AWAIT_ABORT",
              "its outcome is decided in a task",
              Event.TASK,
              Event.DRAIN,
              Event.END),
          nothingBut(
              COMMAND,
              "AWAIT_MEMORY",
              "memory is given at the end of a turn; an abort is a task",
              Event.TURN,
              Event.TASK,
              Event.DRAIN,
              Event.END),
          never(
              COMMAND,
              "AWAIT_R2T",
              "a back end's answer does not make its group complete",
              Event.BACKEND_DONE),
          never(
              COMMAND,
              "AWAIT_REST",
              "it has failed already, and waits for the host alone",
              Event.BACKEND_DONE,
              Event.TASK),
          nothingBut(
              COMMAND,
              "AWAIT_BACKEND_ABORTED",
              "only the back end moves it",
              Event.BACKEND_DONE,
              Event.DRAIN,
              Event.END),
          nothingBut(
              COMMAND,
              "AWAIT_BACKEND_ENDED",
              "the session is over, and only the back end moves it",
              Event.BACKEND_DONE),
          never(GROUP_LINE, "EMPTY", "nothing is held", Event.END),
          never(HOLD_LINE, "EMPTY", "nothing is held", Event.END),
          never(
              CONNECTION_CLOCK,
              "AWAIT_ICREQ AWAIT_CONNECT",
              "silence before Connect ends a connection at once",
              Event.DEADLINE));

  private SessionExplanations() {}
}
