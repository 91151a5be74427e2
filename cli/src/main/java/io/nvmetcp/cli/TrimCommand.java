package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nvmetcp trim}: says that the content of blocks is not needed any more. */
@Command(
    name = "trim",
    description =
        "Deallocates blocks of a namespace (Dataset Management): their content is not needed any"
            + " more.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class TrimCommand extends NamespaceCommand {
  @Mixin private final RangeListOptions list = new RangeListOptions();

  @Option(names = "--all", description = "All blocks.")
  private boolean all;

  private List<BlockRange> ranges = List.of();

  @Override
  void check() {
    if (all != list.isEmpty()) {
      throw usage("which blocks? Give --slbs and --blocks, or --all");
    }
    ranges = list.ranges();
  }

  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    if (all) {
      ranges = List.of(new BlockRange(0, namespace.blocks()));
    }
    ranges.forEach(range -> range(namespace, range.lba(), range.blocks()));
    HostSession.await(namespace.deallocate(ranges));
    long blocks = ranges.stream().mapToLong(BlockRange::blocks).sum();
    print(
        String.format(
            "NVMe DSM: success, %d blocks in %d ranges of namespace %d%n",
            blocks, ranges.size(), namespace.id()),
        new JsonObject()
            .put("nsid", namespace.id())
            .put("ranges", ranges.size())
            .put("blocks", blocks));
    return 0;
  }
}
