package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Machine.HOST_CONNECTION;
import static io.nvmetcp.e2e.sim.cover.Machine.SESSION;
import static io.nvmetcp.e2e.sim.cover.Machine.SLOT;

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
              Event.DEVICE_CHANGED,
              Event.TICK,
              Event.FAULT,
              Event.TERMINATED,
              Event.FAILED,
              Event.CLOSED),
          nothingBut(
              HOST_CONNECTION,
              "AWAIT_ICRESP",
              "no command comes before the ICResp, no device and no clock",
              Event.BYTES,
              Event.FLUSH,
              Event.FAULT,
              Event.TERMINATED,
              Event.FAILED,
              Event.END,
              Event.CLOSED),
          nothingBut(
              SLOT, "FREE", "nothing happens to a free slot but that it is taken", Event.SUBMIT),
          never(
              SLOT,
              "RESPONSE RESPONSE+TEARDOWN RESPONSE+SEND",
              "only a free slot is taken",
              Event.SUBMIT),
          never(SLOT, "RESPONSE RESPONSE+SEND", "nothing is mapped", Event.TEARDOWN_DONE),
          never(SLOT, "RESPONSE RESPONSE+TEARDOWN", "the socket reads nothing of it", Event.SENT),
          never(SLOT, "RESPONSE+TEARDOWN", "what is mapped is read, not written", Event.R2T),
          never(SLOT, "RESPONSE+SEND", "what is sent is written, not read", Event.DATA),
          nothingBut(SLOT, "TEARDOWN", "its response is in", Event.TEARDOWN_DONE),
          nothingBut(SLOT, "SEND", "its response is in", Event.SENT),
          nothingBut(
              SLOT,
              "TEARDOWN+SEND RESPONSE+TEARDOWN+SEND",
              "what is read is mapped, and what is written is sent: never both"));

  private ConnectionExplanations() {}
}
