package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command on one namespace of a subsystem. */
abstract class NamespaceCommand extends HostCommand {
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
  final int run(HostSession session) throws Exception {
    Controller controller = connect(session, nqn);
    return run(session, controller, namespace(controller, Optional.ofNullable(namespaceId)));
  }

  /** Does what the command is for; returns the exit code. */
  abstract int run(HostSession session, Controller controller, Namespace namespace)
      throws Exception;

  /** The range, which must lie in the namespace. */
  BlockRange range(Namespace namespace, long lba, long blocks) {
    if (lba < 0 || lba >= namespace.blocks()) {
      throw usage(
          "--start-block: %d does not lie in namespace %d of %d blocks"
              .formatted(lba, namespace.id(), namespace.blocks()));
    }
    if (blocks < 1 || blocks > namespace.blocks() - lba) {
      throw usage(
          "%d blocks at %d do not lie in namespace %d of %d blocks"
              .formatted(blocks, lba, namespace.id(), namespace.blocks()));
    }
    return new BlockRange(lba, blocks);
  }
}
