package io.nvmetcp.cli;

import io.nvmetcp.cli.host.DiscoveryText;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.Printable;
import io.nvmetcp.initiator.DiscoveryOptions;
import io.nvmetcp.initiator.DiscoveryResult;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmetcp discover}: which subsystems a discovery service knows. */
@Command(
    name = "discover",
    description = "Asks a discovery service, and those it refers to, which subsystems there are.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class DiscoverCommand extends HostCommand {
  @Option(
      names = "--max-referrals",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "How many referrals may lead to a service, 0 to follow none (default: ${DEFAULT-VALUE}).")
  private int maxReferrals;

  private final DiscoveryOptions bounds = new DiscoveryOptions();

  @Override
  void check() {
    try {
      bounds.setMaxDepth(maxReferrals);
    } catch (IllegalArgumentException e) {
      throw usage("--max-referrals: " + e.getMessage());
    }
  }

  @Override
  int run(HostSession session) throws IOException {
    DiscoveryResult result =
        HostSession.await(session.initiator().discover(host().discovery(), bounds));
    print(DiscoveryText.text(result), DiscoveryText.json(result));
    for (DiscoveryResult.Problem problem : result.problems()) {
      System.err.printf(
          "nvmetcp: referral to %s port %d: %s%n",
          Printable.of(problem.host()), problem.port(), Printable.of(problem.reason()));
    }
    return 0;
  }
}
