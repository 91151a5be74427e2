package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.IdentifyText;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code nvmetcp id-ctrl}: what a controller says of itself. */
@Command(
    name = "id-ctrl",
    description = "Prints what a controller says of itself (Identify Controller).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class IdCtrlCommand extends SubsystemCommand {
  @Override
  int run(HostSession session) throws IOException {
    byte[] page = HostSession.await(connect(session).admin().identifyController());
    print(IdentifyText.controller(page), IdentifyText.controllerJson(page));
    return 0;
  }
}
