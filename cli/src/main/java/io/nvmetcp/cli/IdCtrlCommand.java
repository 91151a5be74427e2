package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.IdentifyText;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmetcp id-ctrl}: what a controller says of itself. */
@Command(
    name = "id-ctrl",
    description = "Prints what a controller says of itself (Identify Controller).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class IdCtrlCommand extends HostCommand {
  @Option(
      names = {"-n", "--nqn"},
      paramLabel = "NQN",
      required = true,
      description = "The subsystem.")
  private String nqn = "";

  @Override
  int run(HostSession session) throws IOException {
    byte[] page = HostSession.await(connect(session, nqn).admin().identifyController());
    print(IdentifyText.controller(page), IdentifyText.controllerJson(page));
    return 0;
  }
}
