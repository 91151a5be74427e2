package io.nvmetcp.cli;

import io.nvmetcp.cli.host.ByteSource;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.Namespace;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmetcp write}: a file or standard input onto blocks of a namespace. */
@Command(
    name = "write",
    description =
        "Writes a file or standard input, whole blocks, onto a namespace; at the end everything is"
            + " brought to the medium.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class WriteCommand extends CopyingCommand {
  @Option(
      names = {"-f", "--force-unit-access"},
      description = "Each command ends only when its blocks are on the medium.")
  private boolean durable;

  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    IoFlag[] flags = durable ? new IoFlag[] {IoFlag.FUA} : new IoFlag[0];
    try (ByteSource source = source()) {
      BlockRange blocks = range(namespace, source);
      boolean known = range().isBounded() || source.size().isPresent();
      copy(
          session,
          namespace,
          blocks,
          "written",
          known,
          System.out,
          copier -> {
            copier.write(source, known, flags);
            HostSession.await(namespace.flush());
          });
    }
    return 0;
  }
}
