package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.NamespaceList;
import io.nvmetcp.cli.host.Printable;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.DiscoveryResult;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code nvmetcp list}: the namespaces of a subsystem, or of all that a discovery service knows.
 */
@Command(
    name = "list",
    description =
        "Lists the namespaces of a subsystem; without --nqn those of all subsystems that the"
            + " discovery service at the address knows.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class ListCommand extends HostCommand {
  @Option(
      names = {"-n", "--nqn"},
      paramLabel = "NQN",
      description = "The subsystem.")
  private @Nullable String nqn;

  @Override
  int run(HostSession session) throws IOException {
    NamespaceList list = new NamespaceList();
    for (SubsystemAddress address : subsystems(session)) {
      Controller controller = session.connect(address);
      list.add(address, controller);
      if (controller.hasMoreNamespaces()) {
        System.err.printf(
            "nvmetcp: %s has more than the %d namespaces that are listed%n",
            Printable.of(address.nqn()), controller.namespaces().size());
      }
    }
    print(list.text(), list.json());
    return 0;
  }

  private List<SubsystemAddress> subsystems(HostSession session) {
    String named = nqn;
    if (named != null) {
      return List.of(host().subsystem(named));
    }
    DiscoveryAddress service = host().discovery();
    DiscoveryResult found = HostSession.await(session.initiator().discover(service));
    Set<SubsystemAddress> addresses = new LinkedHashSet<>();
    for (DiscoveryEntry entry : found.entries()) {
      if (entry.kind() == DiscoveryEntry.Kind.SUBSYSTEM) {
        int port = entry.port() == 0 ? SubsystemAddress.DEFAULT_PORT : entry.port();
        addresses.add(new SubsystemAddress(entry.address(), port, entry.nqn()));
      }
    }
    return List.copyOf(addresses);
  }
}
