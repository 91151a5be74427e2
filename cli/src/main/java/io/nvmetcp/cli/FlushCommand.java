package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code nvmetcp flush}: brings what was written to the medium. */
@Command(
    name = "flush",
    description = "Brings everything that was written to a namespace to its medium.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class FlushCommand extends NamespaceCommand {
  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    HostSession.await(namespace.flush());
    print(
        String.format("NVMe Flush: success (namespace %d)%n", namespace.id()),
        new JsonObject().put("nsid", namespace.id()).put("flushed", true));
    return 0;
  }
}
