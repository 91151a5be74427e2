package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.Namespace;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nvmetcp copy}: lets the controller copy blocks within a namespace. */
@Command(
    name = "copy",
    description =
        "Lets the controller copy ranges of blocks, one behind the other, within a namespace.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class CopyCommand extends NamespaceCommand {
  @Option(
      names = {"-d", "--sdlba"},
      paramLabel = "LBA",
      required = true,
      converter = NumberConverter.class,
      description = "The first block that is written.")
  private long destination;

  @Mixin private final RangeListOptions list = new RangeListOptions();

  @Option(
      names = {"-f", "--force-unit-access"},
      description = "End only when the blocks are on the medium.")
  private boolean durable;

  private List<BlockRange> sources = List.of();

  @Override
  void check() {
    sources = list.ranges();
    if (sources.isEmpty()) {
      throw usage("which blocks? Give --slbs and --blocks");
    }
  }

  @Override
  int run(HostSession session, Controller controller, Namespace namespace) throws IOException {
    IoFlag[] flags = durable ? new IoFlag[] {IoFlag.FUA} : new IoFlag[0];
    HostSession.await(namespace.copy(sources, destination, flags));
    long blocks = sources.stream().mapToLong(BlockRange::blocks).sum();
    print(
        String.format(
            "NVMe Copy: success, %d blocks to %d of namespace %d%n",
            blocks, destination, namespace.id()),
        new JsonObject()
            .put("nsid", namespace.id())
            .put("ranges", sources.size())
            .put("blocks", blocks)
            .put("destination", destination));
    return 0;
  }
}
