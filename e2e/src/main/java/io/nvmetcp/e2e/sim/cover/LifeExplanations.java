package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Explanation.onlyIn;
import static io.nvmetcp.e2e.sim.cover.Machine.BRING_UP;
import static io.nvmetcp.e2e.sim.cover.Machine.CONTROLLER_LIFE;
import static io.nvmetcp.e2e.sim.cover.Machine.COPY_MEMORY;
import static io.nvmetcp.e2e.sim.cover.Machine.DEADLINE;
import static io.nvmetcp.e2e.sim.cover.Machine.KEEP_ALIVE;
import static io.nvmetcp.e2e.sim.cover.Machine.NAMESPACE_SCAN;
import static io.nvmetcp.e2e.sim.cover.Machine.OPERATION;
import static io.nvmetcp.e2e.sim.cover.Machine.PARKED;
import static io.nvmetcp.e2e.sim.cover.Machine.SHUTDOWN;

import java.util.List;

/** What cannot occur in the life of a controller, and in that of a command. */
final class LifeExplanations {
  static final List<Explanation> ALL =
      List.of(
          nothingBut(CONTROLLER_LIFE, "ENDED", "an ended life is told nothing"),
          never(
              CONTROLLER_LIFE,
              "LIVE AWAIT_OLD_GONE AWAIT_DELAY AWAIT_SHUTDOWN",
              "no attempt is under way",
              Event.ATTACHED,
              Event.REFUSED),
          never(
              CONTROLLER_LIFE,
              "LIVE AWAIT_SHUTDOWN",
              "an association is gone only after its loss was told",
              Event.GONE),
          never(
              CONTROLLER_LIFE,
              "AWAIT_DELAY AWAIT_ATTEMPT",
              "the old association is gone, and nothing is told of it any more",
              Event.LOST,
              Event.GONE),
          never(
              CONTROLLER_LIFE,
              "AWAIT_GONE",
              "an attempt that was given up brings no association, and no time is waited for",
              Event.ATTACHED,
              Event.WAKE),
          never(
              PARKED,
              "ATTACHED ATTACHED_WAITING",
              "there is one association at a time",
              Event.ATTACHED),
          never(PARKED, "ATTACHED", "nobody waits", Event.RELEASED),
          never(
              PARKED,
              "ATTACHED ATTACHED_WAITING",
              "a timer is set for the first quiesce that ends, and with an attach none else is",
              Event.WAIT),
          never(
              PARKED,
              "DETACHED DETACHED_WAITING",
              "there is no association to go to, or to lose",
              Event.GOES,
              Event.RELEASED,
              Event.LOST),
          never(
              PARKED,
              "REFUSED",
              "until there is an association each command fails",
              Event.WAITS,
              Event.GOES,
              Event.RELEASED),
          onlyIn(
              BRING_UP,
              "AWAIT_NOT_READY AWAIT_READY ENDED",
              "only the steps that wait for CSTS pause",
              Event.RESUMED),
          nothingBut(BRING_UP, "ENDED", "a bring-up that has ended asks nothing"),
          nothingBut(NAMESPACE_SCAN, "ENDED", "a scan that has ended asks nothing"),
          never(SHUTDOWN, "AWAIT_REQUEST", "it pauses only once it was requested", Event.RESUMED),
          never(KEEP_ALIVE, "QUIET", "no Keep Alive is on its way", Event.LOST, Event.ANSWERED),
          never(KEEP_ALIVE, "AWAIT_ANSWER", "one is on its way at a time", Event.SEND),
          never(DEADLINE, "RUNNING", "a command is found late before its grace", Event.RESET),
          never(DEADLINE, "LATE", "it is found late once", Event.DEADLINE),
          never(COPY_MEMORY, "UNUSED CLOSED", "none of it is lent", Event.GIVE_BACK),
          never(
              COPY_MEMORY,
              "CLOSING CLOSED",
              "an application asks nothing of a controller that has ended, which ends once",
              Event.TAKE,
              Event.CLOSE),
          never(
              OPERATION,
              "ZERO",
              "it has no data to wait for, and ends as it would have once it is carried out",
              Event.ABORTED),
          never(
              OPERATION,
              "FLUSH VERIFY ZERO",
              "its command has no data whose digest could be wrong",
              Event.DIGEST_ERROR),
          never(
              OPERATION,
              "COMPARE_AND_WRITE",
              "halves of a fused pair are neither aborted nor sent again",
              Event.ABORTED,
              Event.SENT_AGAIN,
              Event.RETRIED));

  private LifeExplanations() {}
}
