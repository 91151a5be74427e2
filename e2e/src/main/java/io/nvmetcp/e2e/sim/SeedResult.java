package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.cover.Coverage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a seed.
 *
 * @param scenario the world that it drew
 * @param failure what did not hold, or null
 * @param fingerprint of all that happened, if nothing failed
 * @param operations operations called
 * @param events things that happened
 * @param virtualNs time that passed in the world
 * @param coverage where machines have been
 * @param ambushes times that somebody lay in wait for a connection and struck
 * @param journal the last things that happened, if they were written down
 */
public record SeedResult(
    Scenario scenario,
    @Nullable Throwable failure,
    long fingerprint,
    long operations,
    long events,
    long virtualNs,
    Coverage coverage,
    int ambushes,
    List<String> journal) {

  /** True if everything held. */
  public boolean good() {
    return failure == null;
  }
}
