package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.Namespace;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nvmetcp zero}: makes blocks zero. */
@Command(
    name = "zero",
    description = "Makes blocks of a namespace zero (Write Zeroes).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class ZeroCommand extends NamespaceCommand {
  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(names = "--all", description = "All blocks from the first one on.")
  private boolean all;

  @Option(names = "--deac", description = "Deallocate the blocks if they read as zeros then.")
  private boolean deallocate;

  @Option(
      names = {"-f", "--force-unit-access"},
      description = "End only when the zeros are on the medium.")
  private boolean durable;

  @Override
  void check() {
    range.check();
    if (all == range.isBounded()) {
      throw usage("which blocks? Give --block-count, --data-size or --all");
    }
  }

  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    long start = range.startBlock();
    BlockRange blocks =
        range(
            namespace,
            start,
            range.blocks(namespace).orElse(Math.max(1, namespace.blocks() - start)));
    List<IoFlag> flags = new ArrayList<>();
    if (deallocate) {
      flags.add(IoFlag.DEALLOCATE);
    }
    if (durable) {
      flags.add(IoFlag.FUA);
    }
    HostSession.await(namespace.writeZeroes(blocks, flags.toArray(IoFlag[]::new)));
    print(
        String.format(
            "NVMe Write Zeroes: success, %d blocks at %d of namespace %d%n",
            blocks.blocks(), blocks.lba(), namespace.id()),
        new JsonObject()
            .put("nsid", namespace.id())
            .put("start_block", blocks.lba())
            .put("blocks", blocks.blocks()));
    return 0;
  }
}
