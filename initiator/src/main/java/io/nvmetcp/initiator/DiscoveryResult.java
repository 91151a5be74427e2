package io.nvmetcp.initiator;

import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.initiator.discovery.ReferralWalk;
import java.util.List;

/**
 * What a discovery found.
 *
 * @param generation generation counter of the log of the service that was asked
 * @param entries the different entries of all logs that were read, in the order in which they were
 * @param problems the services that were referred to and not visited, or not read
 */
public record DiscoveryResult(
    long generation, List<DiscoveryEntry> entries, List<Problem> problems) {

  /**
   * A discovery service of which nothing is known.
   *
   * @param host name or address, as the referral has it
   * @param port TCP port
   * @param reason one sentence
   */
  public record Problem(String host, int port, String reason) {}

  /** Copies the lists. */
  public DiscoveryResult {
    entries = List.copyOf(entries);
    problems = List.copyOf(problems);
  }

  static DiscoveryResult of(ReferralWalk walk) {
    return new DiscoveryResult(
        walk.generation(),
        walk.entries(),
        walk.problems().stream()
            .map(it -> new Problem(it.stop().host(), it.stop().port(), it.reason()))
            .toList());
  }
}
