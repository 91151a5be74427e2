package io.nvmetcp.e2e.sim.cover;

import static io.nvmetcp.e2e.sim.cover.Explanation.never;
import static io.nvmetcp.e2e.sim.cover.Explanation.nothingBut;
import static io.nvmetcp.e2e.sim.cover.Machine.DIGEST;
import static io.nvmetcp.e2e.sim.cover.Machine.HOST_READER;
import static io.nvmetcp.e2e.sim.cover.Machine.TARGET_READER;

import java.util.List;

/** What cannot occur in the readers of PDUs, and in what is known of digests. */
final class StreamExplanations {
  static final List<Explanation> ALL =
      List.of(
          nothingBut(TARGET_READER, "FAILED", "a session that has ended is given nothing"),
          nothingBut(
              HOST_READER,
              "FAILED",
              "one that has failed drops whatever comes, and has no end any more",
              Event.BYTES_INSIDE),
          never(
              DIGEST,
              "NONE",
              "no device vouches for a header, and what it vouches for is a run of its own",
              Event.VOUCHED,
              Event.BY_DEVICE,
              Event.IN_PLACEMENT),
          nothingBut(
              DIGEST, "OFF", "there is no digest to vouch for, or to judge", Event.UNVOUCHED),
          never(
              DIGEST,
              "AWAIT_FIRST",
              "the simulated device hands data and digest in runs of their own",
              Event.BY_DEVICE),
          never(
              DIGEST,
              "UNVOUCHED MIXED",
              "one run that nobody vouches for is enough for software to look",
              Event.BY_DEVICE,
              Event.IN_PLACEMENT));

  private StreamExplanations() {}
}
