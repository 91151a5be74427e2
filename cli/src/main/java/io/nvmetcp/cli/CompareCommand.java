package io.nvmetcp.cli;

import io.nvmetcp.cli.host.ByteSource;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import java.io.IOException;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** {@code nvmetcp compare}: whether blocks of a namespace hold what a file does. */
@Command(
    name = "compare",
    description = {
      "Lets the controller compare blocks of a namespace with a file or standard input.",
      "Given two files of results and no address, compares two runs: see compare-runs."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class CompareCommand extends CopyingCommand {
  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    try (ByteSource source = source()) {
      BlockRange blocks = range(namespace, source);
      boolean known = range().isBounded() || source.size().isPresent();
      copy(
          session,
          namespace,
          blocks,
          "compared",
          known,
          System.out,
          copier -> {
            OptionalLong difference = copier.compare(source, known);
            if (difference.isPresent()) {
              throw new DifferenceException(
                  "block %d of namespace %d differs from %s"
                      .formatted(difference.getAsLong(), namespace.id(), source.name()));
            }
          });
    }
    return 0;
  }
}
