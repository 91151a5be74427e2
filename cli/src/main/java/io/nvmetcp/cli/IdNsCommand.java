package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.IdentifyText;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmetcp id-ns}: what a controller says of a namespace. */
@Command(
    name = "id-ns",
    description = "Prints what a controller says of a namespace (Identify Namespace).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class IdNsCommand extends HostCommand {
  @Option(
      names = {"-n", "--nqn"},
      paramLabel = "NQN",
      required = true,
      description = "The subsystem.")
  private String nqn = "";

  @Option(
      names = "--namespace-id",
      paramLabel = "ID",
      converter = NumberConverter.class,
      description = "The namespace (default: the only one of the subsystem).")
  private @Nullable Long namespaceId;

  @Override
  int run(HostSession session) throws IOException {
    Controller controller = connect(session, nqn);
    // Also one that this host cannot use.
    Long asked = namespaceId;
    long id = asked == null ? only(controller).id() : asked;
    byte[] page = HostSession.await(controller.admin().identifyNamespace(id));
    if (IdentifyText.isEmpty(page)) {
      throw new IOException("namespace " + id + " is not active");
    }
    print(IdentifyText.namespace(id, page), IdentifyText.namespaceJson(page));
    return 0;
  }

  private Namespace only(Controller controller) {
    return namespace(controller, Optional.empty());
  }
}
