package io.nvmetcp.cli;

import io.nvmetcp.cli.host.ByteSource;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
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
            checkCache(controller);
          });
    }
    return 0;
  }

  // A controller that was restarted has nothing to flush of what its cache had before.
  private void checkCache(Controller controller) {
    if (!durable && HostSession.await(controller.statistics()).reconnects() > 0) {
      throw new NvmeException.OutcomeUnknown(
          "connected again while it was written: what a cache of the controller held may be lost;"
              + " write again, or with --force-unit-access");
    }
  }
}
