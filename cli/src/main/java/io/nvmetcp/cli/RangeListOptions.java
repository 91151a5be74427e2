package io.nvmetcp.cli;

import io.nvmetcp.initiator.BlockRange;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Several ranges of blocks, as nvme-cli takes them: two lists that belong together. */
final class RangeListOptions {
  @Option(
      names = "--slbs",
      paramLabel = "LBA",
      split = ",",
      splitSynopsisLabel = ",",
      converter = NumberConverter.class,
      description = "The first block of each range.")
  private List<Long> starts = List.of();

  @Option(
      names = {"-b", "--blocks"},
      paramLabel = "N",
      split = ",",
      splitSynopsisLabel = ",",
      converter = NumberConverter.class,
      description = "How many blocks each range has.")
  private List<Long> counts = List.of();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** True if nothing was given. */
  boolean isEmpty() {
    return starts.isEmpty() && counts.isEmpty();
  }

  /** The ranges, each of which is one on some namespace. */
  List<BlockRange> ranges() {
    if (starts.size() != counts.size()) {
      throw usage(
          "--slbs has %d numbers and --blocks %d: each range needs one of both"
              .formatted(starts.size(), counts.size()));
    }
    List<BlockRange> ranges = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      try {
        ranges.add(new BlockRange(starts.get(i), counts.get(i)));
      } catch (IllegalArgumentException e) {
        throw usage(String.valueOf(e.getMessage()));
      }
    }
    return ranges;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
