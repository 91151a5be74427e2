package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Explanation.onlyIn;
import static io.nvmetcp.e2e.sim.cover.Machine.LOG_READER;
import static io.nvmetcp.e2e.sim.cover.Machine.LOOKOUT;

import java.util.List;

/** What cannot occur while hosts discover. */
final class DiscoveryExplanations {
  static final List<Explanation> ALL =
      List.of(
          nothingBut(LOG_READER, "ENDED", "a reader that has ended asks nothing"),
          never(
              LOG_READER,
              "AWAIT_HEADER AWAIT_RECORDS",
              "a log is known to have changed when its header is read again",
              Event.CHANGED),
          never(LOG_READER, "AWAIT_RECORDS", "records are judged at the end", Event.GIVEN_UP),
          never(
              LOOKOUT,
              "AWAIT_NEWS AWAIT_DELAY",
              "no look is under way",
              Event.SAW_ALL,
              Event.SAW_LESS),
          onlyIn(
              LOOKOUT,
              "AWAIT_LOOK AWAIT_DELAY",
              "a timer is set for a delay alone, and at the end of each look",
              Event.WAKE));

  private DiscoveryExplanations() {}
}
