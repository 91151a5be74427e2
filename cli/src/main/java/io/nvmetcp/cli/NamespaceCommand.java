package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import picocli.CommandLine.Mixin;

/** A command on one namespace of a subsystem. */
abstract class NamespaceCommand extends SubsystemCommand {
  @Mixin private final NamespaceOption namespaceId = new NamespaceOption();

  @Override
  final int run(HostSession session) throws Exception {
    Controller controller = connect(session);
    return run(session, controller, namespaceId.of(controller));
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
