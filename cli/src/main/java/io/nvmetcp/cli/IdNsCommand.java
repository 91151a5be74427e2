package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.IdentifyText;
import io.nvmetcp.initiator.Controller;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nvmetcp id-ns}: what a controller says of a namespace. */
@Command(
    name = "id-ns",
    description = "Prints what a controller says of a namespace (Identify Namespace).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class IdNsCommand extends SubsystemCommand {
  @Mixin private final NamespaceOption namespaceId = new NamespaceOption();

  @Override
  int run(HostSession session) throws IOException {
    Controller controller = connect(session);
    // Also one that this host cannot use.
    long id = namespaceId.id().orElseGet(() -> namespaceId.of(controller).id());
    byte[] page = HostSession.await(controller.admin().identifyNamespace(id));
    if (IdentifyText.isEmpty(page)) {
      throw new IOException("namespace " + id + " is not active");
    }
    print(IdentifyText.namespace(id, page), IdentifyText.namespaceJson(page));
    return 0;
  }
}
