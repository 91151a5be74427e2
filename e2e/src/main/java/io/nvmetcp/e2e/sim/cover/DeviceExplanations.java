package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Explanation.onlyIn;
import static io.nvmetcp.e2e.sim.cover.Machine.ATTENTION;
import static io.nvmetcp.e2e.sim.cover.Machine.DEVICE;
import static io.nvmetcp.e2e.sim.cover.Machine.MAPPING;
import static io.nvmetcp.e2e.sim.cover.Machine.REGION;
import static io.nvmetcp.e2e.sim.cover.Machine.SYNC;
import static io.nvmetcp.e2e.sim.cover.Machine.WINDOW;

import java.util.List;

/** What cannot occur in a device and its queues. */
final class DeviceExplanations {
  static final List<Explanation> ALL =
      List.of(
          never(REGION, "OPEN HELD", "it is not closing", Event.HOLD_REFUSED),
          never(REGION, "OPEN GONE", "nobody holds it", Event.RELEASE),
          never(REGION, "CLOSING GONE", "one that is closing is not held anew", Event.HOLD),
          never(DEVICE, "UP", "one that is up and has room takes a queue", Event.QUEUE_REFUSED),
          never(DEVICE, "FULL DOWN", "one that is full or down takes no queue", Event.QUEUE_ADDED),
          nothingBut(MAPPING, "FREE", "there is no buffer yet", Event.SETUP, Event.SETUP_REFUSED),
          onlyIn(
              MAPPING,
              "FREE",
              "a tag is a slot's, which is taken only when its mapping is gone",
              Event.SETUP,
              Event.SETUP_REFUSED),
          never(
              MAPPING,
              "AWAIT_DATA AWAIT_DATA_LENT",
              "only what was torn down is reported",
              Event.POLL,
              Event.REPORTED),
          never(
              MAPPING,
              "AWAIT_DATA AWAIT_REPORT",
              "no part of the buffer is lent",
              Event.WINDOW_RETURNED),
          never(
              MAPPING,
              "AWAIT_REPORT AWAIT_REPORT_LENT",
              "a teardown has begun already, and no more is read to there",
              Event.WINDOW,
              Event.LAST_DATA),
          never(
              MAPPING,
              "AWAIT_REPORT",
              "nothing is placed once the teardown has begun",
              Event.PLACED),
          never(MAPPING, "AWAIT_DATA_LENT", "one window is out at a time", Event.WINDOW),
          never(
              MAPPING,
              "AWAIT_REPORT_LENT",
              "what is lent is reported when it is back; torn down meanwhile only by the queue's end",
              Event.REPORTED,
              Event.DELETE),
          never(WINDOW, "IN", "none is out", Event.BYTES, Event.WINDOW_RETURNED),
          never(
              WINDOW,
              "AWAIT_BYTES",
              "one is out at a time, and what comes comes in it",
              Event.WINDOW,
              Event.STREAM),
          nothingBut(
              WINDOW, "AWAIT_UPPER", "a connection's turn and its end are tasks of their own"),
          nothingBut(
              WINDOW,
              "AWAIT_BYTES_DELETED",
              "a deleted queue only takes back what it has lent",
              Event.BYTES,
              Event.WINDOW_RETURNED),
          nothingBut(WINDOW, "IN_DELETED", "a deleted queue lends nothing", Event.STREAM),
          nothingBut(WINDOW, "AWAIT_UPPER_DELETED", "a deleted queue hands nothing up"),
          onlyIn(ATTENTION, "AWAIT_BOUNDARY", "none is awaited", Event.BOUNDARY),
          onlyIn(
              ATTENTION,
              "FOLLOWING",
              "it is placed, or rests, after a header",
              Event.BYTES_IN_PLACE,
              Event.REST),
          never(
              SYNC,
              "OFFLOADING",
              "it knows where it is, and asks nothing",
              Event.CANDIDATE,
              Event.HEADER_ASKED,
              Event.CONFIRMED,
              Event.DENIED,
              Event.ANSWERED_LATE),
          never(
              SYNC,
              "SEARCHING",
              "it follows nothing that could break or be asked for",
              Event.CHAIN_BROKE,
              Event.HEADER_ASKED,
              Event.CONFIRMED,
              Event.DENIED),
          never(
              SYNC, "TRACKING", "it has not asked for this header", Event.CONFIRMED, Event.DENIED),
          never(SYNC, "TRACKING TRACKING_ASKED", "it has a candidate", Event.CANDIDATE),
          never(
              SYNC,
              "TRACKING_ASKED",
              "it asks once, and a new question replaces an older one",
              Event.HEADER_ASKED,
              Event.ANSWERED_LATE));

  private DeviceExplanations() {}
}
