package io.nvmetcp.cli;

import io.nvmetcp.cli.host.ByteTarget;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code nvmetcp read}: blocks of a namespace into a file or to standard output. */
@Command(
    name = "read",
    description =
        "Reads blocks of a namespace, by default all of them, into a file or to standard output.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class ReadCommand extends CopyingCommand {
  @Override
  void check() {
    super.check();
    if (!isStream() && Files.isDirectory(Path.of(file()))) {
      throw usage("--data: " + file() + " is a folder");
    }
  }

  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    long start = range().startBlock();
    BlockRange blocks =
        range(
            namespace,
            start,
            range().blocks(namespace).orElse(Math.max(1, namespace.blocks() - start)));
    // The data has standard output for itself.
    copy(
        session,
        namespace,
        blocks,
        "read",
        true,
        isStream() ? System.err : System.out,
        copier -> {
          try (ByteTarget target =
              isStream() ? ByteTarget.stream(System.out) : ByteTarget.file(Path.of(file()))) {
            copier.read(target);
          }
        });
    return 0;
  }
}
